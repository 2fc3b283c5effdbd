package sqlstore

import (
	"context"
	"time"

	"godocker"
	"godocker/store"
)

// Idle records what a runner says about the use of an attempt.
func (s *Store) Idle(ctx context.Context, now time.Time, i store.Idle) (done bool, err error) {
	err = s.write(ctx, func(t *txn) error {
		done = false
		r, err := t.running(i.AttemptKey)
		if err != nil {
			return err
		}
		var since int64
		n, err := t.change(`UPDATE tasks SET idle_word = ? WHERE id = ? AND idle_word < ?`, i.Word, i.ID, i.Word)
		if err == nil && n > 0 {
			_, err = one(t, `SELECT idle FROM tasks WHERE id = ?`, []any{i.ID}, &since)
		}
		if err != nil || n == 0 {
			return err
		}
		done = true
		switch {
		case i.Stage != godocker.IdleDue:
			return t.idleTold(r, now, i.Stage, since)
		case r.outcome != "":
			return nil
		case i.Action == godocker.IdleEnd:
			t.event(r.event(now, godocker.EventDetail, i.Reason))
			return t.exec(`UPDATE tasks SET outcome = ?, reason = ? WHERE id = ?`, string(godocker.Idled), i.Reason, i.ID)
		case r.suspended || r.open:
			return nil
		default:
			if err := t.exec(`UPDATE tasks SET idle = ? WHERE id = ? AND idle = 0`, micros(now), i.ID); err != nil {
				return err
			}
			return t.wishOfNobody(r, now, godocker.WishSuspend)
		}
	})
	return done, err
}

// idleTold writes down whether people are told that nothing happens.
func (t *txn) idleTold(r *row, now time.Time, stage godocker.IdleStage, since int64) error {
	text, at := godocker.TextUsed, int64(0)
	if stage == godocker.IdleWarned {
		text, at = godocker.TextIdle, micros(now)
	}
	if (since == 0) == (at == 0) {
		return nil
	}
	t.event(r.event(now, godocker.EventDetail, text))
	return t.exec(`UPDATE tasks SET idle = ? WHERE id = ?`, at, r.id)
}

func (t *txn) wishOfNobody(r *row, now time.Time, k godocker.WishKind) error {
	t.event(r.event(now, godocker.EventWished, string(k)))
	return t.exec(`UPDATE tasks SET wish = ?, wish_by = '', wish_asked = ?, wish_done = 0, wish_refused = '' WHERE id = ?`, string(k), micros(now), r.id)
}

// Thaw wishes to resume an attempt that dozes.
func (s *Store) Thaw(ctx context.Context, now time.Time, k store.AttemptKey) error {
	return s.write(ctx, func(t *txn) error {
		r, err := t.running(k)
		if err != nil {
			return err
		}
		coming := r.open && r.wish == godocker.WishSuspend
		if !r.suspended && !coming || r.open && r.wish == godocker.WishResume {
			return nil
		}
		var by string
		if _, err := one(t, `SELECT wish_by FROM tasks WHERE id = ?`, []any{k.ID}, &by); err != nil {
			return err
		}
		if by != "" || r.wish != godocker.WishSuspend {
			return godocker.Errorf(godocker.Conflict, "task %d was suspended by somebody", k.ID)
		}
		return t.wishOfNobody(r, now, godocker.WishResume)
	})
}

// tellIdle tells of a wish that nobody made, and that was granted.
func (t *txn) tellIdle(r *row, now time.Time) error {
	var by string
	if _, err := one(t, `SELECT wish_by FROM tasks WHERE id = ?`, []any{r.id}, &by); err != nil || by != "" {
		return err
	}
	switch r.wish {
	case godocker.WishSuspend:
		t.event(r.event(now, godocker.EventDetail, godocker.TextFrozen))
	case godocker.WishResume:
		t.event(r.event(now, godocker.EventDetail, godocker.TextThawed))
	}
	return nil
}
