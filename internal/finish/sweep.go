package finish

import (
	"context"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/store"
)

// sweepEvery is how often the executors are asked for what nobody knows of. It is
// rare: a process that dies between the engine's answer and its own next step.
const sweepEvery = 10 * time.Minute

// sweep removes attempts that the executors hold although their tasks are over or
// at a later attempt. What belongs to no known task is left alone and reported: the
// database may be a copy that was restored.
func (r *Room) sweep(ctx context.Context) (bool, error) {
	for name, exec := range r.Executors {
		lister, ok := exec.(executor.Lister)
		if !ok {
			continue
		}
		ask, cancel := context.WithTimeout(ctx, time.Minute)
		found, err := lister.List(ask, r.Cluster)
		if err == nil {
			err = r.clear(ask, exec, found)
		}
		cancel()
		if err != nil && ctx.Err() == nil {
			r.Log.Warn("what an executor holds could not be checked", "executor", name, "error", err)
		}
	}
	return false, nil
}

func (r *Room) clear(ctx context.Context, exec executor.Executor, found []executor.Found) error {
	if len(found) == 0 {
		return nil
	}
	q := store.Query{}
	for _, f := range found {
		q.IDs = append(q.IDs, f.Task)
	}
	tasks, err := r.Store.List(ctx, q)
	if err != nil {
		return err
	}
	known := make(map[int64]*godocker.Task, len(tasks))
	for i := range tasks {
		known[tasks[i].ID] = &tasks[i]
	}
	for _, f := range found {
		switch t := known[f.Task]; {
		case t == nil || t.Mark() != f.Mark:
			r.Log.Warn("the executor holds an attempt of a task that does not exist; it is left alone, as it may be worth something to its owner", "handle", f.Handle)
		case t.State.Final() || t.Attempt > f.Attempt:
			if err := exec.Remove(ctx, f.Handle); err != nil {
				return err
			}
			r.Log.Info("removed an attempt that was left behind", "task", f.Task, "attempt", f.Attempt)
		}
	}
	return nil
}
