package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"godocker"
)

const selectQueued = `SELECT id, parent_id, user_id, project, state, attempt, cpu, ram, gpus,
	CASE WHEN state = 'pending' THEN asked ELSE executor END, node, submitted,
	CASE WHEN wish = 'kill' AND wish_done = 0 AND wish_refused = '' THEN 1 ELSE 0 END,
	CASE WHEN wish <> 'kill' AND wish_done = 0 AND wish_refused = '' THEN wish ELSE '' END, suspended, detail, element, needs, failed, labels, not_before,
	nice, lifespan, started, likeness, ` + isHeldBy + ` FROM tasks `

// Queue returns the tasks in the given states by ascending id. Each state is read
// along the index of states and ids; one statement reads them all, so no task is
// missed or seen twice while it moves.
func (s *Store) Queue(ctx context.Context, states []godocker.State, ids []int64, after int64, limit int) ([]godocker.Queued, error) {
	var qs []godocker.Queued
	if len(states) == 0 {
		return nil, nil
	}
	if len(ids) > idsAtOnce {
		return s.queueOfMany(ctx, states, ids, after, limit)
	}
	text, args := queueText(states, ids, after, limit)
	err := s.read(ctx, func(q querier) (err error) {
		qs, err = scanQueued(q, text, args)
		return err
	})
	return firstQueued(qs, limit), err
}

func scanQueued(q querier, text string, args []any) ([]godocker.Queued, error) {
	var qs []godocker.Queued
	err := q.query(text, args, func(scan func(...any) error) error {
		var k godocker.Queued
		var submitted, later, lifespan, started int64
		var needs, failed, labels string
		err := scan(&k.ID, &k.ParentID, &k.User, &k.Project, &k.State, &k.Attempt, &k.CPU, &k.RAM, &k.GPUs,
			&k.Executor, &k.Node, &submitted, &k.Kill, &k.Wish, &k.Suspended, &k.Detail, &k.Element, &needs, &failed, &labels, &later,
			&k.Nice, &lifespan, &started, &k.Likeness, &k.Disabled)
		k.Submitted, k.NotBefore = fromMicros(submitted), fromMicros(later)
		k.Lifespan, k.Started = time.Duration(lifespan)*time.Microsecond, fromMicros(started)
		if err == nil {
			err = fromJSON(needs, &k.Needs)
		}
		if err == nil {
			err = errors.Join(fromJSON(failed, &k.Failed), fromJSON(labels, &k.Labels))
		}
		qs = append(qs, k)
		return err
	})
	return qs, err
}

// idsAtOnce keeps a statement below the number of arguments that an engine takes.
const idsAtOnce = 2000

// queueOfMany asks for some ids after the others.
func (s *Store) queueOfMany(ctx context.Context, states []godocker.State, ids []int64, after int64, limit int) ([]godocker.Queued, error) {
	var all []godocker.Queued
	for some := range slices.Chunk(ids, idsAtOnce) {
		qs, err := s.Queue(ctx, states, some, after, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, qs...)
	}
	all = firstQueued(all, 0)
	all = slices.CompactFunc(all, func(a, b godocker.Queued) bool { return a.ID == b.ID })
	return firstQueued(all, limit), nil
}

func firstQueued(qs []godocker.Queued, limit int) []godocker.Queued {
	slices.SortFunc(qs, func(a, b godocker.Queued) int { return cmp.Compare(a.ID, b.ID) })
	if limit > 0 && len(qs) > limit {
		qs = qs[:limit]
	}
	return qs
}

func queueText(states []godocker.State, ids []int64, after int64, limit int) (string, []any) {
	n := int64(limit)
	if limit <= 0 {
		n = math.MaxInt64
	}
	var parts []string
	var args []any
	for _, st := range states {
		f := &filter{}
		f.add("state = ? AND elements = 0", string(st))
		if ids == nil && st == godocker.Pending {
			f.add("parent_id = 0") // elements are asked for array by array
		}
		if ids != nil {
			if len(ids) == 0 {
				f.add("1 = 0")
			} else {
				f.add("id IN ("+list(len(ids))+")", anys(ids)...)
			}
		}
		if after > 0 {
			f.add("id > ?", after)
		}
		part := selectQueued + f.where()
		if limit > 0 {
			part = "SELECT * FROM (" + part + "ORDER BY id LIMIT ?) AS s_" + string(st)
			f.args = append(f.args, n)
		}
		parts, args = append(parts, part), append(args, f.args...)
	}
	return strings.Join(parts, " UNION ALL "), args
}

// Take gives the holder tasks that nobody holds, those that waited longest first.
func (s *Store) Take(ctx context.Context, state godocker.State, holder string, now, until time.Time, limit int) ([]godocker.Task, error) {
	if limit <= 0 {
		return nil, nil
	}
	// The state stands in the text, as SQLite uses a partial index only if it
	// can see that the condition holds.
	if !slices.Contains(godocker.States, state) {
		return nil, godocker.Errorf(godocker.Invalid, "there is no state %q", state)
	}
	var rows []taskRow
	err := s.write(ctx, func(t *txn) error {
		rows = nil
		var ids []int64
		text := `WITH free AS MATERIALIZED (SELECT id FROM tasks WHERE state = '` + string(state) +
			`' AND held_until <= ? ORDER BY held_until, id LIMIT ?` + t.d.skipLocked + `)
			UPDATE tasks SET holder = ?, held_until = ? WHERE id IN (SELECT id FROM free) RETURNING id`
		t.wrote = true
		err := t.query(text, []any{micros(now), limit, holder, micros(until)}, func(scan func(...any) error) error {
			var id int64
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
		if err != nil {
			return err
		}
		slices.Sort(ids)
		rows, err = rowsByID(t, selectScripts, ids)
		return err
	})
	if err != nil {
		return nil, err
	}
	return decoded(rows)
}

// Vacate lets go of the tasks of a state that the holder took.
func (s *Store) Vacate(ctx context.Context, state godocker.State, holder string) error {
	if !slices.Contains(godocker.States, state) {
		return godocker.Errorf(godocker.Invalid, "there is no state %q", state)
	}
	return s.write(ctx, func(t *txn) error {
		return t.exec(`UPDATE tasks SET holder = '', held_until = 0 WHERE state = '`+string(state)+`' AND held_until > 0 AND holder = ?`, holder)
	})
}

// Hold gives the holder tasks for longer that it took.
func (s *Store) Hold(ctx context.Context, state godocker.State, holder string, ids []int64, until time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	return s.write(ctx, func(t *txn) error {
		for ids := range padded(ids) {
			args := append([]any{micros(until), string(state), holder}, ids...)
			if err := t.exec(`UPDATE tasks SET held_until = ? WHERE state = ? AND holder = ? AND held_until > 0 AND id IN (`+list(len(ids))+`)`, args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// selectWishes hides the state from SQLite, which would go by its index otherwise
// and not by the much smaller one of open wishes.
const selectWishes = selectTasks + `WHERE t.wish <> '' AND t.wish_done = 0 AND t.wish_refused = '' AND COALESCE(t.state, '') IN `

// Wishes returns the tasks in the given states that have an open wish.
func (s *Store) Wishes(ctx context.Context, states []godocker.State) ([]godocker.Task, error) {
	if len(states) == 0 {
		return nil, nil
	}
	var ts []godocker.Task
	err := s.read(ctx, func(q querier) (err error) {
		ts, err = queryTasks(q, selectWishes+`(`+list(len(states))+`) ORDER BY t.id`, strs(states)...)
		return err
	})
	return ts, err
}
