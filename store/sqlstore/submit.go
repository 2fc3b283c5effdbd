package sqlstore

import (
	"context"
	"time"

	"godocker"
)

// A submission is one call of Submit, encoded before it waits for a writer.
type submission struct {
	tasks []godocker.Task
	specs []string
	now   time.Time // for tasks that do not say when they were submitted
	first int64     // id of the first task, once numbered
}

var (
	insertTasks = insertInto("tasks", "", "id", "parent_id", "submitted", "state", "user_id", "project", "name",
		"cpu", "ram", "gpus", "asked", "detail")
	insertJobs = insertInto("jobs", "", "id", "spec", "tags", "words", "script")
)

// Submit stores new tasks in state Pending. When it returns they are on disk. A
// ParentID of -n means the n-th task of the same call, counted from 1.
func (s *Store) Submit(ctx context.Context, ts []godocker.Task) ([]int64, error) {
	if len(ts) == 0 {
		return nil, nil
	}
	sub := &submission{tasks: ts, specs: make([]string, len(ts)), now: time.Now()}
	for i := range ts {
		var err error
		if sub.specs[i], err = encodeSpec(&ts[i]); err != nil {
			return nil, godocker.Errorf(godocker.Invalid, "the task cannot be written down: %w", err)
		}
		if p := ts[i].ParentID; p < 0 && -p > int64(len(ts)) {
			return nil, godocker.Errorf(godocker.Invalid, "there is no task %d in this submission", -p)
		}
	}
	err := s.write(ctx, func(t *txn) error {
		t.later.submissions = append(t.later.submissions, sub)
		t.count("", godocker.Pending, len(ts))
		return nil
	})
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(ts))
	for i := range ids {
		ids[i] = sub.first + int64(i)
	}
	return ids, nil
}

// number gives the tasks their ids, from the one after last, puts their events off
// and returns the last id.
func (sub *submission) number(t *txn, last int64) int64 {
	sub.first = last + 1
	for i := range sub.tasks {
		k := &sub.tasks[i]
		t.event(godocker.Event{At: sub.submitted(k), Kind: godocker.EventSubmitted, TaskID: sub.first + int64(i),
			User: k.User.ID, Project: k.User.Project, To: godocker.Pending})
	}
	return last + int64(len(sub.tasks))
}

func (sub *submission) submitted(k *godocker.Task) time.Time {
	if k.Submitted.IsZero() {
		return sub.now
	}
	return k.Submitted
}

func insertSubmissions(t *txn, subs []*submission) error {
	if len(subs) == 0 {
		return nil
	}
	var tasks, jobs []any
	for _, sub := range subs {
		for i := range sub.tasks {
			k, id := &sub.tasks[i], sub.first+int64(i)
			parent := k.ParentID
			if parent < 0 {
				parent = sub.first - parent - 1
			}
			r := &k.Requirements
			tasks = append(tasks, id, parent, micros(sub.submitted(k)), string(godocker.Pending), k.User.ID, k.User.Project,
				k.Meta.Name, r.CPU, r.RAM, r.GPUs, r.Executor, k.Detail)
			jobs = append(jobs, id, sub.specs[i], tagsOf(&k.Meta), wordsOf(&k.Meta), k.Command.Script)
		}
	}
	if err := insertTasks.do(t, tasks); err != nil {
		return err
	}
	return insertJobs.do(t, jobs)
}
