package schedule

import (
	"context"
	"time"

	"godocker"
	"godocker/internal/plan"
	"godocker/store"
)

// An array has elements that wait. Only the next few are in the queue, however many
// there are: the rest cost nothing until their turn comes.
type array struct {
	godocker.QueuedArray
	after  int64 // the last element that was read
	inside int   // elements in the queue
	read   bool  // all were read; those that come back are read by their events
}

// window is how many elements of an array are in the queue at most.
const window = maxClaims

// know takes note of arrays as the store has them now.
func (b *book) know(as []godocker.QueuedArray) {
	for _, a := range as {
		b.Bind(a.ID, plan.Bound{Parallel: a.Range.Parallel, Stopped: a.Suspended})
		if have := b.arrays[a.ID]; have != nil {
			have.QueuedArray = a
			continue
		}
		b.arrays[a.ID] = &array{QueuedArray: a, after: a.ID, inside: b.inside[a.ID]}
	}
}

// queued counts what an array has in the queue.
func (b *book) queued(array int64, n int) {
	if array == 0 {
		return
	}
	if b.inside[array] += n; b.inside[array] == 0 {
		delete(b.inside, array)
	}
	if a := b.arrays[array]; a != nil {
		a.inside = b.inside[array]
	}
}

// room is how many more elements of an array are to be in the queue.
func (b *book) room(a *array) int {
	waiting := a.inside + b.needs.waitingOf(a.ID)
	if n := a.Range.Parallel; n > 0 && n < window { // no more than could start
		return n - b.HeldOf(a.ID) - waiting
	}
	if waiting > window/2 {
		return 0
	}
	return window - waiting
}

// topUp brings the next elements of arrays into the queue.
func (r *Room) topUp(ctx context.Context) error {
	for id, a := range r.book.arrays {
		want := r.book.room(a)
		if a.Kill || a.Suspended || a.read || want <= 0 {
			if a.read && a.inside+r.book.needs.waitingOf(id)+r.book.HeldOf(id) == 0 {
				delete(r.book.arrays, id)
				r.book.Bind(id, plan.Bound{})
			}
			continue
		}
		qs, err := r.Store.Elements(ctx, id, a.after, want)
		if err != nil {
			return err
		}
		a.read = len(qs) < want
		if len(qs) == 0 {
			continue
		}
		a.after = qs[len(qs)-1].ID
		if err := r.admit(ctx, r.book, qs); err != nil {
			return err
		}
	}
	return nil
}

// endArrays ends the waiting elements of arrays that nobody wants any more, some in
// each pass.
func (r *Room) endArrays(ctx context.Context, l godocker.Lease, now time.Time) (more bool, err error) {
	for id, a := range r.book.arrays {
		if !a.Kill {
			continue
		}
		qs, err := r.Store.Elements(ctx, id, 0, maxVerdicts)
		if err != nil {
			return false, err
		}
		if len(qs) == 0 {
			delete(r.book.arrays, id)
			continue
		}
		if err := r.end(ctx, l, now, killed(qs)); err != nil {
			return false, err
		}
		more = true
	}
	return more, nil
}

func killed(qs []godocker.Queued) []store.Verdict {
	code := godocker.KilledExitCode
	vs := make([]store.Verdict, len(qs))
	for i, q := range qs {
		vs[i] = store.Verdict{ID: q.ID, Outcome: godocker.Killed, ExitCode: &code, Reason: "killed before it started"}
	}
	return vs
}

// end decides about waiting tasks and takes them out of the queue.
func (r *Room) end(ctx context.Context, l godocker.Lease, now time.Time, vs []store.Verdict) error {
	if len(vs) == 0 {
		return nil
	}
	if _, err := r.Store.Decide(ctx, l, now, vs); err != nil {
		return err
	}
	for _, v := range vs {
		r.book.drop(v.ID)
	}
	return nil
}
