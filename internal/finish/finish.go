// Package finish is the fifth room: it closes the books of attempts that stopped.
// It decides how the task ended, counts what it used, and afterwards frees what the
// executor still holds. Whatever it needs was stored when the attempt stopped, so
// that it can begin again at any point.
package finish

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/jobdir"
	"godocker/internal/live"
	"godocker/internal/loop"
	"godocker/store"
)

// Store is what the room needs of the store.
type Store interface {
	store.Tasks
	store.Rooms
	store.Housekeeping
}

// A Room finishes. Run it once.
type Room struct {
	Store     Store
	Hub       *live.Hub
	Executors map[string]executor.Executor
	Dirs      *jobdir.Tree
	Cluster   string // name of this installation
	Holder    string // name of this process
	Log       *slog.Logger

	fresh bool // what an earlier process of this name took was let go of
	gives sync.WaitGroup
	mu    sync.Mutex
	busy  map[int64]bool // tasks whose folders are being given to their owners
}

const (
	takeFor    = 15 * time.Second
	takeMost   = 500
	freeAtOnce = 4   // removals that go on side by side
	tooMany    = 100 // attempts to be removed
	giveWay    = 30 * time.Second
)

// Run finishes until ctx is done.
func (r *Room) Run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() {
		l := loop.Loop{Name: "finish", Wake: r.Hub.Entering(godocker.Ending), Tick: 5 * time.Second, Log: r.Log}
		l.Run(ctx, r.step)
	})
	names := slices.Collect(maps.Keys(r.Executors))
	release := func(wake <-chan struct{}, executors []string, others bool) {
		wg.Go(func() {
			l := loop.Loop{Name: "release", Wake: wake, Tick: giveWay, Log: r.Log}
			l.Run(ctx, func(ctx context.Context) (bool, error) { return r.release(ctx, executors, others) })
		})
	}
	for _, name := range names { // each by itself: one that is slow keeps no other waiting
		release(r.Hub.Entering(godocker.Over, godocker.Pending), []string{name}, false)
	}
	release(nil, names, true) // of executors that the configuration has no more
	wg.Go(func() {
		loop.Loop{Name: "count", Wake: r.Hub.Entering(godocker.Over), Tick: countEvery, Log: r.Log}.Run(ctx, r.count)
	})
	wg.Go(func() { loop.Loop{Name: "sweep", Tick: sweepEvery, Log: r.Log}.Run(ctx, r.sweep) })
	wg.Wait()
	r.gives.Wait()
}

func (r *Room) step(ctx context.Context) (bool, error) {
	if !r.fresh {
		if err := r.Store.Vacate(ctx, godocker.Ending, r.Holder); err != nil {
			return false, err
		}
		r.fresh = true
	}
	now := time.Now()
	tasks, err := r.Store.Take(ctx, godocker.Ending, r.Holder, now, now.Add(takeFor), takeMost)
	if err != nil || len(tasks) == 0 {
		return false, err
	}
	return len(tasks) == takeMost, r.finish(ctx, now, r.later(ctx, tasks))
}

// finish closes the books of tasks.
func (r *Room) finish(ctx context.Context, now time.Time, tasks []godocker.Task) error {
	if len(tasks) == 0 {
		return nil
	}
	fs := make([]store.Finish, len(tasks))
	for i := range tasks {
		if fs[i] = r.understood(&tasks[i]); fs[i].Again {
			r.keep(&tasks[i])
			rest(&tasks[i], &fs[i], now)
		} else {
			fs[i].Disk = r.weigh(ctx, &tasks[i])
		}
	}
	_, err := r.Store.Finish(ctx, now, fs)
	return err
}

// keep puts aside what an attempt printed that is not the last.
func (r *Room) keep(t *godocker.Task) {
	if err := r.Dirs.Keep(t); err != nil {
		r.Log.Warn("the logs of an attempt could not be kept apart", "task", t.ID, "attempt", t.Attempt, "error", err)
	}
}

// understood judges a task, and never fails.
func (r *Room) understood(t *godocker.Task) store.Finish {
	f, err := loop.Guard(func() (store.Finish, error) { return r.judge(t), nil })
	if err != nil {
		r.Log.Error("a task ended in a way that was not understood", "task", t.ID, "error", err)
		f = store.Finish{AttemptKey: store.AttemptKey{ID: t.ID, Attempt: t.Attempt},
			Outcome: godocker.Failed, ExitCode: t.ExitCode, Reason: "The end of the task was not understood; the server's log says more"}
	}
	return f
}

// release has the executors forget attempts that are over.
func (r *Room) release(ctx context.Context, executors []string, others bool) (bool, error) {
	all, err := r.Store.Unreleased(ctx, executors, others, takeMost)
	if err != nil || len(all) == 0 {
		return false, err
	}
	left, slots, err := r.removals(ctx, all)
	if err != nil {
		return false, err
	}
	var mu sync.Mutex
	var done []store.AttemptKey
	var wg sync.WaitGroup
	for _, a := range left {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := r.remove(ctx, a); err != nil {
				if ctx.Err() == nil {
					r.Log.Warn("an attempt could not be removed yet", "task", a.TaskID, "attempt", a.Number, "error", err)
				}
				return
			}
			mu.Lock()
			defer mu.Unlock()
			done = append(done, store.AttemptKey{ID: a.TaskID, Attempt: a.Number})
		})
	}
	wg.Wait()
	if len(done) == 0 {
		return false, nil // each said why; the tick tries again
	}
	return len(all) == takeMost || len(done) < len(left), r.Store.Released(ctx, done)
}

// removals says which attempts to remove now, and has a slot for each that may go on
// beside others. They give way to tasks that are being started, which people wait for and
// engines are as busy with: for a while, or until too much is left lying about. What may
// still run gives way to nothing, nor does what holds temporary storage, as those that start
// may want it.
func (r *Room) removals(ctx context.Context, all []godocker.Attempt) ([]godocker.Attempt, chan struct{}, error) {
	n, err := r.Store.Count(ctx)
	if err != nil || n[godocker.Starting] == 0 || len(all) >= tooMany {
		return all, make(chan struct{}, freeAtOnce), err
	}
	fresh := time.Now().Add(-giveWay)
	return slices.DeleteFunc(all, func(a godocker.Attempt) bool {
		e := r.Executors[a.Executor]
		return a.Ended.After(fresh) && stopped(a) && e != nil && !e.Capabilities().TmpStorage
	}), make(chan struct{}, 1), nil
}

// stopped reports whether the executor saw the attempt end. Any other may still run, or begin
// only now: one that was killed while it was being started, one on a node that is lost.
func stopped(a godocker.Attempt) bool {
	return !a.Started.IsZero() && a.Outcome != godocker.NodeLost
}

// remove frees one attempt. An attempt without a handle may still have begun, by a
// process that died before it could write that down.
func (r *Room) remove(ctx context.Context, a godocker.Attempt) error {
	exec := r.Executors[a.Executor]
	if exec == nil {
		return nil // the executor is not configured any more
	}
	ask, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	h := executor.Handle(a.Handle)
	if h == "" {
		if finder, ok := exec.(executor.Finder); ok {
			t, err := r.Store.Task(ask, a.TaskID)
			if errors.Is(err, godocker.NotFound) {
				return nil
			}
			if err == nil {
				h, err = finder.Find(ask, r.Cluster, a.TaskID, a.Number, t.Mark())
			}
			if err != nil || h == "" {
				return err
			}
		}
	}
	return exec.Remove(ask, h)
}
