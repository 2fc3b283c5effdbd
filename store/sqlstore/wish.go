package sqlstore

import (
	"context"
	"time"

	"godocker"
	"godocker/store"
)

// Wish records what somebody asks for. An open kill stays as it is, whatever is
// asked after it, and archiving what is archived changes nothing.
func (s *Store) Wish(ctx context.Context, id int64, w godocker.Wish) (godocker.Task, error) {
	var rows []taskRow
	if w.Kind == "" {
		return godocker.Task{}, godocker.Errorf(godocker.Invalid, "a wish needs a kind")
	}
	if w.Asked.IsZero() {
		w.Asked = time.Now()
	}
	err := s.write(ctx, func(t *txn) error {
		r, err := t.row(id)
		if err != nil {
			return err
		}
		if r.state.Final() && !w.Kind.Cleans() {
			return godocker.Errorf(godocker.Conflict, "task %d is over", id)
		}
		if !r.kill() && (r.state != godocker.Archived || w.Kind == godocker.WishPurge) {
			err = t.exec(`UPDATE tasks SET wish = ?, wish_by = ?, wish_asked = ?, wish_done = 0, wish_refused = '' WHERE id = ?`,
				string(w.Kind), w.By, micros(w.Asked), id)
			if err != nil {
				return err
			}
			t.event(r.event(w.Asked, godocker.EventWished, string(w.Kind)))
			if r.elements > 0 {
				if err := t.wishElements(r, w); err != nil {
					return err
				}
			}
		}
		rows, err = rowsByID(t, selectTasks, []int64{id})
		return err
	})
	if err != nil {
		return godocker.Task{}, err
	}
	ts, err := decoded(rows)
	return append(ts, godocker.Task{})[0], err
}

const grantText = `UPDATE tasks SET wish_done = ?, wish_refused = ?, suspended = ?, frozen = ?, paused = paused + ?, idle = CASE WHEN suspended <> 0 AND ? = 0 THEN 0 ELSE idle END WHERE id = ?`

// Grant closes the open wish of the given kind. A wish that is closed already just
// so is left alone; any other is godocker.Conflict.
func (s *Store) Grant(ctx context.Context, now time.Time, g store.Grant) error {
	return s.write(ctx, func(t *txn) error {
		r, err := t.row(g.ID)
		if err != nil {
			return err
		}
		if r.wish != g.Kind {
			return godocker.Errorf(godocker.Conflict, "no %s of task %d is asked for", g.Kind, g.ID)
		}
		if !r.open {
			return r.closed(t, g.Refusal)
		}
		if r.state != g.State {
			return godocker.Errorf(godocker.Conflict, "task %d is %s and not %s", g.ID, r.state, g.State)
		}
		done, frozen, paused := micros(now), r.frozen, int64(0)
		if g.Refusal != "" {
			done = 0
		}
		switch running := r.state == godocker.Running; {
		case running && g.Suspended && frozen == 0:
			frozen = micros(now)
		case !g.Suspended && frozen != 0:
			frozen, paused = 0, max(micros(now)-frozen, 0)
		}
		err = t.exec(grantText, done, g.Refusal, number(g.Suspended), frozen, paused, number(g.Suspended), g.ID)
		t.event(r.event(now, godocker.EventGranted, string(g.Kind)))
		if err == nil && g.Refusal == "" && r.state == godocker.Running {
			err = t.tellIdle(r, now)
		}
		return err
	})
}

// closed fails unless the newest wish was closed with this refusal.
func (r *row) closed(t *txn, refusal string) error {
	var was string
	if _, err := one(t, `SELECT wish_refused FROM tasks WHERE id = ?`, []any{r.id}, &was); err != nil {
		return err
	}
	if was != refusal {
		return godocker.Errorf(godocker.Conflict, "the %s of task %d was answered otherwise", r.wish, r.id)
	}
	return nil
}

func number(b bool) int { return map[bool]int{true: 1}[b] }
