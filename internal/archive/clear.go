package archive

import (
	"context"
	"errors"
	"time"

	"godocker"
	"godocker/store"
)

// clear archives one task, with its elements if it is an array, and removes its record
// if that is asked for. The files go first: a crash in between is repaired by doing
// it again.
func (r *Room) clear(ctx context.Context, t *godocker.Task) error {
	isArray := t.Requirements.Array.Count > 0 && t.ParentID == 0
	if t.State == godocker.Over {
		if err := r.Dirs.Clear(ctx, t); err != nil {
			return err
		}
	}
	if isArray {
		if err := r.elements(ctx, t.ID, []godocker.State{godocker.Over}, r.Store.Archive); err != nil {
			return err
		}
	}
	if t.State == godocker.Over {
		if _, err := r.Store.Archive(ctx, time.Now(), []int64{t.ID}); err != nil {
			return err
		}
	}
	if !t.Wish.Wants(godocker.WishPurge) {
		return nil
	}
	if isArray {
		if err := r.elements(ctx, t.ID, nil, r.Store.Purge); err != nil {
			return err
		}
	}
	gone, err := r.Store.Purge(ctx, time.Now(), []int64{t.ID})
	if err == nil && len(gone) == 0 {
		err = godocker.Errorf(godocker.Conflict, "the record of task %d was not removed", t.ID)
	}
	return err
}

// elements moves the elements of an array along, some at a time.
func (r *Room) elements(ctx context.Context, array int64, states []godocker.State, move func(context.Context, time.Time, []int64) ([]int64, error)) error {
	for after := array; ; {
		ts, err := r.Store.List(ctx, store.Query{Parent: array, States: states, After: after, Limit: batch})
		if err != nil || len(ts) == 0 {
			return err
		}
		ids := make([]int64, len(ts))
		for i := range ts {
			ids[i] = ts[i].ID
		}
		if _, err := move(ctx, time.Now(), ids); err != nil {
			return err
		}
		after = ids[len(ids)-1]
	}
}

// Clean archives the given tasks now, or without any, all that are over for long
// enough, and returns how many. It is for a process beside the one that runs the
// Room; both may be at the same task.
func (r *Room) Clean(ctx context.Context, ids []int64) (n int, err error) {
	if len(ids) == 0 {
		return r.cleanOld(ctx)
	}
	var errs []error
	for _, id := range ids {
		t, err := r.Store.Task(ctx, id)
		if err == nil && !t.State.Final() {
			err = godocker.Errorf(godocker.Conflict, "task %d is not over", id)
		}
		if err == nil {
			err = r.clear(ctx, &t)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		n++
	}
	return n, errors.Join(errs...)
}

func (r *Room) cleanOld(ctx context.Context) (n int, err error) {
	for r.Keep > 0 {
		old, err := r.old(ctx, time.Now(), atOnce)
		if err != nil || len(old) == 0 {
			return n, err
		}
		for i := range old {
			if err := r.clear(ctx, &old[i]); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}
