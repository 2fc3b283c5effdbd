// Package site knows what concerns the installation as a whole, without asking the
// store each time.
package site

import (
	"context"
	"sync"
	"time"

	"godocker"
	"godocker/store"
)

// A Board says whether the installation is in maintenance. It may be used concurrently.
type Board struct {
	Store store.Site

	mu   sync.Mutex
	read time.Time
	last godocker.Maintenance
}

// believe is how long other processes may not have heard of a change.
const believe = time.Second

// Maintenance returns what was last written, or, while the store cannot be read, what
// is known of it, with the error.
func (b *Board) Maintenance(ctx context.Context) (godocker.Maintenance, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if age := now.Sub(b.read); age >= 0 && age < believe {
		return b.last, nil
	}
	m, err := b.Store.Maintenance(ctx)
	if err == nil {
		b.read, b.last = now, m
	}
	return b.last, err
}

// Set switches maintenance on or off.
func (b *Board) Set(ctx context.Context, m godocker.Maintenance) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.Store.SetMaintenance(ctx, m)
	b.read = time.Time{}
	return err
}

// How often a process says that it is at work, and when others take it for dead.
const (
	BeatEvery = 10 * time.Second
	Dead      = 3 * BeatEvery
)
