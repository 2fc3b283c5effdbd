package sqlstore

import (
	"context"
	"slices"
	"time"

	"godocker"
	"godocker/store"
)

// frozenUntil is how long a task was frozen since it was last suspended, until its end.
const frozenUntil = "CASE WHEN tasks.frozen > 0 AND v.ended > tasks.frozen THEN v.ended - tasks.frozen ELSE 0 END"

const free = "detail = '', holder = '', held_until = 0"

var (
	startTasks    = updateOf("tasks", 1, "state = 'running', "+free, "id BIGINT", "node TEXT", "handle TEXT", "engine_id TEXT", "digest TEXT", "ip TEXT", "ports TEXT", "host_key TEXT", "started BIGINT")
	startAttempts = updateOf("attempts", 2, "", "task_id BIGINT", "number BIGINT", "node TEXT", "handle TEXT", "digest TEXT", "started BIGINT")
	endTasks      = updateOf("tasks", 1, "state = 'ending', paused = tasks.paused + "+frozenUntil+", frozen = 0, "+free, "id BIGINT", "outcome TEXT", "exit_code BIGINT", "reason TEXT", "started BIGINT", "ended BIGINT")
	endAttempts   = updateOf("attempts", 2, "", "task_id BIGINT", "number BIGINT", "outcome TEXT", "exit_code BIGINT", "reason TEXT", "started BIGINT", "ended BIGINT")
	finishTasks   = updateOf("tasks", 1, "state = 'over', suspended = 0, "+free, "id BIGINT", "outcome TEXT", "exit_code BIGINT", "reason TEXT", "finished BIGINT",
		"peak_ram BIGINT", "cpu_seconds DOUBLE PRECISION", "read_bytes BIGINT", "write_bytes BIGINT",
		"disk BIGINT", "failures BIGINT", "failed TEXT", "failure TEXT")
	againTasks = updateOf("tasks", 1, `state = 'pending', executor = '', node = '', handle = '', engine_id = '', digest = '', ip = '', ports = '', outcome = '',
		exit_code = NULL, reason = '', started = 0, ended = 0, paused = 0, warned = 0, host_key = '', ready = 0, idle = 0, idle_word = 0, holder = '', held_until = 0`, "id BIGINT", "suspended BIGINT", "not_before BIGINT", "detail TEXT", "failures BIGINT", "failed TEXT", "failure TEXT")
	finishAttempts = updateOf("attempts", 2, "behind = 1", "task_id BIGINT", "number BIGINT", "outcome TEXT", "exit_code BIGINT", "reason TEXT",
		"peak_ram BIGINT", "cpu_seconds DOUBLE PRECISION", "read_bytes BIGINT", "write_bytes BIGINT")
)

// moving runs a step for items that name attempts: each task that is at its attempt
// and may go to one of the states is given to f, which makes the move.
func moving[T any](ctx context.Context, s *Store, items []T, key func(T) store.AttemptKey, step func(*txn, func(each func(T, *row))) error) ([]int64, error) {
	var moved []int64
	err := s.write(ctx, func(t *txn) error {
		moved = nil
		rows, err := t.rows(idsOf(items, func(it T) int64 { return key(it).ID }))
		if err != nil {
			return err
		}
		return step(t, func(each func(T, *row)) {
			for _, it := range items {
				r := rows[key(it).ID]
				if r == nil || r.attempt != key(it).Attempt {
					continue
				}
				before := r.state
				if each(it, r); r.state != before {
					moved = append(moved, r.id)
				}
			}
		})
	})
	return moved, err
}

// Started moves tasks from Starting to Running.
func (s *Store) Started(ctx context.Context, now time.Time, ss []store.Start) ([]int64, error) {
	return moving(ctx, s, ss, func(x store.Start) store.AttemptKey { return x.AttemptKey }, func(t *txn, all func(func(store.Start, *row))) error {
		var tasks, attempts []any
		all(func(x store.Start, r *row) {
			if r.state != godocker.Starting {
				return
			}
			node := x.Node
			if node == "" {
				node = r.node
			}
			tasks = append(tasks, r.id, node, x.Handle, x.EngineID, x.Digest, x.IP, toJSON(x.Ports), x.HostKey, micros(now))
			attempts = append(attempts, r.id, r.attempt, node, x.Handle, x.Digest, micros(now))
			t.move(r, now, godocker.Running, "")
		})
		if err := startTasks.do(t, tasks); err != nil {
			return err
		}
		return startAttempts.do(t, attempts)
	})
}

// Ended moves tasks from Starting or Running to Ending.
func (s *Store) Ended(ctx context.Context, now time.Time, es []store.End) ([]int64, error) {
	return moving(ctx, s, es, func(x store.End) store.AttemptKey { return x.AttemptKey }, func(t *txn, all func(func(store.End, *row))) error {
		var tasks, attempts []any
		all(func(x store.End, r *row) {
			if !godocker.CanMove(r.state, godocker.Ending) {
				return
			}
			started, ended := r.started, x.Ended
			if !x.Started.IsZero() {
				started = micros(x.Started)
			}
			if ended.IsZero() {
				ended = now
			}
			started = min(started, micros(ended)) // that it had begun may have been seen after its end
			if r.outcome != "" {                  // it was condemned
				x.Outcome, x.Reason = godocker.Outcome(r.outcome), r.reason
			}
			end := []any{string(x.Outcome), codeArg(x.ExitCode), x.Reason, started, micros(ended)}
			tasks = append(append(tasks, r.id), end...)
			attempts = append(append(attempts, r.id, r.attempt), end...)
			t.move(r, now, godocker.Ending, x.Reason)
		})
		if err := endTasks.do(t, tasks); err != nil {
			return err
		}
		return endAttempts.do(t, attempts)
	})
}

// Finish moves tasks from Ending to Over, or to Pending for another attempt, and
// adds to the books. An open wish for a kill outlives a Finish with Again.
func (s *Store) Finish(ctx context.Context, now time.Time, fs []store.Finish) ([]int64, error) {
	return moving(ctx, s, fs, func(x store.Finish) store.AttemptKey { return x.AttemptKey }, func(t *txn, all func(func(store.Finish, *row))) error {
		var tasks, again, attempts []any
		var over, back []*row
		used, ran := books{}, pasts{}
		all(func(x store.Finish, r *row) {
			if r.state != godocker.Ending {
				return
			}
			m := x.Measured
			measured := []any{m.PeakRAM, m.CPUSeconds, m.ReadBytes, m.WriteBytes}
			result := []any{string(x.Outcome), codeArg(x.ExitCode), x.Reason}
			attempts = append(append(append(attempts, r.id, r.attempt), result...), measured...)
			used.add(x.Usage, r, now)
			ran.add(x.Outcome, r)
			failed := r.failed(x)
			if x.Again {
				again = append(append(again, r.id, number(r.suspended && !r.reschedule()), micros(x.NotBefore), x.Detail), failed...)
				t.move(r, now, godocker.Pending, x.Reason)
				back = append(back, r)
				return
			}
			tasks = append(append(append(append(append(tasks, r.id), result...), micros(now)), append(measured, max(x.Disk, godocker.Uncounted))...), failed...)
			t.counted(r, max(x.Disk, 0))
			r.unsuccessful = x.Outcome != godocker.Succeeded
			t.move(r, now, godocker.Over, x.Reason)
			over = append(over, r)
		})
		for _, u := range []struct {
			b    *bulk
			args []any
		}{{finishTasks, tasks}, {againTasks, again}, {finishAttempts, attempts}} {
			if err := u.b.do(t, u.args); err != nil {
				return err
			}
		}
		if err := used.write(t); err != nil {
			return err
		}
		if err := ran.write(t, now); err != nil {
			return err
		}
		return t.settle(now, over, back)
	})
}

// failed is what is known of the attempts that the system failed, with the one that
// ends now.
func (r *row) failed(x store.Finish) []any {
	if x.Outcome.SystemFailure() {
		var nodes []string
		_ = fromJSON(r.nodes, &nodes) // which toJSON wrote
		if r.node != "" && !slices.Contains(nodes, r.node) {
			nodes = append(nodes, r.node)
		}
		r.failures, r.nodes, r.failure = r.failures+1, toJSON(nodes), x.Reason
	}
	return []any{r.failures, r.nodes, r.failure}
}
