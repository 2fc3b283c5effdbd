package kubernetes

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"godocker/executor"
)

// A node is what is kept of one.
type node struct {
	name     string
	labels   map[string]string
	cpu      float64
	ram, tmp int64
	gpus     int64
	cordoned bool
	taints   []core.Taint
	ready    bool
	since    time.Time // that it is so
}

// nodeStore holds what is watched of nodes.
type nodeStore struct {
	mu     sync.Mutex
	byName map[string]*node
	ready  chan struct{}
	synced bool
	gpu    core.ResourceName
}

func newNodeStore(gpu core.ResourceName) *nodeStore {
	return &nodeStore{gpu: gpu, byName: map[string]*node{}, ready: make(chan struct{})}
}

func (s *nodeStore) of(name string) *node {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byName[name]
}

func (s *nodeStore) all() []*node {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.byName))
}

func (s *nodeStore) Add(obj any) error { return s.Update(obj) }

func (s *nodeStore) Update(obj any) error {
	k, ok := obj.(*core.Node)
	if !ok {
		return fmt.Errorf("kubernetes: a node is %T", obj)
	}
	n := &node{name: k.Name, labels: k.Labels, cordoned: k.Spec.Unschedulable, taints: k.Spec.Taints}
	has := k.Status.Allocatable
	n.cpu, n.ram, n.tmp = has.Cpu().AsApproximateFloat64(), has.Memory().Value(), has.StorageEphemeral().Value()
	n.gpus = has.Name(s.gpu, resource.DecimalSI).Value()
	for _, c := range k.Status.Conditions {
		if c.Type == core.NodeReady {
			n.ready, n.since = c.Status == core.ConditionTrue, c.LastTransitionTime.Time
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byName[n.name] = n
	return nil
}

func (s *nodeStore) Delete(obj any) error {
	if k, ok := obj.(*core.Node); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.byName, k.Name)
	}
	return nil
}

func (s *nodeStore) Replace(objs []any, _ string) error {
	s.mu.Lock()
	s.byName = map[string]*node{}
	s.mu.Unlock()
	for _, obj := range objs {
		if err := s.Update(obj); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.synced {
		s.synced = true
		close(s.ready)
	}
	return nil
}

func (s *nodeStore) Resync() error { return nil }

// Nodes reports the nodes that tasks may be on, and what of them pods may have.
func (e *Engine) Nodes(ctx context.Context) ([]executor.Node, error) {
	if err := e.current(ctx); err != nil {
		return nil, err
	}
	out := []executor.Node{}
	for _, n := range e.nodes.all() {
		if !e.ours(n) {
			continue
		}
		out = append(out, executor.Node{Name: n.name, CPU: n.cpu, RAM: n.ram, GPUs: int(n.gpus), Labels: maps.Clone(n.labels),
			Down: n.cordoned || !n.ready || !e.tolerates(n)})
	}
	slices.SortFunc(out, func(a, b executor.Node) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return out, nil
}

func (e *Engine) ours(n *node) bool {
	for name, value := range e.cfg.NodeSelector {
		if have, ok := n.labels[name]; !ok || have != value {
			return false
		}
	}
	return true
}

// tolerates reports whether a node has no taint that keeps tasks off.
func (e *Engine) tolerates(n *node) bool {
	for i := range n.taints {
		t := &n.taints[i]
		if t.Effect != core.TaintEffectPreferNoSchedule && !slices.ContainsFunc(e.tolerations(), func(x core.Toleration) bool { return x.ToleratesTaint(t) }) {
			return false
		}
	}
	return true
}

// gaveUp reports whether a pod's node is away for longer than is waited for, or was
// taken out of the cluster, and so does not tell any more what becomes of the pod.
func (e *Engine) gaveUp(p *pod) bool {
	if p.node == "" || p.ended() {
		return false
	}
	n := e.nodes.of(p.node)
	switch {
	case n == nil:
		return true
	case n.ready:
		return false
	}
	return p.disrupted != "" || time.Since(n.since) > time.Duration(e.cfg.NodeLostAfter)*time.Second
}
