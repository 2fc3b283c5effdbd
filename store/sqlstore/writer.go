package sqlstore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"sync/atomic"
	"time"

	"godocker"
)

// A call is one step on its way through a writer.
type call struct {
	step  func(*txn) error
	state atomic.Int32 // waiting, then taken or withdrawn
	done  chan error   // gets the answer, once
}

const (
	waiting int32 = iota
	taken
	withdrawn
)

// write runs a step in a transaction and returns when it is committed. The step may
// run several times, each time from the start; only the last one counts.
func (s *Store) write(ctx context.Context, step func(*txn) error) error {
	c := &call{step: step, done: make(chan error, 1)}
	select {
	case <-s.quit.Done():
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	case s.queue <- c:
	}
	select {
	case err := <-c.done:
		return coded(err)
	case <-s.quit.Done():
		if c.state.CompareAndSwap(waiting, withdrawn) {
			return errClosed
		}
	case <-ctx.Done():
		if c.state.CompareAndSwap(waiting, withdrawn) {
			return ctx.Err()
		}
	}
	return coded(<-c.done) // it has begun, and the answer comes in bounded time
}

// together is the largest number of steps in one transaction.
const together = 256

// A writer runs transactions, one after the other, on a connection of its own.
type writer struct {
	s     *Store
	name  string // of its row in the table writers
	step  int64  // number of its newest transaction
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func newWriter(s *Store) *writer { return &writer{s: s, name: rand.Text()} }

func (w *writer) run() {
	defer w.drop()
	for {
		select {
		case <-w.s.quit.Done():
			return
		case c := <-w.s.queue:
			w.batch(w.gather(c))
		}
	}
}

// gather takes what waits beside the first call.
func (w *writer) gather(first *call) []*call {
	var cs []*call
	for c := first; ; {
		if c.state.CompareAndSwap(waiting, taken) {
			cs = append(cs, c)
		}
		if len(cs) == together {
			return cs
		}
		select {
		case c = <-w.s.queue:
		default:
			return cs
		}
	}
}

// batch runs calls in one transaction, and each in its own if one of them spoils
// it.
func (w *writer) batch(cs []*call) {
	if len(cs) == 0 {
		return
	}
	errs, err := w.persist(cs)
	if err != nil && len(cs) > 1 && !away(err) {
		for _, c := range cs {
			w.batch([]*call{c})
		}
		return
	}
	for i, c := range cs {
		if err == nil {
			c.done <- errs[i]
		} else {
			c.done <- err
		}
	}
}

// How long a transaction is tried again while the database is away, and the
// pauses between.
const (
	patience   = 20 * time.Second
	firstPause = 10 * time.Millisecond
	longPause  = 2 * time.Second
)

// persist runs a transaction until it is committed, fails for good, or has been
// tried long enough. errs are the answers of the calls, err that of all.
func (w *writer) persist(cs []*call) (errs []error, err error) {
	var began time.Time
	for pause := firstPause; ; pause = min(2*pause, longPause) {
		errs, err = w.attempt(cs)
		if err == nil || !away(err) && !busy(err) {
			return errs, err
		}
		if began.IsZero() {
			began = time.Now()
			w.s.log.Warn("the database refused a transaction; trying again", "error", err)
		}
		if time.Since(began) > patience {
			return nil, err
		}
		select {
		case <-w.s.quit.Done():
			return nil, err
		case <-time.After(pause):
		}
	}
}

// attempt runs a transaction once.
func (w *writer) attempt(cs []*call) (errs []error, err error) {
	ctx, cancel := w.s.limit()
	defer cancel()
	if err := w.connect(ctx); err != nil {
		return nil, err
	}
	t := &txn{ctx: ctx, d: w.s.d, conn: w.conn, stmts: w.stmts, later: pending{moved: map[godocker.State]int{}}}
	if err := t.exec(w.s.d.begin); err != nil {
		w.drop()
		return nil, err
	}
	errs, err = t.steps(cs)
	if err == nil {
		err = w.commit(t)
	}
	if err != nil {
		w.rollback(err)
		return nil, err
	}
	if len(t.later.events) > 0 {
		w.s.bell.ring()
	}
	return errs, nil
}

// steps runs the calls and writes what they have put off. A step that fails after
// it wrote fails all.
func (t *txn) steps(cs []*call) ([]error, error) {
	errs := make([]error, len(cs))
	for i, c := range cs {
		t.mark()
		if errs[i] = c.step(t); errs[i] == nil {
			continue
		}
		if t.wrote || away(errs[i]) || busy(errs[i]) || t.d.doubtful && godocker.CodeOf(errs[i]) == godocker.Internal {
			return nil, errs[i]
		}
		t.undo()
	}
	return errs, t.flush()
}

// commit ends the transaction. If the answer is lost it finds out what happened.
func (w *writer) commit(t *txn) error {
	if !w.s.d.doubtful {
		return t.exec("COMMIT")
	}
	w.step++
	err := t.exec(`INSERT INTO writers (name, step, at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET step = excluded.step, at = excluded.at`,
		w.name, w.step, time.Now().UnixMicro())
	if err != nil {
		return err
	}
	if err = t.exec("COMMIT"); err == nil || !away(err) {
		return err
	}
	w.drop()
	return w.doubt(err)
}

// doubt returns nil if the newest transaction was committed after all, and its
// error if not.
func (w *writer) doubt(lost error) error {
	began := time.Now()
	for pause := firstPause; ; pause = min(2*pause, longPause) {
		step, err := w.lastStep()
		switch {
		case err == nil && step == w.step:
			return nil
		case err == nil:
			return lost
		case time.Since(began) > patience:
			return godocker.Errorf(godocker.Unavailable, "the database went away and it is not known what it kept: %w", err)
		}
		select {
		case <-w.s.quit.Done():
			return godocker.Errorf(godocker.Unavailable, "the database went away and it is not known what it kept: %w", lost)
		case <-time.After(pause):
		}
	}
}

// lastStep reads the writer's row, after the transaction that may still hold it.
func (w *writer) lastStep() (step int64, err error) {
	ctx, cancel := w.s.limit()
	defer cancel()
	if err := w.connect(ctx); err != nil {
		return 0, err
	}
	t := &txn{ctx: ctx, d: w.s.d, conn: w.conn, stmts: w.stmts}
	if err := t.exec(w.s.d.begin); err != nil {
		w.drop()
		return 0, err
	}
	_, err = one(t, `SELECT step FROM writers WHERE name = ?`+w.s.d.forUpdate, []any{w.name}, &step)
	w.rollback(err)
	return step, err
}

// limit bounds a transaction on a server; a file needs no bound, and contexts
// without one are cheaper.
func (s *Store) limit() (context.Context, context.CancelFunc) {
	if !s.d.doubtful {
		return context.Background(), func() {}
	}
	return context.WithTimeoutCause(context.Background(), patience, errTimeout)
}

func (w *writer) connect(ctx context.Context) (err error) {
	if w.conn != nil {
		return nil
	}
	if w.conn, err = w.s.write1.Conn(ctx); err != nil {
		w.conn = nil
		return err
	}
	w.stmts = map[string]*sql.Stmt{}
	if w.s.d.session == "" {
		return nil
	}
	if _, err = w.conn.ExecContext(ctx, w.s.d.session); err != nil {
		w.drop()
	}
	return err
}

// rollback leaves the connection ready for the next transaction, or leaves it.
func (w *writer) rollback(cause error) {
	if w.conn == nil {
		return
	}
	if _, err := w.conn.ExecContext(context.Background(), "ROLLBACK"); err != nil || cause != nil && away(cause) {
		w.drop()
	}
}

func (w *writer) drop() {
	if w.conn == nil {
		return
	}
	for _, st := range w.stmts {
		st.Close()
	}
	w.conn.Close()
	w.conn, w.stmts = nil, nil
}
