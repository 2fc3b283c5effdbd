package sqlstore

import (
	"context"
	"strings"
	"time"

	"godocker"
	"godocker/store"
)

var (
	annotateTasks   = updateOf("tasks", 1, "", "id BIGINT", "detail TEXT")
	releaseAttempts = updateOf("attempts", 2, "released = 1", "task_id BIGINT", "number BIGINT")
)

// Annotate records what tasks wait for. Of several notes about a task the last one
// counts.
func (s *Store) Annotate(ctx context.Context, now time.Time, ns []store.Note) error {
	if len(ns) == 0 {
		return nil
	}
	return s.write(ctx, func(t *txn) error {
		rows, err := t.rows(idsOf(ns, func(n store.Note) int64 { return n.ID }))
		if err != nil {
			return err
		}
		texts := map[int64]string{}
		for _, n := range ns {
			texts[n.ID] = n.Text
		}
		var args []any
		for _, n := range ns {
			text, first := texts[n.ID]
			delete(texts, n.ID)
			if r := rows[n.ID]; first && r != nil && !r.state.Final() && r.detail != text {
				args = append(args, r.id, text)
				t.event(r.event(now, godocker.EventDetail, text))
			}
		}
		return annotateTasks.do(t, args)
	})
}

// Unreleased returns attempts that their tasks have left behind and that nobody has
// reported as released, in the order of their tasks: those of the executors, or of all others.
func (s *Store) Unreleased(ctx context.Context, executors []string, others bool, limit int) (as []godocker.Attempt, err error) {
	where, args := "executor", make([]any, 0, len(executors)+1)
	if others {
		where += " NOT"
	}
	for _, e := range executors {
		args = append(args, e)
	}
	where += " IN (" + strings.TrimSuffix(strings.Repeat("?,", len(executors)), ",") + ")"
	err = s.read(ctx, func(q querier) (err error) {
		as, err = queryAttempts(q, `WHERE behind = 1 AND released = 0 AND `+where+` ORDER BY task_id, number LIMIT ?`, append(args, limit)...)
		return err
	})
	return as, err
}

// Released records that the executor holds nothing of the attempts. Attempts that
// do not exist are passed over.
func (s *Store) Released(ctx context.Context, ks []store.AttemptKey) error {
	if len(ks) == 0 {
		return nil
	}
	args := make([]any, 0, 2*len(ks))
	for _, k := range ks {
		args = append(args, k.ID, k.Attempt)
	}
	return s.write(ctx, func(t *txn) error {
		if err := releaseAttempts.do(t, args); err != nil {
			return err
		}
		return t.exec(giveBack)
	})
}
