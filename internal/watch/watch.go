// Package watch is the fourth room: it sees attempts end, and carries out what
// people ask of running ones. It hears of ends from the engine's own stream where
// there is one, and inspects everything that runs after each gap in that stream
// and now and then in any case.
package watch

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/jobdir"
	"godocker/internal/live"
	"godocker/internal/loop"
	"godocker/store"
	"godocker/watcher"
)

// Store is what the room needs of the store.
type Store interface {
	store.Tasks
	store.Rooms
	store.Housekeeping
	store.Guards
	store.Events
}

// A Room watches. Run it once.
type Room struct {
	Store     Store
	Hub       *live.Hub
	Executors map[string]executor.Executor
	Dirs      *jobdir.Tree
	Cluster   string
	Grace     time.Duration // between TERM and KILL
	Sweep     time.Duration // how often everything is inspected
	Watchers  []watcher.Watcher
	Idle      *IdleCount // nil = nobody counts
	Log       *slog.Logger

	ended *loop.Batch[store.End]
	views map[string]*view
	guard *guard

	mu    sync.Mutex
	asked map[store.AttemptKey]time.Time // when a kill was last sent
	// expected ends the watch over attempts that people can log in to, or soon can.
	expected map[store.AttemptKey]context.CancelFunc
	waiting  sync.WaitGroup
}

// Run watches until ctx is done. What runs goes on.
func (r *Room) Run(ctx context.Context) {
	r.ended = loop.NewBatch[store.End](500)
	r.views, r.asked = map[string]*view{}, map[store.AttemptKey]time.Time{}
	r.expected = map[store.AttemptKey]context.CancelFunc{}
	r.guard = newGuard(r)
	var wg sync.WaitGroup
	wg.Go(func() { r.guard.run(ctx) })
	for name, exec := range r.Executors {
		v := newView(name, exec, r)
		r.views[name] = v
		wg.Go(func() { v.listen(ctx) })
		wg.Go(func() { v.run(ctx) })
	}
	wg.Go(func() {
		r.ended.Run(ctx, r.Log, func(ctx context.Context, es []store.End) error {
			_, err := r.Store.Ended(ctx, time.Now(), es)
			return err
		})
	})
	wg.Go(func() { r.follow(ctx) })
	for name := range r.Executors { // each by itself: one that does not answer keeps no other waiting
		wishes := r.Hub.Signal(func(e godocker.Event) bool { return e.Kind == godocker.EventWished || e.To == godocker.Running })
		wg.Go(func() {
			loop.Loop{Name: "wishes", Wake: wishes, Tick: r.Sweep, Log: r.Log}.Run(ctx, func(ctx context.Context) (bool, error) { return r.grant(ctx, name) })
		})
	}
	wg.Wait()
	r.waiting.Wait()
}

// follow keeps the views' knowledge of what runs: all of it at first, then what
// the events tell.
func (r *Room) follow(ctx context.Context) {
	var seq int64 = -1
	loop.Loop{Name: "watch", Wake: nil, Tick: time.Second, Log: r.Log}.Run(ctx, func(ctx context.Context) (bool, error) {
		if seq < 0 {
			last, err := r.Store.LastEvent(ctx)
			if err != nil {
				return false, err
			}
			if err := r.load(ctx, store.Query{States: []godocker.State{godocker.Running}}); err != nil {
				return false, err
			}
			for _, v := range r.views {
				v.sweep()
			}
			seq = last
		}
		events, err := r.Hub.After(ctx, seq)
		if err != nil {
			return false, err
		}
		if err := r.apply(ctx, events); err != nil {
			return false, err
		}
		seq = events[len(events)-1].Seq
		return true, nil
	})
}

func (r *Room) apply(ctx context.Context, events []godocker.Event) error {
	var begun, altered []int64
	for _, e := range events {
		switch {
		case e.Kind == godocker.EventGranted && e.To == godocker.Running: // suspended or resumed
			begun = append(begun, e.TaskID)
		case e.Kind == godocker.EventAltered:
			begun, altered = append(begun, e.TaskID), append(altered, e.TaskID)
		case e.Kind != godocker.EventMoved:
		case e.To == godocker.Running:
			begun = append(begun, e.TaskID)
		case e.From == godocker.Running:
			r.guard.forget(e.TaskID)
			r.forgetReady(store.AttemptKey{ID: e.TaskID, Attempt: e.Attempt})
			for _, v := range r.views {
				v.forget(store.AttemptKey{ID: e.TaskID, Attempt: e.Attempt})
			}
		}
	}
	for _, id := range altered { // of an array
		if err := r.load(ctx, store.Query{Parent: id, States: []godocker.State{godocker.Running}}); err != nil {
			return err
		}
	}
	if len(begun) == 0 {
		return nil
	}
	return r.load(ctx, store.Query{IDs: begun, States: []godocker.State{godocker.Running}})
}

func (r *Room) load(ctx context.Context, q store.Query) error {
	tasks, err := r.Store.List(ctx, q)
	if err != nil {
		return err
	}
	for i := range tasks {
		t := &tasks[i]
		if v := r.views[t.Executor]; v != nil {
			v.know(executor.Handle(t.Handle), store.AttemptKey{ID: t.ID, Attempt: t.Attempt}, t.Submitted)
			r.guard.know(t)
			r.expect(ctx, t)
		}
	}
	return nil
}
