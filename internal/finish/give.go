package finish

import (
	"context"
	"slices"
	"time"

	"godocker"
	"godocker/internal/loop"
)

// later takes out the tasks that ran as root. Each is finished by itself, when its
// folder was given to its owner: that may take as long as the folder is large.
func (r *Room) later(ctx context.Context, tasks []godocker.Task) []godocker.Task {
	return slices.DeleteFunc(tasks, func(t godocker.Task) bool {
		if t.Container.Root && r.mark(t.ID) {
			r.gives.Go(func() {
				defer r.unmark(t.ID)
				_, err := loop.Guard(func() (struct{}, error) { return struct{}{}, r.give(ctx, &t) })
				if err != nil && ctx.Err() == nil {
					r.Log.Error("a task that ran as root could not be finished; it is tried again", "task", t.ID, "error", err)
				}
			})
		}
		return t.Container.Root
	})
}

func (r *Room) mark(id int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.busy == nil {
		r.busy = map[int64]bool{}
	}
	was := r.busy[id]
	r.busy[id] = true
	return !was
}

func (r *Room) unmark(id int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.busy, id)
}

// give first has the executor remove the attempt. Its end is stored already, and the
// executor may not know of it: what still ran could put a program of root's into a
// folder that its owner has. For another attempt the folder stays closed.
func (r *Room) give(ctx context.Context, t *godocker.Task) error {
	a := godocker.Attempt{TaskID: t.ID, Number: t.Attempt, Executor: t.Executor, Handle: t.Handle}
	if err := r.remove(ctx, a); err != nil {
		return err
	}
	known := r.Executors[t.Executor] != nil // else what it holds may still run
	if known && !r.understood(t).Again {
		if err := r.Dirs.Give(t); err != nil {
			return err
		}
	}
	return r.finish(ctx, time.Now(), []godocker.Task{*t})
}
