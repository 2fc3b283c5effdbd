package plan

import (
	"maps"
	"slices"

	"godocker"
)

// An index finds tasks that wait by their ids. What a clone was made of is shared with
// it and not changed any more; each notes what differs since.
type index struct {
	own    map[int64]*godocker.Queued // with nil for what is in the shared one and went
	shared map[int64]*godocker.Queued
	n      int
}

func newIndex() index { return index{own: map[int64]*godocker.Queued{}} }

func (x *index) get(id int64) *godocker.Queued {
	if q, known := x.own[id]; known {
		return q
	}
	return x.shared[id]
}

func (x *index) set(q *godocker.Queued) {
	if x.get(q.ID) == nil {
		x.n++
	}
	x.own[q.ID] = q
}

func (x *index) drop(id int64) {
	if x.get(id) == nil {
		return
	}
	x.n--
	if x.shared[id] == nil {
		delete(x.own, id)
	} else {
		x.own[id] = nil
	}
}

// lend returns a second one. What both share is made anew when much of it has changed,
// so that each change costs the same on the whole.
func (x *index) lend() index {
	if x.shared == nil {
		x.shared, x.own = x.own, map[int64]*godocker.Queued{}
	} else if len(x.own) > len(x.shared)/8 {
		all := make(map[int64]*godocker.Queued, x.n)
		for id, q := range x.shared {
			if _, differs := x.own[id]; !differs {
				all[id] = q
			}
		}
		for id, q := range x.own {
			if q != nil {
				all[id] = q
			}
		}
		x.shared, x.own = all, map[int64]*godocker.Queued{}
	}
	return index{own: maps.Clone(x.own), shared: x.shared, n: x.n}
}

// Clone returns a second State of the same, which may be used while this one is, and
// changed. Tasks that wait are not copied: it costs what groups, nodes and tasks that
// hold something do.
func (s *State) Clone() *State {
	c := &State{Settings: s.Settings, engines: make(map[string]*engine, len(s.engines)), queue: s.queue.clone(), held: maps.Clone(s.held),
		heldOf: maps.Clone(s.heldOf), holds: maps.Clone(s.holds), arrays: maps.Clone(s.arrays), reservations: s.reservations}
	for name, e := range s.engines {
		c.engines[name] = e.clone()
	}
	return c
}

func (e *engine) clone() *engine {
	c := *e
	c.nodes, c.byName, c.lost = make([]*node, len(e.nodes)), make(map[string]*node, len(e.nodes)), e.lost.clone()
	to := make(map[*node]*node, len(e.nodes))
	for i, n := range e.nodes {
		c.nodes[i] = n.clone()
		to[n] = c.nodes[i]
	}
	for name, n := range e.byName {
		c.byName[name] = to[n]
	}
	return &c
}

func (n *node) clone() *node {
	c := *n
	c.held = maps.Clone(n.held)
	return &c
}

func (q *queue) clone() queue {
	c := queue{tasks: q.tasks.lend(), kinds: q.kinds.clone(), groups: make(map[groupKey]*group, len(q.groups)), order: make([]*group, len(q.order)),
		later: maps.Clone(q.later), next: q.next}
	for i, g := range q.order {
		g.lend()
		again := *g
		again.gone, again.count = maps.Clone(g.gone), maps.Clone(g.count)
		c.order[i], c.groups[g.groupKey] = &again, &again
	}
	return c
}

func (z *kinds) clone() kinds {
	return kinds{number: maps.Clone(z.number), list: slices.Clone(z.list), free: slices.Clone(z.free)}
}

// lend makes the tasks of a group belong to a clone as well: who changes them, but at
// their end, copies them first.
func (g *group) lend() {
	g.tasks, g.kinds, g.lent = slices.Clip(g.tasks), slices.Clip(g.kinds), true
}

func (g *group) own() {
	if g.lent {
		g.tasks, g.kinds, g.lent = slices.Clone(g.tasks), slices.Clone(g.kinds), false
	}
}

// note keeps what a task was last said to wait for.
func (q *queue) note(id int64, text string) {
	old := q.tasks.get(id)
	if old == nil {
		return
	}
	t := *old
	t.Detail = text
	q.tasks.set(&t)
	if g := q.groups[groupKey{t.User, t.Project, t.Nice}]; g != nil && !g.gone[id] {
		if i, found := slices.BinarySearchFunc(g.tasks, id, byID); found {
			g.own()
			g.tasks[i] = &t
		}
	}
}
