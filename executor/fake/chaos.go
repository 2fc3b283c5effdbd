package fake

import (
	"container/heap"
	"time"

	"godocker/executor"
)

// SetAway makes the engine unreachable, or reachable again: every call fails and
// every listener is cut off, while the attempts go on.
func (c *Cluster) SetAway(away bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = away
	if away {
		for l := range c.listeners {
			close(l.wake)
			delete(c.listeners, l)
		}
	}
}

// SetDown takes a node down with all that runs on it, which is then lost, or brings
// it up again, empty.
func (c *Cluster) SetDown(name string, down bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.nodes.byName[name]
	if m == nil {
		return
	}
	m.Down = down
	heap.Fix(&c.nodes.free, m.index)
	now := time.Now()
	for h, at := range c.attempts {
		if down && at.Node == name && !at.over(now) {
			at.LostAt = now
			c.arm(h, at, now)
			_ = c.save(h, at)
		}
	}
}

// Executions is how many times this cluster has begun the attempt, removed ones
// included. It is never above 1 for a correct caller.
func (c *Cluster) Executions(h executor.Handle) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.runs[h]
}
