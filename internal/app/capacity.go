package app

import (
	"context"
	"sync"
	"time"

	"godocker/executor"
)

// capacity remembers the nodes of the executors. A submission does not wait for an
// engine that does not answer.
type capacity struct {
	app   *App
	mu    sync.Mutex
	asked time.Time
	nodes map[string][]executor.Node // nil = unknown
}

const (
	capacityFor  = 30 * time.Second
	capacityWait = 2 * time.Second
)

// all returns the nodes of each executor, nil if unknown.
func (k *capacity) all(ctx context.Context) map[string][]executor.Node {
	k.mu.Lock()
	defer k.mu.Unlock()
	if time.Since(k.asked) < capacityFor {
		return k.nodes
	}
	ask, cancel := context.WithTimeout(ctx, capacityWait)
	defer cancel()
	all := map[string][]executor.Node{}
	for name, e := range k.app.executors {
		nodes, err := e.Nodes(ask)
		if err != nil {
			k.asked, k.nodes = time.Now().Add(capacityWait-capacityFor), nil
			return nil
		}
		all[name] = nodes
	}
	k.asked, k.nodes = time.Now(), all
	return all
}

// get returns the most cpus and GB of memory that one node has, 0 if unknown.
func (k *capacity) get(ctx context.Context) (cpu, ram float64) {
	for _, nodes := range k.all(ctx) {
		for _, n := range nodes {
			cpu, ram = max(cpu, n.CPU), max(ram, float64(n.RAM)/(1<<30))
		}
	}
	return cpu, ram
}
