package sqlstore

import (
	"context"
	"slices"

	"godocker"
	"godocker/store"
)

var insertReservations = insertInto("reservations", " ON CONFLICT DO NOTHING", "executor", "node", "kind", "name", "task_id", "attempt")

// Reserve gives an attempt what it asks for, all or nothing.
func (s *Store) Reserve(ctx context.Context, r store.Reservation) (names []string, err error) {
	err = s.write(ctx, func(t *txn) error {
		names = nil
		task, err := t.row(r.ID)
		if err != nil {
			return err
		}
		if task.state != godocker.Starting || task.attempt != r.Attempt {
			return godocker.Errorf(godocker.Conflict, "task %d is not starting attempt %d", r.ID, r.Attempt)
		}
		var exec, node string
		if _, err := one(t, `SELECT executor, node FROM attempts WHERE task_id = ? AND number = ?`, []any{r.ID, r.Attempt}, &exec, &node); err != nil {
			return err
		}
		own, taken, err := t.reserved(r, exec, node)
		if err != nil {
			return err
		}
		if names = choose(r, own, taken); names == nil {
			return nil
		}
		return t.reserve(r, exec, node, own, names)
	})
	return names, err
}

// reserved lists what of a kind the attempt holds on its node, and what others do.
func (t *txn) reserved(r store.Reservation, exec, node string) (own []string, taken map[string]bool, err error) {
	taken = map[string]bool{}
	err = t.query(`SELECT name, task_id, attempt FROM reservations WHERE executor = ? AND node = ? AND kind = ?`,
		[]any{exec, node, r.Kind}, func(scan func(...any) error) error {
			var name string
			var by store.AttemptKey
			err := scan(&name, &by.ID, &by.Attempt)
			if by == r.AttemptKey {
				own = append(own, name)
			} else {
				taken[name] = true
			}
			return err
		})
	return own, taken, err
}

// choose keeps what the attempt has and adds what is free; nil if it is not enough.
func choose(r store.Reservation, own []string, taken map[string]bool) []string {
	var kept, more []string
	for _, name := range r.Among {
		switch {
		case taken[name] || slices.Contains(r.Not, name):
		case slices.Contains(own, name):
			kept = append(kept, name)
		default:
			more = append(more, name)
		}
	}
	all := slices.Concat(kept, more)
	if r.Count <= 0 || len(all) < r.Count {
		return nil
	}
	chosen := all[:r.Count]
	slices.SortFunc(chosen, func(a, b string) int { return slices.Index(r.Among, a) - slices.Index(r.Among, b) })
	return chosen
}

// reserve writes what the attempt holds from now on. Another transaction may be about
// to take the same: then this one fails, and can be tried again.
func (t *txn) reserve(r store.Reservation, exec, node string, own, names []string) error {
	for _, name := range own {
		if slices.Contains(names, name) {
			continue
		}
		if err := t.exec(`DELETE FROM reservations WHERE executor = ? AND node = ? AND kind = ? AND name = ?`, exec, node, r.Kind, name); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(slices.Values(names)) {
		if slices.Contains(own, name) {
			continue
		}
		n, err := t.change(insertReservations.texts[1], exec, node, r.Kind, name, r.ID, r.Attempt)
		if err != nil {
			return err
		}
		if n != 1 {
			return godocker.Errorf(godocker.Unavailable, "%s %s of %s was taken at the same time", r.Kind, name, node)
		}
	}
	return nil
}

// giveBack drops the reservations of attempts that are released.
const giveBack = `DELETE FROM reservations WHERE EXISTS (SELECT 1 FROM attempts a
	WHERE a.task_id = reservations.task_id AND a.number = reservations.attempt AND a.released = 1)`

// Reserved returns everything that attempts hold.
func (s *Store) Reserved(ctx context.Context) (all []store.Reserved, err error) {
	err = s.read(ctx, func(q querier) error {
		all = nil
		return q.query(`SELECT task_id, attempt, executor, node, kind, name FROM reservations ORDER BY task_id, attempt, kind, name`, nil,
			func(scan func(...any) error) error {
				var r store.Reserved
				err := scan(&r.ID, &r.Attempt, &r.Executor, &r.Node, &r.Kind, &r.Name)
				all = append(all, r)
				return err
			})
	})
	return all, err
}
