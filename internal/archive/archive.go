// Package archive is the sixth room: it clears the folders of tasks that are over
// for long enough, or whose owner asked for it, and keeps their records.
package archive

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"godocker"
	"godocker/internal/jobdir"
	"godocker/internal/live"
	"godocker/internal/loop"
	"godocker/store"
)

// Store is what the room needs of the store.
type Store interface {
	store.Tasks
	store.Housekeeping
	store.Tallies
	store.Audit
}

// A Room archives. Run it once.
type Room struct {
	Store Store
	Hub   *live.Hub
	Dirs  *jobdir.Tree
	Keep  time.Duration // how long a folder stays after the task is over; 0 = forever
	Log   *slog.Logger

	forgot  time.Time // when pasts were last forgotten
	tallied time.Time // when the hours that are over were last counted
	slots   chan struct{}
	wake    chan struct{}
	all     sync.WaitGroup
	mu      sync.Mutex
	busy    map[int64]bool      // tasks whose folders are being removed
	failed  map[int64]time.Time // tasks whose folders could not be removed, and when
}

const (
	atOnce    = 100 // tasks that are looked for at a time
	workers   = 4   // folders that are removed side by side
	batch     = 500 // elements that are moved in one step
	lookEvery = time.Hour
	tryAgain  = time.Hour
	// keepEvents is how long the history of changes is kept for those who
	// follow it; the attempts and outcomes of tasks are kept with the tasks.
	keepEvents = 30 * 24 * time.Hour
	// keepPasts is how long it is remembered how long tasks ran, from the newest
	// of those that are alike.
	keepPasts = 90 * 24 * time.Hour
	// keepTallies is how far back statistics go.
	keepTallies = 5 * 365 * 24 * time.Hour
	// keepActs is how long it is kept who did what, and mostActs of how many acts.
	keepActs = 400 * 24 * time.Hour
	mostActs = 500_000
)

// Run archives until ctx is done. A huge folder keeps no other waiting, as long as
// there are not as many of them as workers.
func (r *Room) Run(ctx context.Context) {
	r.slots, r.busy, r.failed = make(chan struct{}, workers), map[int64]bool{}, map[int64]time.Time{}
	r.wake = r.Hub.Signal(func(e godocker.Event) bool {
		return e.Kind == godocker.EventWished && godocker.WishKind(e.Text).Cleans()
	})
	loop.Loop{Name: "archive", Wake: r.wake, Tick: lookEvery, Log: r.Log}.Run(ctx, r.step)
	r.all.Wait()
}

// step begins to archive what is due, as far as there are workers.
func (r *Room) step(ctx context.Context) (bool, error) {
	now := time.Now()
	due, err := r.due(ctx, now)
	if err != nil {
		return false, err
	}
	for i := range due {
		t := &due[i]
		if !r.mark(t.ID, now) {
			continue
		}
		select {
		case r.slots <- struct{}{}:
		case <-ctx.Done():
			return false, ctx.Err()
		}
		r.all.Go(func() {
			defer func() { <-r.slots }()
			_, err := loop.Guard(func() (struct{}, error) { return struct{}{}, r.clear(ctx, t) })
			r.done(ctx, t.ID, err)
		})
	}
	return false, errors.Join(r.Store.Forget(ctx, now.Add(-keepEvents)), r.forgetPasts(ctx, now), r.tally(ctx, now))
}

// forgetPasts looks at all that is remembered, and so not at every step.
func (r *Room) forgetPasts(ctx context.Context, now time.Time) error {
	if now.Sub(r.forgot) < lookEvery {
		return nil
	}
	err := r.Store.ForgetPasts(ctx, now.Add(-keepPasts))
	if err == nil {
		r.forgot = now
	}
	return err
}

// tally counts the hours that are over, some at a time so that others get their turns,
// and forgets what nobody looks at any more.
func (r *Room) tally(ctx context.Context, now time.Time) error {
	if now.Sub(r.tallied) < lookEvery {
		return nil
	}
	for more := true; more; {
		var err error
		if more, err = r.Store.Tally(ctx, now); err != nil {
			return err
		}
	}
	r.tallied = now
	return errors.Join(r.Store.ForgetTallies(ctx, now.Add(-keepTallies)), r.Store.ForgetActs(ctx, now.Add(-keepActs), mostActs))
}

// due returns what somebody asked for, and then what is over for long enough.
func (r *Room) due(ctx context.Context, now time.Time) ([]godocker.Task, error) {
	asked, err := r.Store.Wishes(ctx, []godocker.State{godocker.Over, godocker.Archived})
	asked = slices.DeleteFunc(asked, func(t godocker.Task) bool { return !t.Wish.Kind.Cleans() })
	if err != nil || r.Keep <= 0 {
		return asked, err
	}
	r.mu.Lock()
	known := len(r.busy) + len(r.failed)
	r.mu.Unlock()
	old, err := r.old(ctx, now, atOnce+known)
	return append(asked, old...), err
}

// old returns tasks that are over for long enough; arrays stand for their elements.
func (r *Room) old(ctx context.Context, now time.Time, limit int) ([]godocker.Task, error) {
	return r.Store.List(ctx, store.Query{States: []godocker.State{godocker.Over}, FinishedBefore: now.Add(-r.Keep), Whole: true, Limit: limit})
}

// mark takes a task, unless somebody is at it or it failed a short time ago.
func (r *Room) mark(id int64, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at, ok := r.failed[id]; r.busy[id] || ok && now.Sub(at) < tryAgain {
		return false
	}
	r.busy[id] = true
	return true
}

// done lets go of a task, and has the next ones looked for.
func (r *Room) done(ctx context.Context, id int64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.busy, id)
	if err == nil {
		delete(r.failed, id)
		select {
		case r.wake <- struct{}{}:
		default:
		}
		return
	}
	r.failed[id] = time.Now()
	if ctx.Err() == nil {
		r.Log.Error("a task could not be archived; it is tried again", "task", id, "error", err)
	}
}
