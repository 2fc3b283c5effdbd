package sqlstore

import (
	"context"
	"time"

	"godocker"
)

// A submission is one call of Submit, encoded before it waits for a writer.
type submission struct {
	tasks  []godocker.Task
	specs  []string
	likes  []int64          // likeness of each task
	now    time.Time        // for tasks that do not say when they were submitted
	ranges []godocker.Range // of each task; zero = no array
	ids    []int64          // of each task, once numbered
}

var (
	insertTasks = insertInto("tasks", "", "id", "parent_id", "submitted", "state", "user_id", "project", "name",
		"cpu", "ram", "gpus", "asked", "detail", "needs", "labels", "job", "elements", "array_waiting", "nice", "lifespan", "likeness")
	insertJobs = insertInto("jobs", "", "id", "spec", "tags", "words", "script", "files")
)

// insertElements makes all elements of an array at once. They follow it in number
// and share its row of jobs.
const insertElements = `INSERT INTO tasks (id, parent_id, submitted, state, user_id, project, name, cpu, ram, gpus, asked, detail, needs, labels, job, element, nice, lifespan, likeness)
	WITH RECURSIVE e (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM e WHERE i + 1 < CAST(? AS BIGINT))
	SELECT a.id + 1 + e.i, a.id, a.submitted, a.state, a.user_id, a.project, a.name, a.cpu, a.ram, a.gpus, a.asked, '', a.needs, a.labels, a.id,
		CAST(? AS BIGINT) + e.i * CAST(? AS BIGINT), a.nice, a.lifespan, a.likeness
	FROM e JOIN tasks a ON a.id = CAST(? AS BIGINT)`

// Submit stores new tasks in state Pending. When it returns they are on disk.
func (s *Store) Submit(ctx context.Context, ts []godocker.Task) ([]int64, error) {
	if len(ts) == 0 {
		return nil, nil
	}
	sub := &submission{tasks: ts, specs: make([]string, len(ts)), likes: make([]int64, len(ts)), now: time.Now()}
	for i := range ts {
		var err error
		if sub.specs[i], err = encodeSpec(&ts[i]); err != nil {
			return nil, godocker.Errorf(godocker.Invalid, "the task cannot be written down: %w", err)
		}
		if err := sub.expand(&ts[i]); err != nil {
			return nil, err
		}
		sub.likes[i] = likeness(&ts[i])
	}
	err := s.write(ctx, func(t *txn) error {
		t.later.submissions = append(t.later.submissions, sub)
		t.count("", godocker.Pending, sub.size())
		return nil
	})
	if err != nil {
		return nil, err
	}
	return sub.ids, nil
}

// expand works out the elements of a task that is an array.
func (sub *submission) expand(k *godocker.Task) error {
	var r godocker.Range
	var err error
	if v := k.Requirements.Array.Values; v != "" {
		r, err = godocker.ParseRange(v)
	}
	if k.ParentID != 0 {
		err = godocker.Errorf(godocker.Invalid, "elements are submitted with their array")
	}
	sub.ranges = append(sub.ranges, r)
	return err
}

// size is the number of tasks, elements included.
func (sub *submission) size() int {
	n := len(sub.tasks)
	for _, r := range sub.ranges {
		n += elementsOf(r)
	}
	return n
}

// elementsOf is 0 for what is no array.
func elementsOf(r godocker.Range) int {
	if r == (godocker.Range{}) {
		return 0
	}
	return r.Count()
}

// number gives the tasks their ids, from the one after last, puts their events off
// and returns the last id.
func (sub *submission) number(t *txn, last int64) int64 {
	sub.ids = sub.ids[:0]
	for i := range sub.tasks {
		k := &sub.tasks[i]
		id := last + 1
		last = id + int64(elementsOf(sub.ranges[i]))
		sub.ids = append(sub.ids, id)
		e := godocker.Event{At: sub.submitted(k), Kind: godocker.EventSubmitted, TaskID: id,
			User: k.User.ID, Project: k.User.Project, To: godocker.Pending}
		if sub.ranges[i] != (godocker.Range{}) {
			e.Text = godocker.TextArray
		}
		t.event(e)
	}
	return last
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
			k, id, n := &sub.tasks[i], sub.ids[i], elementsOf(sub.ranges[i])
			r := &k.Requirements
			tasks = append(tasks, id, 0, micros(sub.submitted(k)), string(godocker.Pending), k.User.ID, k.User.Project,
				k.Meta.Name, r.CPU, r.RAM, r.GPUs, r.Executor, k.Detail, needsJSON(k.Needs), toJSON(r.Labels), id, n, n,
				r.Nice, r.MaxLifespan.Microseconds(), sub.likes[i])
			jobs = append(jobs, id, sub.specs[i], tagsOf(&k.Meta), wordsOf(&k.Meta), k.Command.Script, filesJSON(k.Command.Files))
		}
	}
	if err := insertTasks.do(t, tasks); err != nil {
		return err
	}
	if err := insertJobs.do(t, jobs); err != nil {
		return err
	}
	for _, sub := range subs {
		for i, r := range sub.ranges {
			if n := elementsOf(r); n > 0 {
				if err := t.exec(insertElements, n, r.First, r.Step, sub.ids[i]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
