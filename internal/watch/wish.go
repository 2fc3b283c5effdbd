package watch

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/loop"
	"godocker/store"
)

const (
	// killAgain is how long after the grace time a kill that had no effect is
	// repeated.
	killAgain = 10 * time.Second
	// askAtOnce is how many requests go to the executors side by side.
	askAtOnce = 8
	askFor    = 30 * time.Second
)

// grant carries out the open wishes of tasks that run on an executor.
func (r *Room) grant(ctx context.Context, on string) (bool, error) {
	tasks, err := r.Store.Wishes(ctx, []godocker.State{godocker.Running})
	if err != nil {
		return false, err
	}
	r.each(ctx, slices.DeleteFunc(tasks, func(t godocker.Task) bool { return t.Executor != on }), r.carryOut)
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, at := range r.asked {
		if time.Since(at) > time.Hour {
			delete(r.asked, key)
		}
	}
	return false, nil
}

// each does something about tasks, some side by side. What fails is done again at the
// next sweep; one bad task keeps no other waiting.
func (r *Room) each(ctx context.Context, tasks []godocker.Task, do func(context.Context, *godocker.Task) error) {
	slots := make(chan struct{}, askAtOnce)
	var wg sync.WaitGroup
	for i := range tasks {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			ask, cancel := context.WithTimeout(ctx, askFor)
			defer cancel()
			_, err := loop.Guard(func() (struct{}, error) { return struct{}{}, do(ask, &tasks[i]) })
			if err != nil && ctx.Err() == nil {
				r.Log.Error("what a task needs could not be done yet", "task", tasks[i].ID, "wish", tasks[i].Wish.Kind, "error", err)
			}
		})
	}
	wg.Wait()
}

func (r *Room) carryOut(ctx context.Context, t *godocker.Task) error {
	exec := r.Executors[t.Executor]
	switch t.Wish.Kind {
	case godocker.WishKill, godocker.WishReschedule:
		return r.end(ctx, exec, t)
	case godocker.WishSuspend, godocker.WishResume:
		return r.freeze(ctx, exec, t)
	default:
		return nil
	}
}

// end asks the executor to end an attempt. Its end closes the wish.
func (r *Room) end(ctx context.Context, exec executor.Executor, t *godocker.Task) error {
	key := store.AttemptKey{ID: t.ID, Attempt: t.Attempt}
	r.mu.Lock()
	wait := time.Since(r.asked[key]) < r.Grace+killAgain
	r.mu.Unlock()
	if wait {
		return nil
	}
	if err := exec.Kill(ctx, executor.Handle(t.Handle), r.Grace); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked[key] = time.Now()
	return nil
}

// freeze suspends or resumes. The executor is asked first: a process that dies in
// between does both again.
func (r *Room) freeze(ctx context.Context, exec executor.Executor, t *godocker.Task) error {
	g := store.Grant{ID: t.ID, Kind: t.Wish.Kind, State: godocker.Running, Suspended: t.Suspended}
	sus, can := exec.(executor.Suspender)
	var err error
	switch {
	case !can || !exec.Capabilities().Suspend:
		g.Refusal = "The executor " + t.Executor + " cannot suspend tasks"
	case t.Outcome != godocker.NoOutcome:
		g.Refusal = "The task is being ended"
	case t.Dozes():
		err = r.doze(ctx, sus, t, &g)
	case t.Wish.Kind == godocker.WishSuspend:
		err, g.Suspended = sus.Suspend(ctx, executor.Handle(t.Handle)), true
	default:
		// Also one that is not known to be suspended: the wish may have
		// taken the place of another that was half done.
		if err, g.Suspended = sus.Resume(ctx, executor.Handle(t.Handle)), false; !t.Suspended {
			g.Refusal = "The task is not suspended"
		}
	}
	if err != nil {
		return err
	}
	err = r.Store.Grant(ctx, time.Now(), g)
	if errors.Is(err, godocker.Conflict) {
		return nil // it ended, or something else was asked for meanwhile
	}
	if err == nil && g.Refusal == "" && t.Wish.By == "" {
		r.Idle.count(func(c *IdleCount) {
			if g.Suspended {
				c.Frozen.Add(1)
			} else {
				c.Thawed.Add(1)
			}
		})
	}
	return err
}
