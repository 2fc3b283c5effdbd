package plan

import (
	"fmt"
	"strings"
	"time"

	"godocker"
)

// A Code is the kind of a reason.
type Code string

// The kinds of reasons for which a task waits.
const (
	Resources Code = "resources" // no node has room for it now
	TooBig    Code = "too_big"   // no node could ever have
	Reserved  Code = "reserved"  // the nodes that have room are kept for others, or drained
	Behind    Code = "behind"    // it would be in the way of a task that comes before it
	Quota     Code = "quota"     // its owner or project used what they may
	Limit     Code = "limit"     // its owner or project holds as much as they may at once
	Array     Code = "array"     // its array lets no more elements run
	NoEngine  Code = "no_executor"
	Away      Code = "executor_away"
	Refused   Code = "executor_full" // it had no room when it was last asked
)

// A Reason is why a task waits, in words that stay the same while the reason does.
type Reason struct {
	Code Code
	text string

	// For is the task that a place is kept for, and Until when it starts at the latest,
	// where the reason is Behind.
	For   *godocker.Queued
	Until time.Time
}

func (r *Reason) String() string { return r.text }

const heldBack = "Suspended: its array waits until somebody resumes it"

func parallel(array int64, n int) string {
	return fmt.Sprintf("Waiting: the array %d runs %s at once, as it was asked to", array, count(float64(n), "element"))
}

func noEngine(name string) string {
	return fmt.Sprintf("Waiting: there is no executor %q any more", name)
}

func away(name string) string {
	return fmt.Sprintf("Waiting: the executor %s does not answer", name)
}

func refused(name string) string {
	return fmt.Sprintf("Not enough resources available: the executor %s had no room when it was last asked", name)
}

// exceeds says which limit a task would break; "" if none. want is what would be held
// with the task, and has what is held without it.
func exceeds(a Account, want, limit, has godocker.Limits) string {
	for _, c := range []struct {
		want, limit, has float64
		what             string
	}{
		{float64(want.Tasks), float64(limit.Tasks), float64(has.Tasks), "task"},
		{want.CPU, limit.CPU, has.CPU, "cpu"},
		{want.RAM, limit.RAM, has.RAM, "GB of memory"},
		{float64(want.GPUs), float64(limit.GPUs), float64(has.GPUs), "gpu"},
	} {
		switch {
		case c.limit > 0 && c.want-c.has > c.limit+slack:
			return fmt.Sprintf("Waiting: alone it asks for more than the %s that %s may use at once; it starts if it asks for less, or the limit is raised", count(c.limit, c.what), a)
		case c.limit > 0 && c.want > c.limit+slack:
			return fmt.Sprintf("Waiting: %s may use %s at once", a, count(c.limit, c.what))
		}
	}
	return ""
}

// explain says why no node takes a task.
func (p *pass) explain(e *engine, q *godocker.Queued) *Reason {
	place, of := "", p.s.named(" of ", e)
	if len(q.Labels) > 0 {
		place = " with " + strings.Join(q.Labels, " and ")
	}
	if !e.couldHold(q) {
		return &Reason{Code: TooBig, text: fmt.Sprintf("Not enough resources available: the executor %s has no node%s that could give it %s, not even with nothing else on it",
			e.name, place, wants(q))}
	}
	kept, open := false, false
	for i, n := range e.nodes {
		if n.down || !e.whole && !n.couldHold(q) {
			continue
		}
		if n.keptFrom(q, p.t.Now, p.t.Now.Add(p.s.Lifespan(q))) != nil {
			kept = true
			continue
		}
		open = true
		if x := p.promises[e]; x != nil && x.node == n && p.left[e][i].fits(q) {
			return &Reason{Code: Behind, For: x.task, Until: x.at,
				text: "Not enough resources available: what is free" + p.s.named(" on ", e) + " is kept for a task that comes before it, and it could still run when that one can start"}
		}
	}
	if kept && !open {
		return &Reason{Code: Reserved, text: fmt.Sprintf("Waiting: the nodes%s%s that could give it %s are kept for others, or taken out of use, before it would be over", of, place, wants(q))}
	}
	return &Reason{Code: Resources, text: fmt.Sprintf("Not enough resources available: waiting until %s are free on one node%s%s", wants(q), of, place)}
}

// named is an engine in a sentence about its nodes, where there are others.
func (s *State) named(before string, e *engine) string {
	if len(s.engines) < 2 {
		return ""
	}
	return before + e.name
}

// wants lists what a task asks for.
func wants(q *godocker.Queued) string {
	list := count(q.CPU, "cpu")
	if q.GPUs > 0 {
		list += ", " + count(float64(q.GPUs), "gpu")
	}
	return fmt.Sprintf("%s and %g GB of memory", list, q.RAM)
}

func count(n float64, what string) string {
	if n != 1 && !strings.HasPrefix(what, "GB") {
		what += "s"
	}
	return fmt.Sprintf("%g %s", n, what)
}
