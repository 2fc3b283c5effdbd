package sqlstore

import (
	"time"

	"godocker"
)

// heldBy is whose wish it is that holds the waiting tasks of a disabled user back. No
// user has such a name.
const heldBy = "(its owner is disabled)"

// isHeldBy selects whether it is because of that that a task is held back.
const isHeldBy = `CASE WHEN wish = 'suspend' AND wish_by = '` + heldBy + `' THEN 1 ELSE 0 END`

// A hold is what disabling a user does to their waiting tasks, or enabling them undoes.
// A task by itself is asked to wait, as its owner could ask; of an array only the waiting
// elements are meant, which wait with the array.
type hold struct {
	kind        godocker.WishKind
	tasks       string // which
	arrays      string
	arraysAfter int // whether they are suspended
}

var (
	holdTasks = hold{godocker.WishSuspend,
		`state = 'pending' AND parent_id = 0 AND elements = 0 AND suspended = 0 AND NOT (wish IN ('kill', 'suspend') AND wish_done = 0 AND wish_refused = '')`,
		`state IN ('pending', 'starting', 'running') AND elements > 0 AND suspended = 0 AND NOT (wish = 'kill' AND wish_done = 0 AND wish_refused = '')`, 1}
	letTasksGo = hold{godocker.WishResume,
		`state IN ('pending', 'starting', 'running') AND elements = 0 AND wish = 'suspend' AND wish_refused = '' AND wish_by = '` + heldBy + `'`,
		`state IN ('pending', 'starting', 'running') AND elements > 0 AND wish = 'suspend' AND wish_by = '` + heldBy + `'`, 0}
)

func (h *hold) do(t *txn, user string, now time.Time) error {
	t.wrote = true
	at := micros(now)
	tell := func(kinds ...godocker.EventKind) func(scan func(...any) error) error {
		return func(scan func(...any) error) error {
			r := row{user: user}
			err := scan(&r.id, &r.state, &r.attempt, &r.project)
			for _, kind := range kinds {
				t.event(r.event(now, kind, string(h.kind)))
			}
			return err
		}
	}
	err := t.query(`UPDATE tasks SET wish = ?, wish_by = ?, wish_asked = ?, wish_done = 0, wish_refused = '' WHERE user_id = ? AND `+h.tasks+
		` RETURNING id, state, attempt, project`, []any{string(h.kind), heldBy, at, user}, tell(godocker.EventWished))
	if err != nil {
		return err
	}
	return t.query(`UPDATE tasks SET wish = ?, wish_by = ?, wish_asked = ?, wish_done = ?, wish_refused = '', suspended = ? WHERE user_id = ? AND `+h.arrays+
		` RETURNING id, state, attempt, project`, []any{string(h.kind), heldBy, at, at, h.arraysAfter, user}, tell(godocker.EventWished, godocker.EventGranted))
}
