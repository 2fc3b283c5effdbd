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
	if err != nil && len(cs) > 1 && !away(err) && !busy(err) && w.s.quit.Err() == nil {
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
	began := time.Now()
	for pause := firstPause; ; pause = min(2*pause, longPause) {
		errs, err = w.attempt(cs)
		if err == nil || !away(err) && !busy(err) {
			return errs, err
		}
		if pause == firstPause {
			w.s.log.Warn("the database refused a transaction; trying again", "error", err)
		}
		if time.Since(began) > patience {
			return nil, godocker.Errorf(godocker.Unavailable, "the database does not answer: %w", err)
		}
		select {
		case <-w.s.quit.Done():
			return nil, errClosed
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
	t := &txn{ctx: ctx, d: w.s.d, conn: w.conn, stmts: w.stmts, later: pending{moved: map[godocker.State]int{}, arrays: map[int64]*elements{}, disk: map[payer]int64{}}}
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
