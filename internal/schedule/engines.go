package schedule

import (
	"context"
	"time"

	"godocker/executor"
)

// engines asks the executors for their nodes, each by itself, so that one that does not
// answer keeps nothing waiting. Only the room's own steps use it.
type engines struct {
	next     map[string]time.Time // when to ask again
	asking   map[string]bool
	answered chan census
}

// A census is what an executor answered.
type census struct {
	name  string
	nodes []executor.Node
	err   error
}

const (
	awayPause = time.Second
	waitPause = 5 * time.Second // while tasks wait: a node may have come
	askFor    = 5 * time.Second // then an executor is away
)

func newEngines(executors int) engines {
	return engines{next: map[string]time.Time{}, asking: map[string]bool{}, answered: make(chan census, executors)}
}

// refresh asks those executors for their nodes whose time it is, those that are away more
// often, and takes what was answered. The first time it waits for the answers.
func (r *Room) refresh(ctx context.Context, now time.Time) {
	first := len(r.engines.next) == 0
	for name, exec := range r.Executors {
		if now.Before(r.engines.next[name]) || r.engines.asking[name] {
			continue
		}
		r.engines.asking[name] = true
		go func() {
			ask, cancel := context.WithTimeout(ctx, askFor)
			defer cancel()
			nodes, err := exec.Nodes(ask)
			r.engines.answered <- census{name, nodes, err}
			select {
			case r.wake <- struct{}{}:
			default:
			}
		}()
	}
	for wait := len(r.Executors); ; wait-- {
		if first && wait > 0 {
			select {
			case c := <-r.engines.answered:
				r.take(ctx, c, now)
			case <-ctx.Done():
				return
			}
			continue
		}
		select {
		case c := <-r.engines.answered:
			r.take(ctx, c, now)
		default:
			return
		}
	}
}

func (r *Room) take(ctx context.Context, c census, now time.Time) {
	r.engines.asking[c.name] = false
	if ctx.Err() != nil {
		return
	}
	if (c.err != nil) != r.state.Away(c.name) {
		r.Log.Info("the executor's state changed", "executor", c.name, "away", c.err != nil, "error", c.err)
	}
	pause := r.Refresh
	if r.state.Waiting() > 0 {
		pause = min(pause, waitPause)
	}
	r.engines.next[c.name] = now.Add(pause)
	if r.state.SetAway(c.name, c.err != nil); c.err != nil {
		r.engines.next[c.name] = now.Add(awayPause)
		return
	}
	r.state.SetNodes(c.name, c.nodes, r.Executors[c.name].Capabilities().Places)
}

// reserve reads what nodes are kept for.
func (r *Room) reserve(ctx context.Context) error {
	all, err := r.Store.Reservations(ctx)
	if err == nil {
		r.state.Reserve(all)
	}
	return err
}
