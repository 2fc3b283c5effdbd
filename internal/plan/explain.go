package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"godocker"
)

// An Explanation says of one task what a pass would decide, and why.
type Explanation struct {
	Decision
	Ahead int      // tasks whose turn comes before its own
	Facts []string // who holds what it waits for, and the like
}

// Explain decides about tasks that wait as a pass would, however many are before them.
// Those that have no turn, as they are not to start before a time, are left out.
func (s *State) Explain(t Terms, ids ...int64) map[int64]Explanation {
	t.Thorough = true
	p := newPass(s, t)
	left := map[int64]bool{}
	for _, id := range ids {
		left[id] = true
	}
	all := map[int64]Explanation{}
	ahead := 0
	p.run(func(d *Decision) bool {
		if id := d.Task.ID; left[id] {
			x := Explanation{Decision: *d, Ahead: ahead}
			if x.Why != nil {
				x.Facts = p.facts(x.Task, x.Why)
			}
			all[id] = x
			delete(left, id)
		}
		ahead++
		return len(left) > 0
	})
	return all
}

// NotBefore is when a task that has no turn will have one; zero if it has.
func (s *State) NotBefore(id int64) time.Time { return s.queue.later[id] }

const clockLayout = "2006-01-02 15:04:05"

func (p *pass) facts(q *godocker.Queued, why *Reason) []string {
	e, none := p.engineOf(q)
	if none != nil {
		return nil
	}
	switch why.Code {
	case Resources:
		return append(p.closest(e, q), append(p.holders(e, q), p.promised(e, q)...)...)
	case Behind:
		facts := []string{fmt.Sprintf("The place is kept for task %d of %s, which can start there by %s at the latest", why.For.ID, why.For.User, when(why.Until))}
		left := why.Until.Sub(p.t.Now).Truncate(time.Minute)
		if left > 2*time.Hour { // nobody asks for 10079 minutes
			left = left.Truncate(time.Hour)
		}
		if left > 0 {
			facts = append(facts, fmt.Sprintf("It could pass if it asked to run for no longer than %s (--maxlifespan); now that is %s", godocker.FormatLifespan(left), p.s.asked(q)))
		}
		return facts
	case Reserved:
		return p.keepers(e, q)
	case TooBig:
		return largest(e)
	case Limit:
		return p.own(q)
	default:
		return nil
	}
}

func when(t time.Time) string { return t.Format(clockLayout) }

// asked is how long a task runs at most, in words.
func (s *State) asked(q *godocker.Queued) string {
	if d := s.Lifespan(q); d < far {
		return godocker.FormatLifespan(d)
	}
	return "without end"
}

// closest tells of the node that lacks least.
func (p *pass) closest(e *engine, q *godocker.Queued) []string {
	best, lacks := -1, 0.0
	for i, n := range e.nodes {
		if n.down || !e.whole && !n.couldHold(q) || n.keptFrom(q, p.t.Now, p.t.Now.Add(p.s.Lifespan(q))) != nil {
			continue
		}
		left := p.left[e][i]
		lack := max(0, q.CPU-left.cpu)/max(n.has.cpu, slack) + max(0, q.RAM-left.ram)/max(n.has.ram, slack) + float64(max(0, q.GPUs-left.gpus))
		if best < 0 || lack < lacks {
			best, lacks = i, lack
		}
	}
	if best < 0 || e.whole {
		return nil
	}
	left := p.left[e][best]
	var short []string
	if d := q.CPU - left.cpu; d > slack {
		short = append(short, count(round(d), "cpu"))
	}
	if d := q.RAM - left.ram; d > slack {
		short = append(short, fmt.Sprintf("%g GB of memory", round(d)))
	}
	if d := q.GPUs - left.gpus; d > 0 {
		short = append(short, count(float64(d), "gpu"))
	}
	return []string{fmt.Sprintf("The node %s comes closest: %s more would have to be free there", e.nodes[best].name, strings.Join(short, " and "))}
}

func round(v float64) float64 { return float64(int64(v*100+0.5)) / 100 }

// mostHolders are named of those who hold what a task waits for.
const mostHolders = 3

// holders tells who holds most of the nodes that could take a task.
func (p *pass) holders(e *engine, q *godocker.Queued) []string {
	type holder struct {
		user  string
		tasks int
		room
		first time.Time
	}
	by := map[string]*holder{}
	add := func(x *godocker.Queued, end time.Time) {
		h := by[x.User]
		if h == nil {
			h = &holder{user: x.User}
			by[x.User] = h
		}
		h.tasks++
		h.give(x)
		if h.first.IsZero() || end.Before(h.first) {
			h.first = end
		}
	}
	for _, n := range e.nodes {
		if n.down || !e.whole && !n.couldHold(q) {
			continue
		}
		for _, x := range n.held {
			add(x, p.s.end(x))
		}
		for _, x := range p.started[n] {
			add(x, p.t.Now.Add(p.s.Lifespan(x)))
		}
	}
	most := slices.SortedFunc(maps.Values(by), func(a, b *holder) int {
		return cmp.Or(cmp.Compare(float64(b.gpus*q.GPUs), float64(a.gpus*q.GPUs)), cmp.Compare(b.cpu, a.cpu), cmp.Compare(a.user, b.user))
	})
	var facts []string
	for _, h := range most[:min(len(most), mostHolders)] {
		text := fmt.Sprintf("%s holds %s and %g GB", h.user, count(round(h.cpu), "cpu"), round(h.ram))
		if h.gpus > 0 {
			text += " and " + count(float64(h.gpus), "gpu")
		}
		text += " in " + count(float64(h.tasks), "task") + " on nodes that could take it"
		if h.first.Before(p.t.Now.Add(far / 2)) {
			text += "; the first to end does so by " + when(h.first)
		}
		facts = append(facts, text)
	}
	if rest := len(most) - mostHolders; rest > 0 {
		facts = append(facts, fmt.Sprintf("%d more hold less", rest))
	}
	return facts
}

// promised tells of the place that is kept for the task.
func (p *pass) promised(e *engine, q *godocker.Queued) []string {
	x := p.promises[e]
	if x == nil || x.task.ID != q.ID || x.at.After(p.t.Now.Add(far/2)) {
		return nil
	}
	where := ""
	if x.node.name != "" {
		where = " on " + x.node.name
	}
	return []string{fmt.Sprintf("It is the next to get a place that large: one is kept for it%s, by %s at the latest", where, when(x.at))}
}

// keepers tells for whom nodes are kept that could take a task.
func (p *pass) keepers(e *engine, q *godocker.Queued) []string {
	by := map[string][]string{}
	later := false
	for _, n := range e.nodes {
		if n.down || !e.whole && !n.couldHold(q) {
			continue
		}
		if r := n.keptFrom(q, p.t.Now, p.t.Now.Add(p.s.Lifespan(q))); r != nil {
			by[kept(r)] = append(by[kept(r)], n.name)
			later = later || r.From.After(p.t.Now)
		}
	}
	var facts []string
	for _, text := range slices.Sorted(maps.Keys(by)) {
		names := by[text]
		more := ""
		if len(names) > mostHolders {
			more, names = fmt.Sprintf(" and %d more", len(names)-mostHolders), names[:mostHolders]
		}
		facts = append(facts, strings.Join(names, ", ")+more+text)
	}
	if later {
		facts = append(facts, "It asks to run for "+p.s.asked(q)+"; one that is over before a reservation begins can start")
	}
	return facts
}

func kept(r *godocker.Reservation) string {
	text := ": taken out of use"
	if len(r.For) > 0 {
		text = ": kept for " + strings.Join(r.For, ", ")
	}
	if !r.From.IsZero() {
		text += " from " + when(r.From)
	}
	if !r.To.IsZero() {
		text += " until " + when(r.To)
	}
	if r.Reason != "" {
		text += " (" + r.Reason + ")"
	}
	return text
}

// largest tells what the largest nodes have.
func largest(e *engine) []string {
	var most room
	for _, n := range e.machine {
		r := roomOf(n)
		most = room{max(most.cpu, r.cpu), max(most.ram, r.ram), max(most.gpus, r.gpus)}
	}
	return []string{fmt.Sprintf("The most that a node of %s has is %s, %g GB of memory and %s", e.name, count(most.cpu, "cpu"), round(most.ram), count(float64(most.gpus), "gpu"))}
}

// own tells what the accounts of a task hold.
func (p *pass) own(q *godocker.Queued) []string {
	var facts []string
	for _, a := range accountsOf(q) {
		if l := p.t.Limits(a); l == (godocker.Limits{}) {
			continue
		}
		h, x := p.s.holds[a], p.extra[a]
		facts = append(facts, fmt.Sprintf("%s holds %s, %s and %g GB in %s now", a, count(round(h.CPU+x.CPU), "cpu"), count(float64(h.GPUs+x.GPUs), "gpu"), round(h.RAM+x.RAM), count(float64(h.Tasks+x.Tasks), "task")))
	}
	return facts
}
