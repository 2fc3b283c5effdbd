package sqlstore

import (
	"context"
	"time"

	"godocker"
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
		if r.state.Final() && w.Kind != godocker.WishArchive {
			return godocker.Errorf(godocker.Conflict, "task %d is over", id)
		}
		if !r.kill() && r.state != godocker.Archived {
			err = t.exec(`UPDATE tasks SET wish = ?, wish_by = ?, wish_asked = ?, wish_done = 0, wish_refused = '' WHERE id = ?`,
				string(w.Kind), w.By, micros(w.Asked), id)
			if err != nil {
				return err
			}
			t.event(r.event(w.Asked, godocker.EventWished, string(w.Kind)))
			if err == nil && r.elements > 0 && w.Kind != godocker.WishArchive {
				err = t.wishElements(r, w)
			}
			if err != nil {
				return err
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

// Grant closes the open wish of the given kind. A wish that is closed already just
// so is left alone; any other is godocker.Conflict.
func (s *Store) Grant(ctx context.Context, now time.Time, id int64, k godocker.WishKind, refusal string, suspended bool) error {
	return s.write(ctx, func(t *txn) error {
		r, err := t.row(id)
		if err != nil {
			return err
		}
		if r.wish != k {
			return godocker.Errorf(godocker.Conflict, "no %s of task %d is asked for", k, id)
		}
		if !r.open {
			return r.closed(t, refusal)
		}
		done := micros(now)
		if refusal != "" {
			done = 0
		}
		err = t.exec(`UPDATE tasks SET wish_done = ?, wish_refused = ?, suspended = ? WHERE id = ?`, done, refusal, number(suspended), id)
		t.event(r.event(now, godocker.EventGranted, string(k)))
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
