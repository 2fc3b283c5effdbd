package plan

import (
	"iter"
	"slices"
	"strings"
	"time"

	"godocker"
	"godocker/scheduler"
)

// Terms are what a pass goes by, beside the State.
type Terms struct {
	Now    time.Time
	Policy scheduler.Scheduler
	Shares func(*scheduler.Snapshot) // fills in what a Sharer wants; nil = nothing was used
	Counts *Shares                   // from which Shares fills in, for those who count on from there; nil = unknown

	// Quota says why tasks of an account may not start, "" if they may; nil = they may.
	Quota func(a Account) string
	// Limits says what the tasks of an account may hold at once; nil = anything.
	Limits func(a Account) godocker.Limits

	// Thorough looks at every task, however many wait in vain.
	Thorough bool
	// Starts yields only what starts, and ends as soon as nothing else can.
	Starts bool
}

// A Decision is about one task.
type Decision struct {
	Task     *godocker.Queued // must not be changed
	Executor string           // where it starts
	Node     string           // "" if the engine chooses
	Why      *Reason          // nil if it starts
	Past     *godocker.Queued // of one that starts: which comes before it, and waits in a place that is kept; nil = none
}

// How many tasks are looked at in vain in one pass: of one group, and in all.
const (
	vainOfGroup = 1000
	vainInAll   = 10_000
)

// Pass yields a decision on each task, in the order of the policy, until nobody asks or
// too many were looked at in vain. The State is not changed by it, and must not be until
// it is over; what starts is brought in by Hold.
//
// Where the first task that no node of an engine has room for could start at the
// earliest is kept for it: what comes after it starts only where it cannot be in its way
// (EASY backfilling; Lifka, The ANL/IBM SP Scheduling System, 1995).
func (s *State) Pass(t Terms) iter.Seq[*Decision] {
	return func(yield func(*Decision) bool) { newPass(s, t).run(yield) }
}

func (p *pass) run(yield func(*Decision) bool) {
	s, t := p.s, p.t
	s.queue.rouse(t.Now)
	if t.Starts && !p.hope() {
		return
	}
	in := scheduler.Snapshot{Now: t.Now, Groups: s.queue.show()}
	if len(in.Groups) == 0 {
		return
	}
	if sharer, ok := t.Policy.(scheduler.Sharer); ok && sharer.UsesShares() && t.Shares != nil {
		t.Shares(&in)
	}
	vain := map[int]int{}
	inAll := 0
	for turn := range t.Policy.Order(in) {
		d := Decision{Task: in.Groups[turn.Group].Tasks[turn.Task]}
		g := s.queue.order[turn.Group]
		if t.Starts && p.quiet(g.kinds[turn.Task]) {
			p.skip(turn, g)
			continue
		}
		p.decide(&d)
		turn.Started = d.Why == nil
		if !turn.Started && !t.Thorough {
			vain[turn.Group]++
			inAll++
			turn.Close = vain[turn.Group] == vainOfGroup || d.Why.Code == Quota
		}
		if t.Starts && !p.goesOn(turn, &d, g) {
			if turn.Started {
				yield(&d)
			}
			return
		}
		if (turn.Started || !t.Starts) && !yield(&d) || !t.Thorough && inAll == vainInAll {
			return
		}
	}
}

// A pass is what has been decided so far.
type pass struct {
	s        *State
	t        Terms
	left     map[*engine][]room // of each node
	started  map[*node][]*godocker.Queued
	extra    map[Account]godocker.Limits
	extraOf  map[int64]int
	promises map[*engine]*promise
	vain     map[shape]*Reason
	search   search
	news     bool // a place was kept since that was last looked at
}

// A shape is what tasks have in common that fit in the same places.
type shape struct {
	kind
	e             *engine
	user, project string // where nodes are kept for some
}

func newPass(s *State, t Terms) *pass {
	return &pass{s: s, t: t, left: map[*engine][]room{}, started: map[*node][]*godocker.Queued{}, extra: map[Account]godocker.Limits{},
		extraOf: map[int64]int{}, promises: map[*engine]*promise{}, vain: map[shape]*Reason{}}
}

// decide says where a task starts, or why it does not.
func (p *pass) decide(d *Decision) {
	q := d.Task
	if d.Why = p.bound(q); d.Why != nil {
		return
	}
	e, why := p.engineOf(q)
	if why != nil {
		d.Why = why
		return
	}
	i, why := p.place(e, q)
	if why != nil {
		d.Why = why
		return
	}
	n := e.nodes[i]
	d.Executor, d.Node = e.name, n.name
	left := &p.left[e][i]
	left.take(q)
	if promised := p.promises[e]; promised != nil {
		d.Past = promised.task
		if promised.node == n {
			promised.started(p, q)
		}
	}
	p.started[n] = append(p.started[n], q)
	for _, a := range accountsOf(q) {
		p.extra[a] = sum(p.extra[a], q, 1)
	}
	if q.ParentID != 0 {
		p.extraOf[q.ParentID]++
	}
}

// bound says what keeps a task from starting wherever there is room.
func (p *pass) bound(q *godocker.Queued) *Reason {
	if b, bound := p.s.arrays[q.ParentID]; bound && q.ParentID != 0 {
		if b.Stopped {
			return &Reason{Code: Array, text: heldBack}
		}
		if n := p.s.heldOf[q.ParentID] + p.extraOf[q.ParentID]; b.Parallel > 0 && n >= b.Parallel {
			return &Reason{Code: Array, text: parallel(q.ParentID, b.Parallel)}
		}
	}
	for _, a := range accountsOf(q) {
		if p.t.Quota != nil {
			if text := p.t.Quota(a); text != "" {
				return &Reason{Code: Quota, text: text}
			}
		}
		if p.t.Limits == nil {
			continue
		}
		if l := p.t.Limits(a); l != (godocker.Limits{}) {
			h, x := p.s.holds[a], p.extra[a]
			h = godocker.Limits{Tasks: h.Tasks + x.Tasks, CPU: h.CPU + x.CPU, RAM: h.RAM + x.RAM, GPUs: h.GPUs + x.GPUs}
			if text := exceeds(a, sum(h, q, 1), l, h); text != "" {
				return &Reason{Code: Limit, text: text}
			}
		}
	}
	return nil
}

func (p *pass) engineOf(q *godocker.Queued) (*engine, *Reason) {
	name, _, _ := strings.Cut(q.Executor, ":")
	if name == "" {
		name = p.s.Default
	}
	e := p.s.engines[name]
	switch {
	case e == nil:
		return nil, &Reason{Code: NoEngine, text: noEngine(name)}
	case e.away:
		return nil, &Reason{Code: Away, text: away(name)}
	case p.t.Now.Before(e.until):
		return nil, &Reason{Code: Refused, text: refused(name)}
	}
	if p.left[e] == nil {
		left := make([]room, len(e.nodes))
		for i, n := range e.nodes {
			left[i] = n.room
		}
		p.left[e] = left
	}
	return e, nil
}

// place chooses a node for a task: of those with room, the one with the most cpus left,
// or the least.
func (p *pass) place(e *engine, q *godocker.Queued) (int, *Reason) {
	k := shape{kind: kindOf(q), e: e}
	if e.keeps {
		k.user, k.project = q.User, q.Project
	}
	avoid := p.avoid(e, q)
	if why := p.vain[k]; why != nil && avoid == nil {
		return 0, why
	}
	best := -1
	left := p.left[e]
	for i := range left {
		if (best < 0 || (left[i].cpu > left[best].cpu) != p.s.Pack) && p.takes(e, i, q) && p.may(e.nodes[i], q, avoid) {
			best = i
		}
	}
	if best >= 0 && (!e.whole || e.couldHold(q)) {
		return best, nil
	}
	why := p.explain(e, q)
	if p.promises[e] == nil && (why.Code == Resources || why.Code == Reserved) {
		p.promises[e] = p.promise(e, q)
		p.news = true
	}
	if avoid == nil {
		p.vain[k] = why
	}
	return 0, why
}

// may reports whether a task may go to a node that takes its kind: attempts of it did not
// fail there, and the node is not kept for others.
func (p *pass) may(n *node, q *godocker.Queued, avoid []string) bool {
	return !slices.Contains(avoid, n.name) && (len(n.kept) == 0 || n.keptFrom(q, p.t.Now, p.t.Now.Add(p.s.Lifespan(q))) == nil)
}

// avoid is where a task is not to go, as attempts of it failed there. Where no other
// node could take it, even with nothing else on it, it may go anywhere.
func (p *pass) avoid(e *engine, q *godocker.Queued) []string {
	if !p.s.SkipFailed || len(q.Failed) == 0 {
		return nil
	}
	for _, n := range e.nodes {
		if !n.down && n.couldHold(q) && !slices.Contains(q.Failed, n.name) {
			return q.Failed
		}
	}
	return nil
}
