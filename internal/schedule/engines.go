package schedule

import (
	"context"
	"time"
)

// engines asks the executors for their nodes.
type engines struct {
	asked time.Time            // when all were
	next  map[string]time.Time // when to ask again those that are away
}

const awayPause = time.Second

// refresh asks the engines for their nodes when it is time to, and those that are away
// more often.
func (r *Room) refresh(ctx context.Context, now time.Time) {
	again := now.Sub(r.engines.asked) >= r.Refresh
	for name, exec := range r.Executors {
		if !again && (!r.state.Away(name) || now.Before(r.engines.next[name])) {
			continue
		}
		r.engines.next[name] = now.Add(awayPause)
		ask, cancel := context.WithTimeout(ctx, 5*time.Second)
		nodes, err := exec.Nodes(ask)
		cancel()
		if (err != nil) != r.state.Away(name) && ctx.Err() == nil {
			r.Log.Info("the executor's state changed", "executor", name, "away", err != nil, "error", err)
		}
		if r.state.SetAway(name, err != nil); err == nil {
			r.state.SetNodes(name, nodes, exec.Capabilities().Places)
		}
	}
	if again {
		r.engines.asked = now
	}
}

// reserve reads what nodes are kept for.
func (r *Room) reserve(ctx context.Context) error {
	all, err := r.Store.Reservations(ctx)
	if err == nil {
		r.state.Reserve(all)
	}
	return err
}
