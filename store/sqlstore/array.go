package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"godocker"
)

// elements is how the elements of one array changed in a transaction.
type elements struct {
	at                          time.Time // of the newest change
	waiting, held, over, failed int
}

func cloneElements(m map[int64]*elements) map[int64]*elements {
	out := make(map[int64]*elements, len(m))
	for id, e := range m {
		c := *e
		out[id] = &c
	}
	return out
}

// element notes that an element moved.
func (t *txn) element(r *row, at time.Time, from, to godocker.State) {
	e := t.later.arrays[r.parent]
	if e == nil {
		e = &elements{}
		t.later.arrays[r.parent] = e
	}
	e.at = at
	for _, side := range []struct {
		state godocker.State
		n     int
	}{{from, -1}, {to, 1}} {
		switch {
		case side.state == godocker.Pending:
			e.waiting += side.n
		case side.state.Holds():
			e.held += side.n
		case side.state == godocker.Over && side.n > 0:
			e.over++
			if r.unsuccessful {
				e.failed++
			}
		}
	}
}

// countElements brings the changes to the arrays, and moves those along whose first
// element started or whose last one is over.
func (t *txn) countElements() error {
	for _, id := range slices.Sorted(maps.Keys(t.later.arrays)) {
		if err := t.countElementsOf(id, t.later.arrays[id]); err != nil {
			return err
		}
	}
	return nil
}

const countElementsText = `UPDATE tasks SET array_waiting = array_waiting + ?, array_held = array_held + ?, array_over = array_over + ?,
	array_failed = array_failed + ? WHERE id = ?
	RETURNING id, parent_id, state, attempt, user_id, project, started, wish, wish_by,
	CASE WHEN wish <> '' AND wish_done = 0 AND wish_refused = '' THEN 1 ELSE 0 END, elements, array_held, array_over, array_failed`

func (t *txn) countElementsOf(id int64, e *elements) error {
	var r row
	var held, over, failed int
	found, err := one(t, countElementsText, []any{e.waiting, e.held, e.over, e.failed, id},
		&r.id, &r.parent, &r.state, &r.attempt, &r.user, &r.project, &r.started, &r.wish, &r.by, &r.open, &r.elements, &held, &over, &failed)
	if err != nil || !found || r.elements == 0 {
		return err
	}
	if r.state == godocker.Pending && held > 0 {
		t.move(&r, e.at, godocker.Running, "")
		if err := t.exec(`UPDATE tasks SET state = 'running', detail = '', started = ? WHERE id = ?`, micros(e.at), id); err != nil {
			return err
		}
	}
	if over < r.elements || r.state.Final() {
		return nil
	}
	return t.endArray(&r, e.at, failed)
}

// endArray ends an array whose elements are all over.
func (t *txn) endArray(r *row, at time.Time, failed int) error {
	outcome, code, reason := godocker.Succeeded, 0, ""
	switch {
	case r.kill():
		outcome, code, reason = godocker.Killed, godocker.KilledExitCode, "Killed by "+r.by
	case failed > 0:
		outcome, code = godocker.Failed, 1
		reason = fmt.Sprintf("%d of %d elements did not succeed", failed, r.elements)
		which, err := t.failedValues(r)
		if err != nil {
			return err
		}
		reason += which
	}
	t.move(r, at, godocker.Over, reason)
	err := t.exec(`UPDATE tasks SET state = 'over', detail = '', outcome = ?, exit_code = ?, reason = ?, ended = ?, finished = ?, suspended = 0 WHERE id = ?`,
		string(outcome), code, reason, micros(at), micros(at), r.id)
	if err != nil {
		return err
	}
	return t.settle(at, []*row{r}, nil)
}

// Of the elements that did not succeed, the reason of their array names the first
// namedValues; not of greater arrays than namedUpTo, all of whose rows would be read
// while others wait.
const (
	namedValues = 5
	namedUpTo   = 20_000
)

const failedValuesText = `SELECT element FROM tasks WHERE parent_id = ? AND parent_id <> 0 AND state IN ('over', 'archived') AND outcome <> 'succeeded' ORDER BY id LIMIT ?`

// failedValues says, in the words of a reason, which values did not succeed.
func (t *txn) failedValues(array *row) (string, error) {
	if array.elements > namedUpTo {
		return "", nil
	}
	var values []string
	err := t.query(failedValuesText, []any{array.id, namedValues + 1}, func(scan func(...any) error) error {
		var v int64
		err := scan(&v)
		values = append(values, strconv.FormatInt(v, 10))
		return err
	})
	switch n := len(values); {
	case err != nil || n == 0:
		return "", err
	case n == 1:
		return ": value " + values[0], nil
	case n > namedValues:
		return ": values " + strings.Join(values[:namedValues], ", ") + ", …", nil
	default:
		return ": values " + strings.Join(values, ", "), nil
	}
}

// Arrays returns the arrays that have elements waiting, by ascending id; with ids,
// only those.
func (s *Store) Arrays(ctx context.Context, ids []int64) ([]godocker.QueuedArray, error) {
	f := &filter{}
	f.add("t.elements > 0 AND t.array_waiting > 0")
	if ids != nil {
		f.add("t.id IN ("+list(len(ids))+")", anys(ids)...)
	}
	if ids != nil && len(ids) == 0 {
		return nil, nil
	}
	var as []godocker.QueuedArray
	err := s.read(ctx, func(q querier) error {
		as = nil
		return q.query(selectArrays+f.where()+"ORDER BY t.id", f.args, func(scan func(...any) error) error {
			var a godocker.QueuedArray
			var k godocker.Task
			var spec []byte
			err := scan(&a.ID, &a.Waiting, &a.Held, &a.Kill, &a.Suspended, &a.Disabled, &spec)
			if err == nil {
				err = decodeSpec(spec, &k)
			}
			if err == nil {
				a.Range, err = godocker.ParseRange(k.Requirements.Array.Values)
			}
			as = append(as, a)
			return err
		})
	})
	return as, err
}

const selectArrays = `SELECT t.id, t.array_waiting, t.array_held,
	CASE WHEN t.wish = 'kill' AND t.wish_done = 0 AND t.wish_refused = '' THEN 1 ELSE 0 END, t.suspended, ` + isHeldBy + `, j.spec FROM tasks t JOIN jobs j ON j.id = t.job `

// Elements returns elements of an array that wait, above after in number.
func (s *Store) Elements(ctx context.Context, array, after int64, limit int) ([]godocker.Queued, error) {
	var qs []godocker.Queued
	err := s.read(ctx, func(q querier) (err error) {
		qs, err = scanQueued(q, selectQueued+`WHERE parent_id = ? AND parent_id <> 0 AND state = 'pending' AND id > ? ORDER BY id LIMIT ?`,
			[]any{array, after, limit})
		return err
	})
	return qs, err
}

// Fates returns what became so far of those of the tasks that exist.
func (s *Store) Fates(ctx context.Context, ids []int64) (map[int64]godocker.Fate, error) {
	out := make(map[int64]godocker.Fate, len(ids))
	err := s.read(ctx, func(q querier) error {
		for ids := range padded(ids) {
			err := q.query(`SELECT id, state, outcome, exit_code, started FROM tasks WHERE id IN (`+list(len(ids))+`)`, ids, func(scan func(...any) error) error {
				var id, started int64
				var f godocker.Fate
				var code sql.NullInt64
				err := scan(&id, &f.State, &f.Outcome, &code, &started)
				f.ExitCode, f.Started = exitCode(code), started != 0
				out[id] = f
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

const wishElementsText = `UPDATE tasks SET wish = ?, wish_by = ?, wish_asked = ?, wish_done = 0, wish_refused = ''
	WHERE parent_id = ? AND parent_id <> 0 AND NOT (wish = 'kill' AND wish_done = 0 AND wish_refused = '') AND `

// wishOf says which elements are meant by a wish about their array: those that hold
// something, and for resume those that are suspended or to be. The others wait and
// are the scheduler's, who sees the array.
var wishOf = map[godocker.WishKind]string{
	godocker.WishKill:    `state IN ('starting', 'running')`,
	godocker.WishSuspend: `state IN ('starting', 'running') AND suspended = 0`,
	godocker.WishResume: `state IN ('pending', 'starting', 'running') AND (suspended = 1 OR
		wish = 'suspend' AND wish_done = 0 AND wish_refused = '')`,
}

// wishElements asks the same of the elements.
func (t *txn) wishElements(array *row, w godocker.Wish) error {
	which := wishOf[w.Kind]
	if which == "" {
		return nil
	}
	if w.Kind != godocker.WishKill {
		if err := t.holdBack(array, w); err != nil {
			return err
		}
	}
	t.wrote = true
	return t.query(wishElementsText+which+` RETURNING id, state, attempt`, []any{string(w.Kind), w.By, micros(w.Asked), array.id}, func(scan func(...any) error) error {
		r := row{parent: array.id, user: array.user, project: array.project}
		err := scan(&r.id, &r.state, &r.attempt)
		t.event(r.event(w.Asked, godocker.EventWished, string(w.Kind)))
		return err
	})
}

// holdBack suspends the waiting elements of an array, or lets them go on. No room
// has to do with it, so that it is done at once.
func (t *txn) holdBack(array *row, w godocker.Wish) error {
	t.event(array.event(w.Asked, godocker.EventGranted, string(w.Kind)))
	return t.exec(`UPDATE tasks SET wish_done = ?, suspended = ? WHERE id = ?`, micros(w.Asked), number(w.Kind == godocker.WishSuspend), array.id)
}
