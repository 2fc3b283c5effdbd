package schedule

import (
	"context"
	"fmt"
	"time"

	"godocker"
	"godocker/store"
)

// needs are the tasks that wait for others. They come into the queue when what they
// wait for is there.
type needs struct {
	tasks    map[int64]godocker.Queued
	watchers map[int64]map[int64]bool // by the task that is waited for
	ofArray  map[int64]int            // elements among the tasks, by their array
	lost     map[int64]string         // those that can never start, and why
}

func newNeeds() needs {
	return needs{tasks: map[int64]godocker.Queued{}, watchers: map[int64]map[int64]bool{}, ofArray: map[int64]int{}, lost: map[int64]string{}}
}

func (n *needs) waitingOf(array int64) int { return n.ofArray[array] }

func (n *needs) keep(q godocker.Queued) {
	if _, already := n.tasks[q.ID]; !already && q.ParentID != 0 {
		n.ofArray[q.ParentID]++
	}
	n.tasks[q.ID] = q
}

func (n *needs) drop(id int64) {
	q, ok := n.tasks[id]
	if !ok {
		return
	}
	delete(n.tasks, id)
	delete(n.lost, id)
	if q.ParentID != 0 {
		if n.ofArray[q.ParentID]--; n.ofArray[q.ParentID] == 0 {
			delete(n.ofArray, q.ParentID)
		}
	}
	for _, target := range targets(q) {
		if delete(n.watchers[target], id); len(n.watchers[target]) == 0 {
			delete(n.watchers, target)
		}
	}
}

func targets(q godocker.Queued) []int64 {
	var ids []int64
	for _, clause := range q.Needs {
		for _, c := range clause {
			ids = append(ids, c.Target(q.Element))
		}
	}
	return ids
}

// rouse returns the tasks that wait for the one that an event is about, to be looked
// at again.
func (b *book) rouse(e godocker.Event) []int64 {
	if e.Kind != godocker.EventMoved && e.Kind != godocker.EventPurged {
		return nil
	}
	var ids []int64
	for id := range b.needs.watchers[e.TaskID] {
		ids = append(ids, id)
	}
	return ids
}

// admit brings waiting tasks into the queue, or among those that wait for others.
func (r *Room) admit(ctx context.Context, b *book, qs []godocker.Queued) error {
	var ids []int64
	for _, q := range qs {
		if q.State == godocker.Pending {
			ids = append(ids, targets(q)...)
		}
	}
	var fates map[int64]godocker.Fate
	if len(ids) > 0 {
		var err error
		if fates, err = r.Store.Fates(ctx, ids); err != nil {
			return err
		}
	}
	free := qs[:0:0]
	var notes []store.Note
	for _, q := range qs {
		if b.aside(q) {
			continue
		}
		if q.State != godocker.Pending || len(q.Needs) == 0 || q.Kill {
			free = append(free, q)
			continue
		}
		b.needs.drop(q.ID)
		verdict, why := judge(q, fates)
		switch verdict {
		case godocker.Met:
			free = append(free, q)
			continue
		case godocker.Unmeetable:
			b.needs.lost[q.ID] = why
		}
		b.needs.keep(q)
		for _, target := range targets(q) {
			if b.needs.watchers[target] == nil {
				b.needs.watchers[target] = map[int64]bool{}
			}
			b.needs.watchers[target][q.ID] = true
		}
		if verdict == godocker.Undecided && q.Detail != why {
			notes = append(notes, store.Note{ID: q.ID, Text: why})
		}
	}
	b.add(free)
	if len(notes) == 0 {
		return nil
	}
	return r.Store.Annotate(ctx, time.Now(), notes)
}

// judge says whether a task may start, as far as it waits for others, and if not,
// what it waits for or why it never can.
func judge(q godocker.Queued, fates map[int64]godocker.Fate) (godocker.Verdict, string) {
	waiting := ""
	for _, clause := range q.Needs {
		best, why := godocker.Unmeetable, ""
		for _, c := range clause {
			v, words := judgeOne(c, c.Target(q.Element), fates)
			if v == godocker.Met {
				best = v
				break
			}
			if v == godocker.Undecided && best == godocker.Unmeetable || why == "" {
				best, why = v, words
			}
		}
		switch best {
		case godocker.Unmeetable:
			return best, why
		case godocker.Undecided:
			if waiting == "" {
				waiting = why
			}
		}
	}
	if waiting != "" {
		return godocker.Undecided, waiting
	}
	return godocker.Met, ""
}

var wanted = map[godocker.Need]string{
	godocker.NeedEnd:     "to be over",
	godocker.NeedSuccess: "to succeed",
	godocker.NeedFailure: "to fail",
	godocker.NeedStart:   "to start",
}

func judgeOne(c godocker.Condition, id int64, fates map[int64]godocker.Fate) (godocker.Verdict, string) {
	f, known := fates[id]
	if !known { // its record was removed, which only happens to what is over
		f = godocker.Fate{State: godocker.Archived}
	}
	v := c.Need.Judge(f.State, f.Outcome, f.Started)
	switch {
	case v == godocker.Undecided:
		return v, fmt.Sprintf("Waiting for task %d %s", id, wanted[c.Need])
	case v == godocker.Unmeetable && !known:
		return v, fmt.Sprintf("It was to wait for task %d %s, whose record was removed", id, wanted[c.Need])
	case v == godocker.Unmeetable:
		return v, fmt.Sprintf("It was to wait for task %d %s, which %s", id, wanted[c.Need], became(f))
	default:
		return v, ""
	}
}

// became is the outcome of a task in words.
func became(f godocker.Fate) string {
	switch {
	case f.Outcome == godocker.Succeeded:
		return "succeeded"
	case f.Outcome == godocker.Killed:
		return "was killed"
	case f.ExitCode != nil && *f.ExitCode != 0:
		return fmt.Sprintf("ended with exit code %d", *f.ExitCode)
	default:
		return "did not succeed (" + string(f.Outcome) + ")"
	}
}

// endUnmeetable ends tasks that wait for what cannot come.
func (r *Room) endUnmeetable(ctx context.Context, l godocker.Lease, now time.Time) error {
	var vs []store.Verdict
	for id, why := range r.book.needs.lost {
		vs = append(vs, store.Verdict{ID: id, Outcome: godocker.Rejected, Reason: why})
		if len(vs) == maxVerdicts {
			break
		}
	}
	return r.end(ctx, l, now, vs)
}
