package sqlstore

import (
	"context"
	"time"

	"godocker"
)

// Alter changes what a task requires. The elements of an array share its row of jobs,
// and so what is kept there.
func (s *Store) Alter(ctx context.Context, now time.Time, id int64, field string, change func(*godocker.Task) error) (altered godocker.Task, err error) {
	err = s.write(ctx, func(t *txn) error {
		r, err := t.row(id)
		switch {
		case err != nil:
			return err
		case r.parent != 0:
			return godocker.Errorf(godocker.Conflict, "task %d is an element of array %d, whose requirements it shares", id, r.parent)
		case r.state.Final():
			return godocker.Errorf(godocker.Conflict, "task %d is over", id)
		}
		rows, err := rowsByID(t, selectTasks, []int64{id})
		if err != nil {
			return err
		}
		ts, err := decoded(rows)
		if err != nil {
			return err
		}
		altered = ts[0]
		changed := altered
		if err := change(&changed); err != nil {
			return err
		}
		before := altered.Requirements
		altered.Requirements = changed.Requirements
		spec, err := encodeSpec(&altered)
		if err != nil {
			return godocker.Errorf(godocker.Invalid, "the task cannot be written down: %w", err)
		}
		if err := t.exec(`UPDATE jobs SET spec = ? WHERE id = ?`, spec, id); err != nil {
			return err
		}
		q := &altered.Requirements
		if err := t.exec(`UPDATE tasks SET cpu = ?, ram = ?, gpus = ?, asked = ?, labels = ?, nice = ?, lifespan = ? WHERE id = ?`,
			q.CPU, q.RAM, q.GPUs, q.Executor, toJSON(q.Labels), q.Nice, q.MaxLifespan.Microseconds(), id); err != nil {
			return err
		}
		if err := t.alterElements(r, &before, q); err != nil {
			return err
		}
		t.event(r.event(now, godocker.EventAltered, field))
		return nil
	})
	return altered, err
}

// alterElements does the same to the elements of an array. Those that started stay as
// nice as they are: what they use is charged by it.
func (t *txn) alterElements(array *row, from, to *godocker.Requirements) error {
	if array.elements > 0 && to.MaxLifespan != from.MaxLifespan {
		if err := t.exec(`UPDATE tasks SET lifespan = ? WHERE parent_id = ? AND parent_id <> 0`, to.MaxLifespan.Microseconds(), array.id); err != nil {
			return err
		}
	}
	if array.elements > 0 && to.Nice != from.Nice {
		return t.exec(`UPDATE tasks SET nice = ? WHERE parent_id = ? AND parent_id <> 0 AND state = 'pending'`, to.Nice, array.id)
	}
	return nil
}
