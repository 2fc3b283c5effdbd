package swarm

import (
	"context"
	"sync"
	"time"
)

// A swarm places what is new when nothing has changed for a twentieth of a second, or after
// a second. Services that are created one right after the other hold each other up so long,
// and then all begin at once, which their nodes are slow at. Made a little apart, each is
// placed by itself; but nobody waits long for that.
const (
	apart    = 100 * time.Millisecond
	apartFor = 400 * time.Millisecond
)

// A pace keeps creations apart.
type pace struct {
	mu   sync.Mutex
	next time.Time
}

// turn is when the creation is due that is asked for now.
func (p *pace) turn(now time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.next
	if at.Before(now) {
		at = now
	}
	if last := now.Add(apartFor); at.After(last) {
		return last
	}
	p.next = at.Add(apart)
	return at
}

// wait returns when the next creation is due.
func (p *pace) wait(ctx context.Context) error {
	timer := time.NewTimer(time.Until(p.turn(time.Now())))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
