package httpapi

import (
	"context"
	"strings"
	"time"

	"godocker"
	"godocker/api"
)

// A place is where a task runs.
type place struct{ executor, node string }

// listNodes returns the machines with what their tasks hold. A place of which the
// executor does not tell is not shown, even if something is held there.
func (s *Server) listNodes(ctx context.Context, _ *empty) (*body[[]api.NodeState], error) {
	nodes := []api.NodeState{}
	if s.Nodes != nil {
		nodes = append(nodes, s.Nodes(ctx)...)
	}
	if !callerOf(ctx).Admin() { // causes name machines and accounts
		for i := range nodes {
			nodes[i].Reason, _, _ = strings.Cut(nodes[i].Reason, ": ")
		}
	}
	at := map[place]*api.NodeState{}
	for i := range nodes {
		at[place{nodes[i].Executor, nodes[i].Name}] = &nodes[i]
	}
	held, err := s.Store.Queue(ctx, []godocker.State{godocker.Starting, godocker.Running}, nil, 0, 0)
	if err != nil {
		return nil, err
	}
	for _, q := range held {
		if n := at[place{q.Executor, q.Node}]; n != nil {
			n.HeldCPU, n.HeldRAM, n.HeldGPUs, n.Tasks = n.HeldCPU+q.CPU, n.HeldRAM+q.RAM, n.HeldGPUs+q.GPUs, n.Tasks+1
		}
	}
	return answer(nodes), s.kept(ctx, nodes, time.Now())
}
