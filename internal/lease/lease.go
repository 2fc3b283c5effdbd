// Package lease keeps the right to be the only one who does something.
//
//	          acquired                  renewed each third of the time
//	waiting ------------> holding -------------------------------------+
//	   ^                     |  ^                                      |
//	   |  time is up         |  +--------------------------------------+
//	   +---------------------+
//
// What can go wrong: the holder dies (its time runs out, or another process of the
// same name takes the lease over at once), the database is away (the holder stops
// when its time is up by its own clock), the holder stalls and wakes up late (its
// writes carry an old term and are refused by the store).
package lease

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"godocker"
	"godocker/store"
)

// A Keeper tries to hold one lease. Current may be called concurrently with Run.
type Keeper struct {
	Store  store.Leases
	Name   string
	Holder string
	TTL    time.Duration
	Log    *slog.Logger
	// Won is called, in Run's goroutine, each time the lease is won.
	Won func()

	mu   sync.Mutex
	held godocker.Lease
}

// Current returns the lease if it is held at the given time.
func (k *Keeper) Current(now time.Time) (godocker.Lease, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.held, k.held.Term != 0 && now.Before(k.held.Expires)
}

// Run acquires and renews until ctx is done, and then gives the lease back.
func (k *Keeper) Run(ctx context.Context) {
	tick := time.NewTicker(k.TTL / 3)
	defer tick.Stop()
	for {
		k.renew(ctx)
		select {
		case <-ctx.Done():
			k.giveBack(context.WithoutCancel(ctx))
			return
		case <-tick.C:
		}
	}
}

func (k *Keeper) renew(ctx context.Context) {
	now := time.Now()
	l, ok, err := k.Store.Acquire(ctx, k.Name, k.Holder, now, k.TTL)
	if err != nil {
		if ctx.Err() == nil {
			k.Log.Error("the lease cannot be renewed", "lease", k.Name, "error", err)
		}
		return
	}
	k.mu.Lock()
	won := ok && l.Term != k.held.Term
	lost := !ok && k.held.Term != 0
	if k.held = l; !ok {
		k.held = godocker.Lease{}
	}
	k.mu.Unlock()
	switch {
	case won:
		k.Log.Info("holding the lease", "lease", k.Name, "term", l.Term)
		if k.Won != nil {
			k.Won()
		}
	case lost:
		k.Log.Warn("the lease went to another process", "lease", k.Name, "holder", l.Holder)
	}
}

func (k *Keeper) giveBack(ctx context.Context) {
	l, ok := k.Current(time.Now())
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := k.Store.Release(ctx, l); err != nil {
		k.Log.Warn("the lease was not given back; it runs out by itself", "lease", k.Name, "error", err)
	}
}
