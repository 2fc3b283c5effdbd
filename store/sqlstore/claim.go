package sqlstore

import (
	"context"
	"time"

	"godocker"
	"godocker/store"
)

var (
	claimTasks   = updateOf("tasks", 1, "state = 'starting', not_before = 0, detail = '', holder = '', held_until = 0", "id BIGINT", "attempt BIGINT", "executor TEXT", "node TEXT")
	openAttempts = insertInto("attempts", "", "task_id", "number", "executor", "node", "claimed")
	decideTasks  = updateOf("tasks", 1, "state = 'over', suspended = 0, not_before = 0, detail = '', holder = '', held_until = 0", "id BIGINT", "outcome TEXT", "exit_code BIGINT", "reason TEXT", "finished BIGINT", "disk BIGINT")
	refuseWishes = updateOf("tasks", 1, "", "id BIGINT", "wish_refused TEXT")
	grantWishes  = updateOf("tasks", 1, "", "id BIGINT", "wish_done BIGINT")
)

// holds fails with godocker.Conflict unless the lease is held as given. The lease
// stays as it is until the end of the transaction.
func (t *txn) holds(l godocker.Lease, now time.Time) error {
	found, err := one(t, `SELECT term FROM leases WHERE name = ? AND holder = ? AND term = ? AND expires > ?`+t.d.forUpdate,
		[]any{l.Name, l.Holder, l.Term, micros(now)}, new(int64))
	if err == nil && !found {
		err = godocker.Errorf(godocker.Conflict, "the lease %s is not held by %s any more", l.Name, l.Holder)
	}
	return err
}

// Claim moves pending tasks to Starting and opens their next attempt.
func (s *Store) Claim(ctx context.Context, l godocker.Lease, now time.Time, cs []store.Claim) (moved []int64, err error) {
	err = s.write(ctx, func(t *txn) error {
		moved = nil
		if err := t.holds(l, now); err != nil {
			return err
		}
		rows, err := t.rows(idsOf(cs, func(c store.Claim) int64 { return c.ID }))
		if err != nil {
			return err
		}
		var tasks, attempts []any
		for _, c := range cs {
			r := rows[c.ID]
			if r == nil || r.state != godocker.Pending {
				continue
			}
			r.attempt++
			tasks = append(tasks, r.id, r.attempt, c.Executor, c.Node)
			attempts = append(attempts, r.id, r.attempt, c.Executor, c.Node, micros(now))
			t.move(r, now, godocker.Starting, "")
			moved = append(moved, r.id)
		}
		if err := claimTasks.do(t, tasks); err != nil {
			return err
		}
		return openAttempts.do(t, attempts)
	})
	return moved, err
}

// Decide moves pending tasks to Over without an attempt.
func (s *Store) Decide(ctx context.Context, l godocker.Lease, now time.Time, vs []store.Verdict) (moved []int64, err error) {
	err = s.write(ctx, func(t *txn) error {
		moved = nil
		if err := t.holds(l, now); err != nil {
			return err
		}
		rows, err := t.rows(idsOf(vs, func(v store.Verdict) int64 { return v.ID }))
		if err != nil {
			return err
		}
		var tasks []any
		var over []*row
		for _, v := range vs {
			r := rows[v.ID]
			if r == nil || r.state != godocker.Pending {
				continue
			}
			disk := 0
			if r.attempt > 0 {
				disk = godocker.Uncounted // an attempt has left something
			}
			tasks = append(tasks, r.id, string(v.Outcome), codeArg(v.ExitCode), v.Reason, micros(now), disk)
			r.unsuccessful = v.Outcome != godocker.Succeeded
			t.move(r, now, godocker.Over, v.Reason)
			over, moved = append(over, r), append(moved, r.id)
		}
		if err := decideTasks.do(t, tasks); err != nil {
			return err
		}
		return t.settle(now, over, nil)
	})
	return moved, err
}

// tooLate is why a wish is refused that was not granted before the end.
const tooLate = "The task was over before that"

// settle does what follows when tasks come to be over, or go back to wait for another
// attempt: a kill that was asked for is granted, or another attempt; anything else
// that was asked for came too late for what is over.
func (t *txn) settle(now time.Time, over, back []*row) error {
	var granted, refused []any
	for _, r := range append(over, back...) {
		switch {
		case r.kill() && r.state.Final(), r.reschedule() && !r.state.Final():
			granted = append(granted, r.id, micros(now))
		case r.open && r.state.Final():
			refused = append(refused, r.id, tooLate)
		default:
			continue
		}
		t.event(r.event(now, godocker.EventGranted, string(r.wish)))
	}
	if err := grantWishes.do(t, granted); err != nil {
		return err
	}
	return refuseWishes.do(t, refused)
}

// Defer moves a task from Starting back to Pending. The attempt is forgotten, but
// its number is not used again: somebody slow may still hold it, and must not be
// taken for the next attempt.
func (s *Store) Defer(ctx context.Context, now time.Time, k store.AttemptKey, why string) error {
	return s.write(ctx, func(t *txn) error {
		r, err := t.row(k.ID)
		if err != nil {
			return err
		}
		if r.state != godocker.Starting || r.attempt != k.Attempt {
			return godocker.Errorf(godocker.Conflict, "task %d is not starting attempt %d", k.ID, k.Attempt)
		}
		t.move(r, now, godocker.Pending, why)
		err = t.exec(`UPDATE tasks SET state = 'pending', detail = ?, executor = '', node = '', holder = '', held_until = 0 WHERE id = ?`, why, k.ID)
		if err != nil {
			return err
		}
		if err := t.exec(`DELETE FROM reservations WHERE task_id = ? AND attempt = ?`, k.ID, k.Attempt); err != nil {
			return err
		}
		return t.exec(`DELETE FROM attempts WHERE task_id = ? AND number = ?`, k.ID, k.Attempt)
	})
}

// idsOf lists the ids of items.
func idsOf[T any](items []T, id func(T) int64) []int64 {
	ids := make([]int64, len(items))
	for i, it := range items {
		ids[i] = id(it)
	}
	return ids
}
