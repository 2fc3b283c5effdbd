package plan

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"godocker"
	"godocker/executor"
)

// An engine is one executor as the plan sees it.
type engine struct {
	name    string
	away    bool
	whole   bool    // it chooses nodes itself, so that its nodes count as one
	nodes   []*node // in the order in which it tells them
	byName  map[string]*node
	lost    *node     // holds what is held on nodes that are not there now
	until   time.Time // refuses until then, as it did the last time
	pause   time.Duration
	machine []executor.Node
	keeps   bool // some of its nodes for somebody
}

type node struct {
	name  string
	room       // what nobody holds
	has   room // what it has in all
	down  bool
	label map[string]string
	held  map[int64]*godocker.Queued
	ends  []*godocker.Queued // held, by when they end; nil if that must be worked out
	kept  []*godocker.Reservation
}

// room is what tasks take of a node.
type room struct {
	cpu, ram float64 // cores and GB
	gpus     int
}

// slack forgives the rounding of sums of fractions.
const slack = 1e-9

func (r room) fits(q *godocker.Queued) bool {
	return r.cpu+slack >= q.CPU && r.ram+slack >= q.RAM && r.gpus >= q.GPUs
}

func (r *room) take(q *godocker.Queued) {
	r.cpu, r.ram, r.gpus = r.cpu-q.CPU, r.ram-q.RAM, r.gpus-q.GPUs
}

func (r *room) give(q *godocker.Queued) {
	r.cpu, r.ram, r.gpus = r.cpu+q.CPU, r.ram+q.RAM, r.gpus+q.GPUs
}

func roomOf(n executor.Node) room {
	return room{n.CPU, float64(n.RAM) / (1 << 30), n.GPUs}
}

func newNode(name string) *node { return &node{name: name, held: map[int64]*godocker.Queued{}} }

func newEngine(name string) *engine {
	return &engine{name: name, away: true, byName: map[string]*node{}, lost: newNode("")}
}

// set takes over what the engine says of its nodes.
func (e *engine) set(nodes []executor.Node, whole bool) {
	e.whole, e.machine = whole, nodes
	e.nodes, e.byName = e.nodes[:0], make(map[string]*node, len(nodes))
	e.lost = newNode("")
	if whole {
		all := newNode("")
		for _, n := range nodes {
			if r := roomOf(n); !n.Down {
				all.has = room{all.has.cpu + r.cpu, all.has.ram + r.ram, all.has.gpus + r.gpus}
			}
		}
		all.room = all.has
		e.nodes, e.byName[""] = append(e.nodes, all), all
		return
	}
	for _, n := range nodes {
		x := newNode(n.Name)
		x.has, x.down, x.label = roomOf(n), n.Down, n.Labels
		x.room = x.has
		e.nodes = append(e.nodes, x)
		e.byName[n.Name] = x
	}
}

// at is the node that a task is held on.
func (e *engine) at(q *godocker.Queued) *node {
	name := q.Node
	if e.whole {
		name = ""
	}
	if n := e.byName[name]; n != nil {
		return n
	}
	return e.lost
}

func (n *node) hold(q *godocker.Queued) {
	n.take(q)
	n.held[q.ID], n.ends = q, nil
}

func (n *node) release(q *godocker.Queued) {
	n.give(q)
	delete(n.held, q.ID)
	n.ends = nil
}

// couldHold reports whether the task would fit if nothing else ran there.
func (n *node) couldHold(q *godocker.Queued) bool {
	return n.has.fits(q) && godocker.LabelsMatch(q.Labels, n.label)
}

// couldHold reports whether some node would have room for the task if nothing else ran.
func (e *engine) couldHold(q *godocker.Queued) bool {
	return slices.ContainsFunc(e.machine, func(n executor.Node) bool {
		return roomOf(n).fits(q) && godocker.LabelsMatch(q.Labels, n.Labels)
	})
}

// ending returns what is held by when it ends at the latest.
func (n *node) ending(s *State) []*godocker.Queued {
	if n.ends == nil && len(n.held) > 0 {
		n.ends = make([]*godocker.Queued, 0, len(n.held))
		for _, q := range n.held {
			n.ends = append(n.ends, q)
		}
		slices.SortFunc(n.ends, func(a, b *godocker.Queued) int { return cmp.Or(s.end(a).Compare(s.end(b)), cmp.Compare(a.ID, b.ID)) })
	}
	return n.ends
}

// reservationLabel is the label of a node that keeps it for people and projects, as
// engines can be told.
const reservationLabel = "reservation"

// reserve notes which reservations concern the nodes.
func (e *engine) reserve(all []godocker.Reservation, isDefault bool) {
	e.keeps = false
	for _, n := range e.nodes {
		n.kept = nil
		if names := n.label[reservationLabel]; names != "" {
			n.kept = append(n.kept, &godocker.Reservation{Nodes: []string{n.name}, For: strings.Split(names, ",")})
		}
		for i := range all {
			if r := &all[i]; (r.Executor == e.name || r.Executor == "" && isDefault) && (e.whole && len(r.Nodes) == 0 || !e.whole && r.Covers(n.name)) {
				n.kept = append(n.kept, r)
			}
		}
		e.keeps = e.keeps || len(n.kept) > 0
	}
}

// keptFrom returns the reservation that keeps a task from running on a node in a span
// of time, if one does.
func (n *node) keptFrom(q *godocker.Queued, begin, end time.Time) *godocker.Reservation {
	for _, r := range n.kept {
		if r.Overlaps(begin, end) && !r.Admits(q.User, q.Project) {
			return r
		}
	}
	return nil
}
