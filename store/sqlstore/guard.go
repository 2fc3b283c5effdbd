package sqlstore

import (
	"context"
	"time"

	"godocker"
	"godocker/store"
)

// running locks an attempt that must run.
func (t *txn) running(k store.AttemptKey) (*row, error) {
	r, err := t.row(k.ID)
	if err == nil && (r.state != godocker.Running || r.attempt != k.Attempt) {
		err = godocker.Errorf(godocker.Conflict, "task %d does not run attempt %d", k.ID, k.Attempt)
	}
	return r, err
}

// Condemn records how a running attempt is to end. Its end keeps that outcome.
func (s *Store) Condemn(ctx context.Context, now time.Time, k store.AttemptKey, o godocker.Outcome, reason string) error {
	return s.write(ctx, func(t *txn) error {
		r, err := t.running(k)
		if err != nil || r.outcome != "" {
			return err
		}
		t.event(r.event(now, godocker.EventDetail, reason))
		return t.exec(`UPDATE tasks SET outcome = ?, reason = ? WHERE id = ?`, string(o), reason, k.ID)
	})
}

// Ready records since when people can log in to an attempt.
func (s *Store) Ready(ctx context.Context, now time.Time, k store.AttemptKey) error {
	return s.write(ctx, func(t *txn) error {
		r, err := t.running(k)
		if err != nil {
			return err
		}
		n, err := t.change(`UPDATE tasks SET ready = ? WHERE id = ? AND ready = 0`, micros(now), k.ID)
		if err == nil && n > 0 {
			t.event(r.event(now, godocker.EventDetail, godocker.TextReady))
		}
		return err
	})
}

// Warn records a warning; one caller is the first.
func (s *Store) Warn(ctx context.Context, now time.Time, k store.AttemptKey) (first bool, err error) {
	err = s.write(ctx, func(t *txn) error {
		if _, err := t.running(k); err != nil {
			return err
		}
		n, err := t.change(`UPDATE tasks SET warned = ? WHERE id = ? AND warned = 0`, micros(now), k.ID)
		first = n > 0
		return err
	})
	return first, err
}
