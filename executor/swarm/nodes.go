package swarm

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/moby/moby/api/types/swarm"
	"github.com/moby/moby/client"

	"godocker/executor"
)

// nodes are the machines of a swarm, by their ids.
type nodes map[string]node

type node struct {
	executor.Node
	id      string
	address string
	lost    bool // the managers have given up what runs there
	drained bool
}

// Nodes reports the machines of the swarm. They go by their host names; where several have
// the same, by what is added of their ids.
func (s *Swarm) Nodes(ctx context.Context) ([]executor.Node, error) {
	all, err := s.look(ctx, 0)
	if err != nil {
		return nil, err
	}
	list := make([]executor.Node, 0, len(all))
	for _, n := range all {
		list = append(list, n.Node)
	}
	slices.SortFunc(list, func(a, b executor.Node) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// look returns what is known of the nodes for not longer than a time.
func (s *Swarm) look(ctx context.Context, notOlder time.Duration) (nodes, error) {
	s.mu.Lock()
	known, age := s.nodes, time.Since(s.asked)
	s.mu.Unlock()
	if known != nil && age < notOlder {
		return known, nil
	}
	if err := s.agree(ctx); err != nil {
		return nil, failed(err)
	}
	asked := time.Now()
	got, err := s.api.NodeList(ctx, client.NodeListOptions{})
	if err != nil {
		return nil, failed(err)
	}
	all := s.understood(got.Items)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nodes, s.asked = all, asked
	return all, nil
}

func (s *Swarm) understood(items []swarm.Node) nodes {
	named := map[string]int{}
	for _, n := range items {
		named[n.Description.Hostname]++
	}
	all := make(nodes, len(items))
	for _, n := range items {
		name := cmp.Or(n.Description.Hostname, n.ID)
		if named[n.Description.Hostname] > 1 {
			name = fmt.Sprintf("%s-%.8s", name, n.ID)
		}
		r := n.Description.Resources
		x := node{id: n.ID, address: n.Status.Addr, lost: n.Status.State == swarm.NodeStateDown, drained: n.Spec.Availability == swarm.NodeAvailabilityDrain}
		x.Node = executor.Node{Name: name, CPU: float64(r.NanoCPUs) / 1e9, RAM: r.MemoryBytes, GPUs: s.gpusOf(r.GenericResources), Labels: map[string]string{},
			Down: n.Status.State != swarm.NodeStateReady || n.Spec.Availability != swarm.NodeAvailabilityActive}
		maps.Copy(x.Labels, n.Description.Engine.Labels)
		maps.Copy(x.Labels, n.Spec.Labels)
		all[n.ID] = x
	}
	return all
}

// gpusOf counts the gpus among what a node advertises: by number, or each by its name.
func (s *Swarm) gpusOf(all []swarm.GenericResource) (n int) {
	for _, g := range all {
		switch {
		case s.cfg.GPUResource == "":
		case g.DiscreteResourceSpec != nil && g.DiscreteResourceSpec.Kind == s.cfg.GPUResource:
			n += int(g.DiscreteResourceSpec.Value)
		case g.NamedResourceSpec != nil && g.NamedResourceSpec.Kind == s.cfg.GPUResource:
			n++
		}
	}
	return n
}

// here are the ids of those that the managers have not given up.
func (all nodes) here() map[string]bool {
	ids := make(map[string]bool, len(all))
	for id, n := range all {
		if !n.lost {
			ids[id] = true
		}
	}
	return ids
}

// named finds a node by the name that Nodes gives it.
func (all nodes) named(name string) (node, bool) {
	for _, n := range all {
		if n.Name == name {
			return n, true
		}
	}
	return node{}, false
}
