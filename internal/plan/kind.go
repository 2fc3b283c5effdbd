package plan

import (
	"math"
	"strings"
	"time"

	"godocker"
	"godocker/scheduler"
)

// A kind is what tasks have in common that any place would do for, or none.
type kind struct {
	executor string // as asked for
	cpu, ram float64
	gpus     int
	labels   string
	lifespan time.Duration
}

func kindOf(q *godocker.Queued) kind {
	k := kind{q.Executor, q.CPU, q.RAM, q.GPUs, "", q.Lifespan}
	if len(q.Labels) > 0 {
		k.labels = strings.Join(q.Labels, "\n")
	}
	return k
}

// kinds count what waits: kinds are few, where tasks are many. A kind keeps its number as
// long as something of it waits.
type kinds struct {
	number map[kind]int32
	list   []waiting
	free   []int32 // numbers
}

// waiting is how much of a kind waits.
type waiting struct {
	like *godocker.Queued // one that waited
	n    int
}

func (z *kinds) enter(q *godocker.Queued) int32 {
	k := kindOf(q)
	i, known := z.number[k]
	if !known {
		if n := len(z.free); n > 0 {
			i, z.free = z.free[n-1], z.free[:n-1]
		} else {
			i, z.list = int32(len(z.list)), append(z.list, waiting{})
		}
		z.number[k], z.list[i] = i, waiting{like: q}
	}
	z.list[i].n++
	return i
}

func (z *kinds) leave(q *godocker.Queued) int32 {
	k := kindOf(q)
	i := z.number[k]
	if z.list[i].n--; z.list[i].n == 0 {
		delete(z.number, k)
		z.list[i], z.free = waiting{}, append(z.free, i)
	}
	return i
}

// A search is what a pass knows of kinds, so that it looks at no task in vain that it
// can tell beforehand, and ends as soon as nothing else can start. Places only become
// fewer in a pass.
type search struct {
	lost    []bool  // no place is left for it
	silent  []bool  // nor will one be kept
	begun   []int   // how many start
	wide    *engine // whose
	widest  room    // this is
	asked   bool    // for the engine of the name
	name    string
	engine  *engine                   // nil = it takes no task now
	last    int32                     // that had a place
	at      int                       // the node
	bounded map[*group]map[int32]bool // kinds that groups may start no more of
}

// hope reports whether something that waits may find a place.
func (p *pass) hope() bool {
	f, list := &p.search, p.s.queue.kinds.list
	if f.lost == nil {
		f.lost, f.silent, f.begun = make([]bool, len(list)), make([]bool, len(list)), make([]int, len(list))
	}
	f.wide = nil
	if int(f.last) < len(list) && p.remains(f.last) {
		return true
	}
	for i := range list {
		if p.remains(int32(i)) {
			return true
		}
	}
	return false
}

// remains reports whether tasks of a kind are left, and a place for one of them.
func (p *pass) remains(i int32) bool {
	f, w := &p.search, &p.s.queue.kinds.list[i]
	if f.lost[i] || w.n == f.begun[i] {
		return false
	}
	f.lost[i] = !p.fits(i, w.like)
	return !f.lost[i]
}

func (p *pass) fits(i int32, like *godocker.Queued) bool {
	e := p.open(like)
	if e == nil || !p.widestOf(e).fits(like) {
		return false
	}
	f := &p.search
	if i == f.last && f.at < len(e.nodes) && p.takes(e, f.at, like) {
		return true
	}
	for j := range e.nodes {
		if p.takes(e, j, like) {
			f.last, f.at = i, j
			return true
		}
	}
	return false
}

// open returns the engine of a task, or nil if it takes none now.
func (p *pass) open(q *godocker.Queued) *engine {
	f := &p.search
	if !f.asked || f.name != q.Executor { // mostly it is the same as before
		e, why := p.engineOf(q)
		if why != nil {
			e = nil
		}
		f.asked, f.name, f.engine = true, q.Executor, e
	}
	return f.engine
}

// takes reports whether a node has room for a task and is not kept for another.
func (p *pass) takes(e *engine, i int, q *godocker.Queued) bool {
	n := e.nodes[i]
	if !p.left[e][i].fits(q) || n.down || !e.whole && !godocker.LabelsMatch(q.Labels, n.label) {
		return false
	}
	kept := p.promises[e]
	return kept == nil || kept.node != n || kept.lets(p, q)
}

// widestOf is the most that any node of an engine has left of each.
func (p *pass) widestOf(e *engine) room {
	f := &p.search
	if f.wide != e {
		f.wide, f.widest = e, room{math.Inf(-1), math.Inf(-1), math.MinInt}
		for _, x := range p.left[e] {
			f.widest = room{max(f.widest.cpu, x.cpu), max(f.widest.ram, x.ram), max(f.widest.gpus, x.gpus)}
		}
	}
	return f.widest
}

// goesOn counts what became of a turn, and reports whether another may start.
func (p *pass) goesOn(turn *scheduler.Turn, d *Decision, g *group) bool {
	f, i := &p.search, g.kinds[turn.Task]
	if d.Why == nil {
		f.begun[i]++
		return p.hope()
	}
	if d.Why.Code == Limit {
		if f.bounded == nil {
			f.bounded = map[*group]map[int32]bool{}
		}
		if f.bounded[g] == nil {
			f.bounded[g] = map[int32]bool{}
		}
		f.bounded[g][i] = true
	}
	if p.news {
		p.news = false
		if !p.hope() {
			return false
		}
	}
	p.skip(turn, g)
	return true
}

// skip passes over the tasks of a group that follow, as far as it is known that they
// cannot start.
func (p *pass) skip(turn *scheduler.Turn, g *group) {
	next := turn.Task + 1
	for next < len(g.kinds) && (p.quiet(g.kinds[next]) || p.search.bounded[g][g.kinds[next]]) {
		next++
	}
	turn.Skip = next - turn.Task - 1
}

// quiet reports whether tasks of a kind neither start nor have a place kept.
func (p *pass) quiet(i int32) bool {
	f := &p.search
	if f.silent[i] {
		return true
	}
	if p.remains(i) {
		return false
	}
	like := p.s.queue.kinds.list[i].like
	e := p.open(like)
	f.silent[i] = e == nil || p.promises[e] != nil
	return f.silent[i]
}
