// Package dispatch is the third room: it hands chosen tasks to their executor. A
// task is taken for a limited time, so that those of a process that died are taken
// by another; and Start is idempotent, so that a task taken twice starts once.
package dispatch

import (
	"context"
	"errors"
	"log/slog"
	"strings"
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
	store.Rooms
	store.Housekeeping
}

// A Room dispatches. Run it once.
type Room struct {
	Store     Store
	Hub       *live.Hub
	Executors map[string]executor.Executor
	Dirs      *jobdir.Tree
	Runner    string // path of the runner on the nodes
	Cluster   string // name of this installation
	Holder    string // name of this process
	Log       *slog.Logger

	mu      sync.Mutex
	busy    map[int64]bool // tasks this process is at
	started *loop.Batch[store.Start]
	ended   *loop.Batch[store.End]
	wg      sync.WaitGroup
}

const (
	takeFor  = time.Minute // then another process may take the task
	takeMost = 200         // at once
)

// Run dispatches until ctx is done, and then waits for what it began.
func (r *Room) Run(ctx context.Context) {
	r.busy = map[int64]bool{}
	r.started, r.ended = loop.NewBatch[store.Start](500), loop.NewBatch[store.End](500)
	r.wg.Go(func() {
		r.started.Run(ctx, r.Log, func(ctx context.Context, ss []store.Start) error {
			_, err := r.Store.Started(ctx, time.Now(), ss)
			return err
		})
	})
	r.wg.Go(func() {
		r.ended.Run(ctx, r.Log, func(ctx context.Context, es []store.End) error {
			_, err := r.Store.Ended(ctx, time.Now(), es)
			return err
		})
	})
	wake := r.Hub.Entering(godocker.Starting)
	loop.Loop{Name: "dispatch", Wake: wake, Tick: 5 * time.Second, Log: r.Log}.Run(ctx, r.step)
	r.wg.Wait()
}

// step takes tasks and begins to start each of them.
func (r *Room) step(ctx context.Context) (bool, error) {
	now := time.Now()
	tasks, err := r.Store.Take(ctx, godocker.Starting, r.Holder, now, now.Add(takeFor), takeMost)
	if err != nil {
		return false, err
	}
	for i := range tasks {
		t := &tasks[i]
		if !r.mark(t.ID) {
			continue // its time was up while this process is still at it
		}
		r.wg.Go(func() {
			defer r.unmark(t.ID)
			r.try(ctx, t)
		})
	}
	return len(tasks) == takeMost, nil
}

func (r *Room) mark(id int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.busy[id] {
		return false
	}
	r.busy[id] = true
	return true
}

func (r *Room) unmark(id int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.busy, id)
}

// try starts one task and sees to what comes of it. Whatever happens, the task
// leaves this state, or is taken again later.
func (r *Room) try(ctx context.Context, t *godocker.Task) {
	key := store.AttemptKey{ID: t.ID, Attempt: t.Attempt}
	if t.Wish.Wants(godocker.WishKill) {
		// An earlier try may have started it; it is removed with the attempt.
		r.ended.Add(ctx, store.End{AttemptKey: key, Outcome: godocker.Killed, Reason: "killed while it was being started"})
		return
	}
	got, err := loop.Guard(func() (executor.Started, error) { return r.start(ctx, t) })
	switch {
	case ctx.Err() != nil:
		// The next process takes it up.
	case err == nil:
		r.started.Add(ctx, store.Start{AttemptKey: key, Handle: string(got.Handle), EngineID: got.EngineID, Node: got.Node, IP: got.IP, Ports: got.Ports})
	case errors.Is(err, executor.ErrNoRoom):
		r.again(ctx, t, key, "Not enough resources available: the executor has no room now")
	case errors.Is(err, executor.ErrCannotStart):
		r.ended.Add(ctx, store.End{AttemptKey: key, Outcome: godocker.CannotStart, Reason: words(err), Ended: time.Now()})
	default:
		r.Log.Error("a task could not be handed over; it waits and is tried again", "task", t.ID, "attempt", t.Attempt, "error", err)
		r.again(ctx, t, key, "Waiting: the executor could not be asked to start it")
	}
}

// again sends a task back to the queue.
func (r *Room) again(ctx context.Context, t *godocker.Task, key store.AttemptKey, why string) {
	if err := r.Store.Defer(ctx, time.Now(), key, why); err != nil && ctx.Err() == nil {
		r.Log.Error("a task could not be sent back to the queue; it is taken again later", "task", t.ID, "error", err)
	}
}

// words is the engine's own text, without the prefix that is for programs.
func words(err error) string {
	return strings.TrimPrefix(err.Error(), executor.ErrCannotStart.Error()+": ")
}
