package sqlstore

import (
	"context"
	"database/sql"
	"time"
)

// read runs a function that only reads. Each query sees one moment of the database,
// and several queries may see several. On PostgreSQL it is tried again while the
// server is away; the function starts from nothing each time.
func (s *Store) read(ctx context.Context, f func(q querier) error) error {
	if s.memory {
		return s.write(ctx, func(t *txn) error { return f(t) })
	}
	p := pool{ctx, s.db, s.d}
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
}

func (p pool) query(text string, args []any, each func(scan func(...any) error) error) error {
	rows, err := p.db.QueryContext(p.ctx, p.d.rebind(text), args...)
	if err != nil {
		return err
	}
	return drain(rows, each)
}
