package sqlstore

import (
	"time"

	"godocker"
)

// commit ends the transaction. If the answer is lost it finds out what happened.
func (w *writer) commit(t *txn) error {
	if !w.s.d.doubtful {
		return t.exec("COMMIT")
	}
	w.step++
	n, err := t.change(`UPDATE writers SET step = ?, at = ? WHERE name = ?`, w.step, time.Now().UnixMicro(), w.name)
	if err != nil {
		return err
	}
	if n == 0 {
		return errForgotten
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
