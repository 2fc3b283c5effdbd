package sqlstore

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"time"
)

// read runs a function that only reads. Each query sees one moment of the database,
// and several queries may see several. On PostgreSQL it is tried again while the
// server is away; the function starts from nothing each time. From a file it goes on
// to its end when ctx is done: to watch for that takes longer than a small read.
func (s *Store) read(ctx context.Context, f func(q querier) error) error {
	if s.d.doubtful {
		return s.scan(ctx, f)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.scan(context.WithoutCancel(ctx), f)
}

// scan is read for what may be long. It ends when ctx is done.
func (s *Store) scan(ctx context.Context, f func(q querier) error) error {
	if s.memory {
		return s.write(ctx, func(t *txn) error { return f(t) })
	}
	p := pool{ctx, s.db, s.d, &s.known}
	began := time.Now()
	for pause := firstPause; ; pause = min(2*pause, longPause) {
		err := f(p)
		if err == nil || ctx.Err() != nil || !away(err) && !busy(err) || time.Since(began) > patience {
			return coded(err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.quit.Done():
			return errClosed
		case <-time.After(pause):
		}
	}
}

type pool struct {
	ctx context.Context
	db  *sql.DB
	d   *dialect
	has *statements
}

func (p pool) query(text string, args []any, each func(scan func(...any) error) error) error {
	rows, err := p.rows(text, args)
	if err != nil {
		return err
	}
	return drain(rows, each)
}

func (p pool) rows(text string, args []any) (*sql.Rows, error) {
	if p.d.doubtful { // the driver of PostgreSQL remembers statements itself
		return p.db.QueryContext(p.ctx, p.d.rebind(text), args...)
	}
	st, err := p.has.prepare(p.ctx, p.db, text)
	switch {
	case err != nil:
		return nil, err
	case st == nil:
		return p.db.QueryContext(p.ctx, text, args...)
	}
	return st.QueryContext(p.ctx, args...)
}

// Texts with long lists come in too many lengths to be worth keeping; the others are
// fewer than mostStatements, but for filters that people put together.
const (
	mostStatements = 128
	longList       = 12
)

// statements are those that readers have prepared, which saves SQLite most of its
// work for a small query. The zero value is empty.
type statements struct {
	mu    sync.Mutex
	known map[string]*sql.Stmt
}

// prepare returns a statement, or nil if it is not worth keeping.
func (s *statements) prepare(ctx context.Context, db *sql.DB, text string) (*sql.Stmt, error) {
	if strings.Count(text, "?") > longList {
		return nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.known[text]; st != nil || len(s.known) == mostStatements {
		return st, nil
	}
	st, err := db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if s.known == nil {
		s.known = map[string]*sql.Stmt{}
	}
	s.known[text] = st
	return st, nil
}

func (s *statements) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.known {
		_ = st.Close()
	}
	clear(s.known)
}
