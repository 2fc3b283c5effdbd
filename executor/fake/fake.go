// Package fake is an executor that runs nothing: attempts follow the clock, and end
// as they were told. It serves tests, benchmarks and demonstrations. Because it
// asks only package time for the time, it also works inside a synctest bubble.
//
// How an attempt behaves is read from its environment or from the label
// LabelDirectives; see Directives.
package fake

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/plugin"
)

// Config is the executors.fake section of the configuration file.
type Config struct {
	Nodes  int               `yaml:"nodes"`  // how many to pretend to have; default 1
	CPU    float64           `yaml:"cpu"`    // cores of each; default 64
	RAM    float64           `yaml:"ram"`    // GB of each; default 256
	GPUs   int               `yaml:"gpus"`   // of each
	Labels map[string]string `yaml:"labels"` // of each

	// NodeLabels are of the first node, the second and so on, beside Labels.
	NodeLabels []map[string]string `yaml:"node_labels"`

	RefuseWhenFull bool   `yaml:"refuse_when_full"` // answer "no room" instead of overloading a node
	StateDir       string `yaml:"state_dir"`        // keep the attempts there, so that they outlive the process
}

// Plugin describes this executor to the registry.
var Plugin = plugin.Define("fake", "runs nothing; for tests and demonstrations", New)

// New returns an executor on a cluster of its own, which is empty unless it has a
// StateDir.
func New(_ context.Context, _ plugin.Env, cfg Config) (executor.Executor, error) {
	c, err := NewCluster(cfg)
	if err != nil {
		return nil, err
	}
	return c.Executor(), nil
}

// Executor returns one more connection to the cluster. Several of them stand for
// several processes, or for one process before and after a restart.
func (c *Cluster) Executor() executor.Executor { return connection{c} }

type connection struct{ c *Cluster }

var errAway = errors.New("fake: the engine does not answer")

func (connection) Capabilities() executor.Capabilities {
	return executor.Capabilities{Root: true, Signals: true, PullNever: true, Suspend: true, Interactive: true, Ports: true,
		GPUs: true, TmpStorage: true, Network: true, Limits: true, TellsMemory: true}
}

func (x connection) Nodes(context.Context) ([]executor.Node, error) {
	c := x.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away {
		return nil, errAway
	}
	out := make([]executor.Node, 0, len(c.nodes.byName))
	for _, n := range c.nodes.byName {
		out = append(out, n.Node)
	}
	slices.SortFunc(out, func(a, b executor.Node) int {
		if d := len(a.Name) - len(b.Name); d != 0 {
			return d // fake-2 before fake-10
		}
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return out, nil
}

func (x connection) Start(ctx context.Context, a executor.Assignment) (executor.Started, error) {
	b, err := behaviourOf(a)
	if err != nil {
		return executor.Started{}, fmt.Errorf("%w: %w", executor.ErrCannotStart, err)
	}
	if b.startTakes > 0 {
		if a.Progress != nil {
			a.Progress("pulling " + a.Image)
		}
		select {
		case <-ctx.Done():
			return executor.Started{}, ctx.Err()
		case <-time.After(b.startTakes):
		}
	}
	if a.MayUse != nil && !x.c.has(executor.Handle(a.Name())) {
		if err := a.MayUse(ctx); err != nil {
			return executor.Started{}, err
		}
	}
	got, err := x.c.start(a, b)
	if err == nil {
		got.Digest = fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(a.Image)))
	}
	return got, err
}

func (x connection) Inspect(_ context.Context, hs []executor.Handle) ([]executor.Status, error) {
	c := x.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away {
		return nil, errAway
	}
	now := time.Now()
	out := make([]executor.Status, len(hs))
	for i, h := range hs {
		out[i] = executor.Status{Handle: h, Phase: executor.Lost}
		if at := c.find(h); at != nil {
			out[i] = at.status(h, now)
		}
	}
	return out, nil
}

func (x connection) Kill(_ context.Context, h executor.Handle, grace time.Duration) error {
	return x.c.change(h, func(at *attempt, now time.Time) {
		code, end := codeTerm, now
		if at.Stubborn && grace > 0 {
			code, end = codeKill, now.Add(grace)
		}
		if at.Ends.After(end) || !at.Frozen.IsZero() {
			at.Ends, at.Frozen, at.Code, at.Outcome, at.Reason = end, time.Time{}, code, "", ""
		}
	})
}

func (x connection) Suspend(_ context.Context, h executor.Handle) error {
	return x.c.change(h, func(at *attempt, now time.Time) {
		if at.Frozen.IsZero() {
			at.Frozen = now
		}
	})
}

func (x connection) Resume(_ context.Context, h executor.Handle) error {
	return x.c.change(h, func(at *attempt, now time.Time) {
		if !at.Frozen.IsZero() {
			at.Ends = at.Ends.Add(now.Sub(at.Frozen))
			at.Frozen = time.Time{}
		}
	})
}

func (x connection) Remove(_ context.Context, h executor.Handle) error { return x.c.remove(h) }

func (x connection) Ends(ctx context.Context, cluster string, ready func(), end func(executor.Handle)) error {
	c := x.c
	l := &listener{cluster: cluster, wake: make(chan struct{}, 1)}
	c.mu.Lock()
	if c.away {
		c.mu.Unlock()
		return errAway
	}
	c.listeners[l] = true
	c.mu.Unlock()
	defer c.forget(l)
	ready()
	for {
		for _, h := range c.told(l) {
			end(h)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case _, more := <-l.wake:
			if !more {
				return errAway
			}
		}
	}
}

// Find returns the attempt's name, which is its handle whether it exists or not.
func (connection) Find(_ context.Context, cluster string, task int64, attempt int, mark string) (executor.Handle, error) {
	return executor.Handle(godocker.AttemptName(cluster, task, attempt, mark)), nil
}

// List returns the attempts of a cluster that were not removed.
func (x connection) List(_ context.Context, cluster string) ([]executor.Found, error) {
	x.c.mu.Lock()
	defer x.c.mu.Unlock()
	if x.c.away {
		return nil, errAway
	}
	var out []executor.Found
	for h, a := range x.c.attempts {
		if a.Cluster == cluster {
			out = append(out, executor.Found{Handle: h, Task: a.Task, Attempt: a.Attempt, Mark: a.Mark})
		}
	}
	return out, nil
}
