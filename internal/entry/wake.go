package entry

import (
	"context"
	"errors"
	"sync"
	"time"

	"godocker"
	"godocker/store"
)

// Tasks is what a Hall needs of the store.
type Tasks interface {
	Task(ctx context.Context, id int64) (godocker.Task, error)
	Thaw(ctx context.Context, now time.Time, k store.AttemptKey) error
}

const (
	wakeTime  = 30 * time.Second // that it takes at most to thaw a task
	wakeEvery = 25 * time.Millisecond
	// dozeEvery is how often it is looked whether a task is frozen while somebody logs in.
	dozeEvery = 250 * time.Millisecond
)

func suspended(t *godocker.Task) error {
	return godocker.Errorf(godocker.Conflict, "task %d is suspended; it goes on after: god job resume %d", t.ID, t.ID)
}

// Wake thaws a task that was frozen because it was idle, and waits until it is. For one
// that is not suspended it does nothing; one that somebody suspended is godocker.Conflict.
// Who may ask to resume a task may wake it.
func (h *Hall) Wake(ctx context.Context, t *godocker.Task) error {
	if !t.Dozes() && !t.Suspended {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, wakeTime)
	defer cancel()
	tick := time.NewTicker(wakeEvery)
	defer tick.Stop()
	for {
		now, err := h.Tasks.Task(ctx, t.ID)
		switch {
		case err != nil:
		case now.State != godocker.Running || now.Attempt != t.Attempt || now.Mark() != t.Mark():
			return godocker.Errorf(godocker.Conflict, "task %d is %s", t.ID, now.State)
		case now.Dozes():
			err = h.Tasks.Thaw(ctx, time.Now(), store.AttemptKey{ID: t.ID, Attempt: t.Attempt})
			if errors.Is(err, godocker.Conflict) {
				err = nil // it is looked at again
			}
		case !now.Suspended:
			*t = now
			return nil
		case !now.Wish.Wants(godocker.WishResume):
			return suspended(t)
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return godocker.Errorf(godocker.Unavailable, "task %d is being thawed; try again in a moment", t.ID)
		case <-tick.C:
		}
	}
}

// KeepAwake thaws a task that is frozen in the moment in which somebody needs it, until
// the function that it returns is called.
func (h *Hall) KeepAwake(ctx context.Context, t *godocker.Task) (end func()) {
	if !t.Requirements.Idle.On() {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	one := *t
	var done sync.WaitGroup
	done.Go(func() {
		tick := time.NewTicker(dozeEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if now, err := h.Tasks.Task(ctx, one.ID); err == nil && now.Dozes() {
				_ = h.Wake(ctx, &now) // who needs it finds out what the matter is
			}
		}
	})
	return func() {
		cancel()
		done.Wait()
	}
}
