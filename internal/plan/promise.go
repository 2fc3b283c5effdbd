package plan

import (
	"time"

	"godocker"
)

// A promise keeps a place for a task that there is no room for now.
type promise struct {
	task  *godocker.Queued
	node  *node
	at    time.Time // when it can start there at the latest
	spare room      // what the node has left then, beside it
}

// promise works out where a task can start first, if what runs takes as long as it may;
// nil if nowhere.
func (p *pass) promise(e *engine, q *godocker.Queued) *promise {
	var best *promise
	for _, n := range e.nodes {
		if n.down || !n.has.fits(q) || !e.whole && !godocker.LabelsMatch(q.Labels, n.label) {
			continue
		}
		if x := p.promiseOn(n, q, best); x != nil && (best == nil || x.at.Before(best.at)) {
			best = x
		}
	}
	return best
}

// promiseOn works it out for a node, and gives up when it gets later than the best.
func (p *pass) promiseOn(n *node, q *godocker.Queued, best *promise) *promise {
	now := p.t.Now
	free := n.room
	for _, x := range p.started[n] {
		free.take(x)
	}
	at := now
	held, begun := n.ending(p.s), p.started[n]
	done := make([]bool, len(begun))
	i := 0
	for {
		if free.fits(q) {
			r := n.keptFrom(q, at, at.Add(p.s.Lifespan(q)))
			if r == nil {
				free.take(q)
				return &promise{q, n, at, free}
			}
			if r.To.IsZero() {
				return nil
			}
			at = r.To // what ends until then makes room as well
			for i < len(held) && !p.s.end(held[i]).After(at) {
				free.give(held[i])
				i++
			}
			continue
		}
		next, which := time.Time{}, -1 // the next that ends: of those held, or started just now
		if i < len(held) {
			next = p.s.end(held[i])
		}
		for j, x := range begun {
			if end := now.Add(p.s.Lifespan(x)); !done[j] && (next.IsZero() || end.Before(next)) {
				next, which = end, j
			}
		}
		switch {
		case next.IsZero():
			return nil
		case which >= 0:
			done[which] = true
			free.give(begun[which])
		default:
			free.give(held[i])
			i++
		}
		if next.After(at) {
			at = next
		}
		if best != nil && !at.Before(best.at) {
			return nil
		}
	}
}

// lets reports whether a task may start on the node all the same: it ends before, or
// there is room for both.
func (x *promise) lets(p *pass, q *godocker.Queued) bool {
	return !p.t.Now.Add(p.s.Lifespan(q)).After(x.at) || x.spare.fits(q)
}

// started takes what a task will still hold when the promise comes due.
func (x *promise) started(p *pass, q *godocker.Queued) {
	if p.t.Now.Add(p.s.Lifespan(q)).After(x.at) {
		x.spare.take(q)
	}
}
