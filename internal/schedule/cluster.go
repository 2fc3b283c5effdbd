package schedule

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"godocker"
	"godocker/executor"
)

// cluster knows what the nodes have and what is left of it.
type cluster struct {
	engines map[string]*engine
	first   string // the default engine
	every   time.Duration
	asked   time.Time
	// skipFailed keeps tasks off nodes that failed attempts of them.
	skipFailed bool
}

// engine is one executor. Its nodes are in the order in which it tells them.
type engine struct {
	name  string
	exec  executor.Executor
	nodes map[string]*node
	order []*node
	away  bool      // it did not answer when it was last asked
	next  time.Time // when to ask again while it is away
	until time.Time // refuses until then, as it did the last time
	pause time.Duration
	gone  *node // holds what is held on nodes that are not there now
}

type node struct {
	name     string
	cpu, ram float64 // cores and GB that nobody holds
	gpus     int
	has      executor.Node
}

const (
	awayPause = time.Second
	minPause  = time.Second
	maxPause  = 30 * time.Second
)

func newCluster(execs map[string]executor.Executor, first string, every time.Duration) *cluster {
	c := &cluster{engines: map[string]*engine{}, first: first, every: every}
	for name, e := range execs {
		c.engines[name] = &engine{name: name, exec: e, nodes: map[string]*node{}, gone: &node{}, away: true}
	}
	return c
}

// refresh asks the engines for their nodes when it is time to, and those that were
// away more often. It reports whether what is held must be counted again.
func (c *cluster) refresh(ctx context.Context, now time.Time, log *slog.Logger) (changed bool) {
	again := now.Sub(c.asked) >= c.every
	for _, e := range c.engines {
		if !again && (!e.away || now.Before(e.next)) {
			continue
		}
		e.next = now.Add(awayPause)
		ask, cancel := context.WithTimeout(ctx, 5*time.Second)
		nodes, err := e.exec.Nodes(ask)
		cancel()
		if (err != nil) != e.away && ctx.Err() == nil {
			log.Info("the executor's state changed", "executor", e.name, "away", err != nil, "error", err)
		}
		if e.away = err != nil; !e.away {
			e.set(nodes)
			changed = true
		}
	}
	if again {
		c.asked = now
	}
	return changed
}

// set takes over what the engine says of its nodes. What is held on them is to be
// counted again.
func (e *engine) set(nodes []executor.Node) {
	e.nodes, e.order = make(map[string]*node, len(nodes)), e.order[:0]
	for _, n := range nodes {
		have := &node{name: n.Name, has: n}
		e.nodes[n.Name] = have
		e.order = append(e.order, have)
	}
}

func gb(bytes int64) float64 { return float64(bytes) / (1 << 30) }

// recount works out what is left from what is held.
func (c *cluster) recount(held map[int64]godocker.Queued) {
	for _, e := range c.engines {
		for _, n := range e.order {
			n.cpu, n.ram, n.gpus = n.has.CPU, gb(n.has.RAM), n.has.GPUs
		}
	}
	for _, q := range held {
		c.take(q)
	}
}

func (c *cluster) at(q godocker.Queued) *node {
	e := c.engines[q.Executor]
	if e == nil {
		return &node{}
	}
	if n := e.nodes[q.Node]; n != nil {
		return n
	}
	return e.gone
}

func (c *cluster) take(q godocker.Queued) {
	n := c.at(q)
	n.cpu, n.ram, n.gpus = n.cpu-q.CPU, n.ram-q.RAM, n.gpus-q.GPUs
}

// give returns what a task held.
func (c *cluster) give(q godocker.Queued) {
	n := c.at(q)
	n.cpu, n.ram, n.gpus = n.cpu+q.CPU, n.ram+q.RAM, n.gpus+q.GPUs
}

// ended returns what a task held. An engine that refused may have room again.
func (c *cluster) ended(q godocker.Queued) {
	c.give(q)
	if e := c.engines[q.Executor]; e != nil {
		e.until, e.pause = time.Time{}, 0
	}
}

// refused returns what a task was to hold, and keeps tasks from the engine that had
// no room for it until another ends there or a growing pause is over.
func (c *cluster) refused(q godocker.Queued, now time.Time) {
	c.give(q)
	if e := c.engines[q.Executor]; e != nil {
		e.pause = min(max(2*e.pause, minPause), maxPause)
		e.until = now.Add(e.pause)
	}
}

// slack forgives the rounding of sums of fractions.
const slack = 1e-9

// fit chooses a node for a task: of those with room, the one with the most cpus
// left. Without one it says why in words that stay the same while the reason does.
func (c *cluster) fit(q godocker.Queued, now time.Time) (name, nodeName, why string) {
	name, _, _ = strings.Cut(q.Executor, ":")
	if name == "" {
		name = c.first
	}
	e := c.engines[name]
	switch {
	case e == nil:
		return "", "", fmt.Sprintf("Waiting: there is no executor %q any more", name)
	case e.away:
		return "", "", fmt.Sprintf("Waiting: the executor %s does not answer", name)
	case now.Before(e.until):
		return "", "", fmt.Sprintf("Not enough resources available: the executor %s had no room when it was last asked", name)
	}
	avoid := c.avoid(e, q)
	var best *node
	for _, n := range e.order {
		if n.room(q) && !slices.Contains(avoid, n.name) && (best == nil || n.cpu > best.cpu) && godocker.LabelsMatch(q.Labels, n.has.Labels) {
			best = n
		}
	}
	if best == nil {
		return "", "", e.why(q)
	}
	return name, best.name, ""
}

func (n *node) room(q godocker.Queued) bool {
	return !n.has.Down && n.cpu+slack >= q.CPU && n.ram+slack >= q.RAM && n.gpus >= q.GPUs
}
