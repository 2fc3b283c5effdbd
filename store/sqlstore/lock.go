package sqlstore

import (
	"iter"
	"time"

	"godocker"
)

// A row is what a step must know of a task before it changes it.
type row struct {
	id, parent    int64
	state         godocker.State
	attempt       int
	user, project string
	node, detail  string
	started       int64
	ended, paused int64 // of the newest attempt
	likeness      int64
	elements      int               // of an array
	wish          godocker.WishKind // the newest one
	by            string            // whose it is; only known of arrays that end
	open          bool              // whether it is open
	suspended     bool
	frozen        int64
	outcome       string // of one that runs: it is condemned
	reason        string
	failures      int
	nodes         string // that failed it, JSON
	failure       string
	disk          int64
	unsuccessful  bool // set before it comes to be over without success
}

// rows locks tasks until the end of the transaction, in the order of their ids so
// that two transactions rarely wait for each other, and returns those there are.
func (t *txn) rows(ids []int64) (map[int64]*row, error) {
	found := make(map[int64]*row, len(ids))
	for ids := range padded(ids) {
		text := `SELECT id, parent_id, state, attempt, user_id, project, node, detail, started, elements, wish,
			CASE WHEN wish <> '' AND wish_done = 0 AND wish_refused = '' THEN 1 ELSE 0 END,
			suspended, frozen, outcome, reason, failures, failed, failure, disk, ended, paused, likeness
			FROM tasks WHERE id IN (` + list(len(ids)) + `) ORDER BY id` + t.d.forUpdate
		err := t.query(text, ids, func(scan func(...any) error) error {
			var r row
			err := scan(&r.id, &r.parent, &r.state, &r.attempt, &r.user, &r.project, &r.node, &r.detail, &r.started, &r.elements, &r.wish, &r.open,
				&r.suspended, &r.frozen, &r.outcome, &r.reason, &r.failures, &r.nodes, &r.failure, &r.disk, &r.ended, &r.paused, &r.likeness)
			found[r.id] = &r
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// row locks one task; it is godocker.NotFound if there is none.
func (t *txn) row(id int64) (*row, error) {
	found, err := t.rows([]int64{id})
	if err == nil && found[id] == nil {
		err = noTask(id)
	}
	return found[id], err
}

// kill reports whether a kill is asked for and not yet granted.
func (r *row) kill() bool { return r.open && r.wish == godocker.WishKill }

// reschedule reports whether another attempt is asked for.
func (r *row) reschedule() bool { return r.open && r.wish == godocker.WishReschedule }

// event fills in an event about the task as it is now.
func (r *row) event(at time.Time, kind godocker.EventKind, text string) godocker.Event {
	return godocker.Event{At: at, Kind: kind, TaskID: r.id, User: r.user, Project: r.project, To: r.state, Attempt: r.attempt, Text: text}
}

// move writes the event of a move and goes along.
func (t *txn) move(r *row, at time.Time, to godocker.State, text string) {
	from := r.state
	r.state = to
	e := r.event(at, godocker.EventMoved, text)
	e.From = from
	t.event(e)
	t.count(from, to, 1)
	if r.parent != 0 {
		t.element(r, at, from, to)
	}
}

// padded yields ids as arguments, in lists of few different lengths: the last id of
// a list is repeated.
func padded(ids []int64) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for len(ids) > 0 {
			n := sizes[0]
			for _, smaller := range sizes {
				if smaller >= len(ids) {
					n = smaller
				}
			}
			args := make([]any, n)
			for i := range args {
				args[i] = ids[min(i, len(ids)-1)]
			}
			if !yield(args) {
				return
			}
			ids = ids[min(n, len(ids)):]
		}
	}
}
