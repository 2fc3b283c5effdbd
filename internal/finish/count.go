package finish

import (
	"context"
	"sync"
	"time"

	"godocker"
	"godocker/internal/loop"
	"godocker/store"
)

// countAtOnce is how many entries of a folder are counted before its task is said to
// be over. Larger folders are counted afterwards, so that nobody waits for it.
const countAtOnce = 1000

// weigh says how large the folder of a task is that comes to be over.
func (r *Room) weigh(ctx context.Context, t *godocker.Task) int64 {
	n, all, err := r.Dirs.Size(ctx, t, countAtOnce)
	if err != nil || !all {
		return godocker.Uncounted
	}
	return n
}

// countsAtOnce is how many folders are gone through side by side.
const countsAtOnce = 4

// count sees to the folders of tasks that are over and were not counted yet.
func (r *Room) count(ctx context.Context) (bool, error) {
	for after := int64(0); ; {
		tasks, err := r.Store.Uncounted(ctx, after, takeMost)
		if err != nil || len(tasks) == 0 {
			return false, err
		}
		var wg sync.WaitGroup
		slots := make(chan struct{}, countsAtOnce)
		for i := range tasks {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				_, err := loop.Guard(func() (struct{}, error) { return struct{}{}, r.countOne(ctx, &tasks[i]) })
				if err != nil && ctx.Err() == nil {
					r.Log.Warn("the folder of a task could not be counted yet", "task", tasks[i].ID, "error", err)
				}
			})
		}
		wg.Wait()
		after = tasks[len(tasks)-1].ID
	}
}

// countOne gives a folder to its owner, where that was not done before the task came to
// be over, and counts it.
func (r *Room) countOne(ctx context.Context, t *godocker.Task) error {
	if t.Container.Root {
		if err := r.giveLate(ctx, t); err != nil {
			return err
		}
	}
	n, _, err := r.Dirs.Size(ctx, t, 0)
	if err != nil {
		return err
	}
	return r.Store.Counted(ctx, []store.Folder{{ID: t.ID, Bytes: n}})
}

// giveLate gives the folder of a task that ended while it waited for another attempt to
// its owner, once nothing is left of the earlier ones. What an executor holds that is
// not configured any more may still run: then the folder stays closed.
func (r *Room) giveLate(ctx context.Context, t *godocker.Task) error {
	as, err := r.Store.Attempts(ctx, t.ID)
	if err != nil {
		return err
	}
	for _, a := range as {
		if r.Executors[a.Executor] == nil {
			return nil
		}
		if a.Released {
			continue
		}
		if err := r.remove(ctx, a); err != nil {
			return err
		}
	}
	return r.Dirs.Give(t)
}

// countEvery is how often folders are looked for that could not be counted before.
const countEvery = 30 * time.Second
