package loop

import (
	"context"
	"log/slog"
	"time"
)

// A Batch gathers items from many goroutines and writes those that came while the
// last write went on together. Its zero value is not usable; see NewBatch.
type Batch[T any] struct {
	items chan T
	limit int
}

// NewBatch returns a Batch of at most limit items a write.
func NewBatch[T any](limit int) *Batch[T] {
	return &Batch[T]{items: make(chan T, limit), limit: limit}
}

// Add hands in an item. It reports false if ctx ends first; the item is then not
// written.
func (b *Batch[T]) Add(ctx context.Context, item T) bool {
	select {
	case b.items <- item:
		return true
	case <-ctx.Done():
		return false
	}
}

// Run writes until ctx is done. A write that fails is repeated with growing pauses,
// so write must be such that it can be: a compare-and-set.
func (b *Batch[T]) Run(ctx context.Context, log *slog.Logger, write func(context.Context, []T) error) {
	for {
		select {
		case <-ctx.Done():
			return
		case first := <-b.items:
			b.insist(ctx, log, b.drain(first), write)
		}
	}
}

func (b *Batch[T]) drain(first T) []T {
	batch := []T{first}
	for len(batch) < b.limit {
		select {
		case item := <-b.items:
			batch = append(batch, item)
		default:
			return batch
		}
	}
	return batch
}

func (b *Batch[T]) insist(ctx context.Context, log *slog.Logger, batch []T, write func(context.Context, []T) error) {
	pause := 50 * time.Millisecond
	for ctx.Err() == nil {
		_, err := Guard(func() (struct{}, error) { return struct{}{}, write(ctx, batch) })
		if err == nil || ctx.Err() != nil {
			return
		}
		log.Error("a write failed and will be tried again", "items", len(batch), "error", err)
		Pause(ctx, pause)
		pause = min(2*pause, maxPause)
	}
}
