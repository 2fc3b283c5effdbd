package store

import (
	"context"

	"godocker"
)

// Events is the history of all changes, in the order of their commit.
type Events interface {
	// Events returns events above a sequence number, at most limit (0 = all).
	Events(ctx context.Context, after int64, limit int) ([]godocker.Event, error)

	// TaskEvents returns the events of one task, oldest first.
	TaskEvents(ctx context.Context, id int64) ([]godocker.Event, error)

	// LastEvent returns the newest sequence number, 0 if there is none.
	LastEvent(ctx context.Context) (int64, error)

	// Changed returns a channel that gets a value soon after new events,
	// wherever they were written, and a function that ends it. Several
	// events may share one value.
	Changed() (<-chan struct{}, func())
}

// Cursors remember how far those have come who follow the events and must not miss
// one, over restarts.
type Cursors interface {
	// Cursor returns the newest event that the follower has dealt with, 0 if
	// it never began.
	Cursor(ctx context.Context, name string) (int64, error)

	// Advance records that the follower has dealt with all events up to one.
	// It never goes back.
	Advance(ctx context.Context, name string, seq int64) error
}
