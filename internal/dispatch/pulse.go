package dispatch

import (
	"context"
	"errors"
	"time"

	"godocker/executor"
)

const (
	pulseEvery = 15 * time.Second
	pulseWait  = 10 * time.Second // then the engine did not answer
	pulseMiss  = 2                // so often, one after the other, and what waits for it is ended
)

// errDeaf is why a call to an engine was given up that answers nothing else, either. A start
// may take hours, for a large image; so its own duration says nothing.
var errDeaf = errors.New("the engine does not answer")

// A pulse is felt while calls to an engine go on.
type pulse struct {
	calls map[*context.CancelCauseFunc]bool
	stop  context.CancelFunc // when there are none any more
}

// while returns a context for calls to an engine, which ends when it stops to answer, and
// what tells that they are done.
func (r *Room) while(ctx context.Context, name string, exec executor.Executor) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pulses == nil {
		r.pulses = map[string]*pulse{}
	}
	p := r.pulses[name]
	if p == nil {
		last, stop := context.WithCancel(context.WithoutCancel(ctx))
		p = &pulse{calls: map[*context.CancelCauseFunc]bool{}, stop: stop}
		r.pulses[name] = p
		go r.feel(last, exec, p)
	}
	p.calls[&cancel] = true
	return ctx, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		cancel(nil)
		if delete(p.calls, &cancel); len(p.calls) == 0 {
			p.stop()
			delete(r.pulses, name)
		}
	}
}

// feel asks an engine something easy again and again, until ctx is done.
func (r *Room) feel(ctx context.Context, exec executor.Executor, p *pulse) {
	tick := time.NewTicker(pulseEvery)
	defer tick.Stop()
	for missed := 0; ; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		ask, cancel := context.WithTimeout(ctx, pulseWait)
		_, err := exec.Nodes(ask)
		cancel()
		if missed++; err == nil {
			missed = 0
		}
		if missed < pulseMiss {
			continue
		}
		r.mu.Lock()
		for cancel := range p.calls {
			(*cancel)(errDeaf)
		}
		r.mu.Unlock()
	}
}
