package kubernetes

import (
	"cmp"
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
	address  string // inside of the cluster's network, or else from outside; "" = it tells none
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
	missed map[string]time.Time // since when those were asked for that are not there
	ready  chan struct{}
	synced bool
	gpu    core.ResourceName
}

func newNodeStore(gpu core.ResourceName) *nodeStore {
	return &nodeStore{gpu: gpu, byName: map[string]*node{}, missed: map[string]time.Time{}, ready: make(chan struct{})}
}

// of returns a node, or nil and since when it is missed: one that is new may be seen a
// moment after its first pod.
func (s *nodeStore) of(name string) (n *node, missed time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n = s.byName[name]; n != nil {
		return n, missed
	}
	missed, asked := s.missed[name]
	if !asked {
		missed = time.Now()
		s.missed[name] = missed
	}
	return nil, missed
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
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byName[k.Name] = nodeOf(k, s.gpu)
	delete(s.missed, k.Name)
	return nil
}

func nodeOf(k *core.Node, gpu core.ResourceName) *node {
	n := &node{name: k.Name, labels: k.Labels, cordoned: k.Spec.Unschedulable, taints: k.Spec.Taints}
	has := k.Status.Allocatable
	n.cpu, n.ram, n.tmp = has.Cpu().AsApproximateFloat64(), has.Memory().Value(), has.StorageEphemeral().Value()
	n.gpus = has.Name(gpu, resource.DecimalSI).Value()
	for _, kind := range []core.NodeAddressType{core.NodeInternalIP, core.NodeExternalIP} {
		for _, a := range k.Status.Addresses {
			if a.Type == kind && n.address == "" {
				n.address = a.Address
			}
		}
	}
	for _, c := range k.Status.Conditions {
		if c.Type == core.NodeReady {
			n.ready, n.since = c.Status == core.ConditionTrue, c.LastTransitionTime.Time
		}
	}
	return n
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
	all := map[string]*node{}
	for _, obj := range objs {
		if k, ok := obj.(*core.Node); ok {
			all[k.Name] = nodeOf(k, s.gpu)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byName = all
	maps.DeleteFunc(s.missed, func(name string, _ time.Time) bool { return all[name] != nil })
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
	out, tolerated := []executor.Node{}, e.tolerations()
	for _, n := range e.nodes.all() {
		if !e.ours(n) {
			continue
		}
		out = append(out, executor.Node{Name: n.name, CPU: n.cpu, RAM: n.ram, GPUs: int(n.gpus), Labels: maps.Clone(n.labels),
			Down: n.cordoned || !n.ready || !tolerates(tolerated, n)})
	}
	slices.SortFunc(out, func(a, b executor.Node) int { return cmp.Compare(a.Name, b.Name) })
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
func tolerates(tolerated []core.Toleration, n *node) bool {
	for i := range n.taints {
		t := &n.taints[i]
		if t.Effect != core.TaintEffectPreferNoSchedule && !slices.ContainsFunc(tolerated, func(x core.Toleration) bool { return x.ToleratesTaint(t) }) {
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
	n, since := e.nodes.of(p.node)
	if n != nil {
		since = n.since
	}
	switch {
	case n != nil && n.ready:
		return false
	case p.disrupted != "":
		return true
	}
	return time.Since(since) > time.Duration(e.cfg.NodeLostAfter)*time.Second
}
