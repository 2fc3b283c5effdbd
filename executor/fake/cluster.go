package fake

import (
	"fmt"
	"sync"
	"time"

	"godocker"
	"godocker/executor"
)

// A Cluster is the pretended engine. It is safe for concurrent use, and any number
// of executors may be connected to it.
type Cluster struct {
	cfg Config

	mu        sync.Mutex
	attempts  map[executor.Handle]*attempt
	runs      map[executor.Handle]int // executions begun
	refused   map[int64]int           // starts of a task answered with a limited start error
	nodes     *nodes
	listeners map[*listener]bool
	away      bool
}

// An attempt is what the cluster knows of one execution. What it is doing follows
// from the clock; the timer only wakes those who want to be told.
type attempt struct {
	record
	timer    *time.Timer
	released bool // its node has its resources back
}

// A record is the part of an attempt that outlives the process.
type record struct {
	Cluster  string           `json:"cluster"`
	Task     int64            `json:"task"`
	Attempt  int              `json:"attempt"`
	Mark     string           `json:"mark"`
	Node     string           `json:"node"`
	CPU      float64          `json:"cpu"`
	RAM      int64            `json:"ram"`
	Started  time.Time        `json:"started"`
	Ends     time.Time        `json:"ends"`
	LostAt   time.Time        `json:"lost_at,omitzero"`
	Frozen   time.Time        `json:"frozen,omitzero"` // when it was suspended
	Code     int              `json:"code"`
	Outcome  godocker.Outcome `json:"outcome,omitempty"`
	Reason   string           `json:"reason,omitempty"`
	Stubborn bool             `json:"stubborn,omitempty"`

	Ports   []godocker.PortMapping `json:"ports,omitempty"`
	OnUSR1  *int                   `json:"on_usr1,omitempty"`
	Signals int                    `json:"signals,omitempty"`
}

// NewCluster makes a cluster, with the attempts of its StateDir if it has one.
func NewCluster(cfg Config) (*Cluster, error) {
	if cfg.Nodes < 0 || cfg.CPU < 0 || cfg.RAM < 0 {
		return nil, fmt.Errorf("fake: nodes, cpu and ram cannot be negative")
	}
	c := &Cluster{cfg: cfg, attempts: map[executor.Handle]*attempt{}, runs: map[executor.Handle]int{},
		refused: map[int64]int{}, listeners: map[*listener]bool{}, nodes: newNodes(cfg)}
	return c, c.load()
}

func (r *record) lost(now time.Time) bool { return !r.LostAt.IsZero() && !now.Before(r.LostAt) }

func (r *record) over(now time.Time) bool { return r.Frozen.IsZero() && !now.Before(r.Ends) }

func (r *record) status(h executor.Handle, now time.Time) executor.Status {
	s := executor.Status{Handle: h, Phase: executor.Active, Node: r.Node, Started: r.Started}
	switch {
	case r.lost(now):
		return executor.Status{Handle: h, Phase: executor.Lost}
	case r.over(now):
		s.Phase, s.Ended, s.ExitCode, s.Outcome, s.Reason = executor.Exited, r.Ends, r.Code, r.Outcome, r.Reason
	}
	return s
}

func (c *Cluster) has(h executor.Handle) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.find(h) != nil
}

func (c *Cluster) start(a executor.Assignment, b behaviour) (executor.Started, error) {
	h := executor.Handle(a.Name())
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away {
		return executor.Started{}, errAway
	}
	if at := c.find(h); at != nil {
		return at.receipt(h), nil
	}
	if b.startError != nil && (b.startErrors == 0 || c.refused[a.Task] < b.startErrors) {
		c.refused[a.Task]++
		return executor.Started{}, b.startError
	}
	node, err := c.nodes.take(a, c.cfg.RefuseWhenFull)
	if err != nil {
		return executor.Started{}, err
	}
	now := time.Now()
	at := &attempt{record: record{Cluster: a.Cluster, Task: a.Task, Attempt: a.Attempt, Mark: a.Mark, Node: node, CPU: a.CPU, RAM: a.RAM, Started: now,
		Ends: now.Add(b.run), Code: b.code, Outcome: b.outcome, Reason: b.reason, Stubborn: b.stubborn, Ports: a.Ports, OnUSR1: b.onUSR1}}
	if b.lostAfter > 0 {
		at.LostAt = now.Add(b.lostAfter)
	}
	if known, err := c.create(h, at); known != nil || err != nil {
		c.nodes.give(&at.record)
		if err != nil {
			return executor.Started{}, err
		}
		return known.receipt(h), nil
	}
	c.attempts[h] = at
	c.runs[h]++
	c.arm(h, at, now)
	return at.receipt(h), nil
}

func (r *record) receipt(h executor.Handle) executor.Started {
	return executor.Started{Handle: h, EngineID: "fake-" + string(h), Node: r.Node, Ports: r.Ports}
}

// change alters a running attempt; one that is over or unknown stays as it is.
func (c *Cluster) change(h executor.Handle, how func(*attempt, time.Time)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away {
		return errAway
	}
	now := time.Now()
	at := c.find(h)
	if at == nil || at.over(now) || at.lost(now) {
		return nil
	}
	how(at, now)
	c.arm(h, at, now)
	return c.save(h, at)
}

// arm sees to it that the end of the attempt is noticed when it comes.
func (c *Cluster) arm(h executor.Handle, at *attempt, now time.Time) {
	if at.timer != nil {
		at.timer.Stop()
	}
	switch {
	case at.over(now) || at.lost(now):
		c.ended(h, at)
	case at.Frozen.IsZero():
		at.timer = time.AfterFunc(until(at.record, now), func() { c.notice(h, at) })
	}
}

func until(r record, now time.Time) time.Duration {
	if !r.LostAt.IsZero() && r.LostAt.Before(r.Ends) {
		return r.LostAt.Sub(now)
	}
	return r.Ends.Sub(now)
}

func (c *Cluster) notice(h executor.Handle, at *attempt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); c.attempts[h] == at && (at.over(now) || at.lost(now)) {
		c.ended(h, at)
	}
}

// ended gives the resources back and tells the listeners, once.
func (c *Cluster) ended(h executor.Handle, at *attempt) {
	if at.released {
		return
	}
	at.released = true
	c.nodes.give(&at.record)
	if !at.lost(time.Now()) {
		c.tell(at.Cluster, h)
	}
}

func (c *Cluster) remove(h executor.Handle) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away {
		return errAway
	}
	at := c.find(h)
	if at == nil {
		return nil
	}
	if at.timer != nil {
		at.timer.Stop()
	}
	if !at.released {
		at.released = true
		c.nodes.give(&at.record)
	}
	delete(c.attempts, h)
	return c.discard(h)
}
