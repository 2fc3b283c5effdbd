// Package archive is the sixth room: it clears the folders of tasks that are over
// for long enough, or whose owner asked for it, and keeps their records.
package archive

import (
	"context"
	"log/slog"
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
}

// A Room archives. Run it once.
type Room struct {
	Store Store
	Hub   *live.Hub
	Dirs  *jobdir.Tree
	Keep  time.Duration // how long a folder stays after the task is over; 0 = forever
	Log   *slog.Logger
}

const (
	atOnce    = 100
	lookEvery = time.Hour
	// keepEvents is how long the history of changes is kept for those who
	// follow it; the attempts and outcomes of tasks are kept with the tasks.
	keepEvents = 30 * 24 * time.Hour
)

// Run archives until ctx is done.
func (r *Room) Run(ctx context.Context) {
	wake := r.Hub.Signal(func(e godocker.Event) bool {
		return e.Kind == godocker.EventWished && e.Text == string(godocker.WishArchive)
	})
	loop.Loop{Name: "archive", Wake: wake, Tick: lookEvery, Log: r.Log}.Run(ctx, r.step)
}

func (r *Room) step(ctx context.Context) (bool, error) {
	now := time.Now()
	due, err := r.Store.Wishes(ctx, []godocker.State{godocker.Over})
	if err != nil {
		return false, err
	}
	more := false
	if r.Keep > 0 {
		old, err := r.Store.List(ctx, store.Query{States: []godocker.State{godocker.Over}, FinishedBefore: now.Add(-r.Keep), Limit: atOnce})
		if err != nil {
			return false, err
		}
		more = len(old) == atOnce
		due = append(due, old...)
	}
	done := 0
	for i := range due {
		if err := r.archive(ctx, now, &due[i]); err != nil {
			r.Log.Error("a task could not be archived", "task", due[i].ID, "error", err)
			continue
		}
		done++
	}
	return more && done > 0, r.Store.Forget(ctx, now.Add(-keepEvents))
}

// archive removes the files first: a crash in between is repaired by doing it
// again.
func (r *Room) archive(ctx context.Context, now time.Time, t *godocker.Task) error {
	if err := r.Dirs.Remove(t); err != nil {
		return err
	}
	_, err := r.Store.Archive(ctx, now, []int64{t.ID})
	return err
}
