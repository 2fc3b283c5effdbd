package plan

import (
	"cmp"
	"slices"
	"time"

	"godocker"
	"godocker/scheduler"
)

// queue holds the tasks that wait, by who they are of. Its cost is that of what changes.
type queue struct {
	tasks  index
	kinds  kinds // of those in groups
	groups map[groupKey]*group
	order  []*group // those that are not empty, in any order
	shown  []scheduler.Group
	later  map[int64]time.Time // tasks that are not to start before; they are in no group
	next   time.Time           // the earliest of later
}

type groupKey struct {
	user, project string
	nice          int
}

// A group has its tasks by ascending id. Those that leave are marked, and taken out
// together when it is next looked at.
type group struct {
	groupKey
	tasks []*godocker.Queued
	gone  map[int64]bool
	kinds []int32       // of tasks, by number
	count map[int32]int // of its tasks, by kind
	at    int           // in order
	lent  bool          // tasks and kinds belong to a clone as well
}

func newQueue() queue {
	return queue{tasks: newIndex(), kinds: kinds{number: map[kind]int32{}}, groups: map[groupKey]*group{}, later: map[int64]time.Time{}}
}

func byID(q *godocker.Queued, id int64) int { return cmp.Compare(q.ID, id) }

// put brings a task in, or in anew.
func (q *queue) put(t *godocker.Queued, notBefore time.Time) {
	q.drop(t.ID)
	q.tasks.set(t)
	if !notBefore.IsZero() {
		q.later[t.ID] = notBefore
		if q.next.IsZero() || notBefore.Before(q.next) {
			q.next = notBefore
		}
		return
	}
	q.enter(t)
}

// rouse lets those in whose time has come.
func (q *queue) rouse(now time.Time) {
	if len(q.later) == 0 || now.Before(q.next) {
		return
	}
	q.next = time.Time{}
	for id, at := range q.later {
		switch {
		case !now.Before(at):
			delete(q.later, id)
			t := *q.tasks.get(id) // as it may belong to a clone as well
			q.tasks.set(&t)
			q.enter(&t)
		case q.next.IsZero() || at.Before(q.next):
			q.next = at
		}
	}
}

func (q *queue) enter(t *godocker.Queued) {
	k := groupKey{t.User, t.Project, t.Nice}
	g := q.groups[k]
	if g == nil {
		g = &group{groupKey: k, gone: map[int64]bool{}, count: map[int32]int{}, at: len(q.order)}
		q.groups[k] = g
		q.order = append(q.order, g)
	}
	t.User, t.Project = g.user, g.project // one text for all, as there may be a million
	if g.gone[t.ID] {
		g.settle()
	}
	kind := q.kinds.enter(t)
	g.count[kind]++
	if n := len(g.tasks); n == 0 || g.tasks[n-1].ID < t.ID {
		g.tasks, g.kinds = append(g.tasks, t), append(g.kinds, kind)
		return
	}
	g.own()
	i, _ := slices.BinarySearchFunc(g.tasks, t.ID, byID)
	g.tasks, g.kinds = slices.Insert(g.tasks, i, t), slices.Insert(g.kinds, i, kind)
}

// drop takes a task out, if it is there.
func (q *queue) drop(id int64) {
	t := q.tasks.get(id)
	if t == nil {
		return
	}
	q.tasks.drop(id)
	if _, waits := q.later[id]; waits {
		delete(q.later, id)
		return
	}
	g := q.groups[groupKey{t.User, t.Project, t.Nice}]
	kind := q.kinds.leave(t)
	if g.count[kind]--; g.count[kind] == 0 {
		delete(g.count, kind)
	}
	if g.gone[id] = true; len(g.gone) == len(g.tasks) {
		last := q.order[len(q.order)-1]
		q.order[g.at], last.at = last, g.at
		q.order = q.order[:len(q.order)-1]
		delete(q.groups, g.groupKey)
	}
}

// settle takes out what is marked. The work is in proportion to how far behind the
// front the last of it lies.
func (g *group) settle() {
	if len(g.gone) == 0 {
		return
	}
	g.own()
	last := int64(0)
	for id := range g.gone {
		last = max(last, id)
	}
	end, _ := slices.BinarySearchFunc(g.tasks, last, byID)
	to := end + 1
	for i := end; i >= 0; i-- { // move what stays towards the back
		if !g.gone[g.tasks[i].ID] {
			to--
			g.tasks[to], g.kinds[to] = g.tasks[i], g.kinds[i]
		}
	}
	clear(g.tasks[:to])
	g.tasks, g.kinds = g.tasks[to:], g.kinds[to:]
	clear(g.gone)
}

// show returns the groups for a scheduler. They are valid until the queue changes and
// is shown again.
func (q *queue) show() []scheduler.Group {
	q.shown = q.shown[:0]
	for _, g := range q.order {
		g.settle()
		q.shown = append(q.shown, scheduler.Group{User: g.user, Project: g.project, Nice: g.nice, Tasks: g.tasks})
	}
	return q.shown
}
