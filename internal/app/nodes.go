package app

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"godocker/api"
)

// nodesWait is how long an engine may take to tell of its nodes.
const nodesWait = 2 * time.Second

// nodes asks all executors at once for their nodes, by executor and name. One that does
// not answer in time is a single node without a name that is down; what is known of the
// cause comes after a colon.
func (a *App) nodes(ctx context.Context) []api.NodeState {
	ctx, cancel := context.WithTimeout(ctx, nodesWait)
	defer cancel()
	var mu sync.Mutex
	var wg sync.WaitGroup
	var out []api.NodeState
	for name, e := range a.executors {
		wg.Go(func() {
			ns, err := e.Nodes(ctx)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				out = append(out, api.NodeState{Executor: name, Labels: map[string]string{}, Down: true, Reason: "the executor does not answer: " + err.Error()})
			}
			for _, n := range ns {
				k := api.NodeState{Executor: name, Name: n.Name, CPU: n.CPU, RAM: float64(n.RAM) / (1 << 30), GPUs: n.GPUs, Labels: n.Labels, Down: n.Down}
				if k.Labels == nil {
					k.Labels = map[string]string{}
				}
				out = append(out, k)
			}
		})
	}
	wg.Wait()
	slices.SortFunc(out, func(x, y api.NodeState) int {
		return cmp.Or(cmp.Compare(x.Executor, y.Executor), cmp.Compare(x.Name, y.Name))
	})
	return out
}
