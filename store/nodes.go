package store

import (
	"context"
	"time"

	"godocker"
)

// Kinds of things that a node has only so many of.
const (
	KindGPU  = "gpu"
	KindPort = "port" // of the node, by its number
)

// A Reservation asks for some of the things of the node that an attempt was placed on.
type Reservation struct {
	AttemptKey
	Kind  string
	Count int
	Among []string // their names, the best first
	Not   []string // of them, those that are no good; an attempt that holds one gives it back
}

// Reserved is one thing that an attempt holds.
type Reserved struct {
	AttemptKey
	Executor, Node, Kind, Name string
}

// Reservations see to it that no two attempts hold the same thing. They are given
// back by Released and by Defer.
type Reservations interface {
	// Reserve gives an attempt that is Starting what it asks for, all or
	// nothing, and returns the names in the order of Among. Asking again
	// changes nothing. Without enough that are free it returns nil and no
	// error. It is godocker.Conflict if the task is not Starting the attempt.
	Reserve(ctx context.Context, r Reservation) ([]string, error)

	// Reserved returns everything that attempts hold.
	Reserved(ctx context.Context) ([]Reserved, error)
}

// Nodes keeps what nodes are reserved for, and which are drained.
type Nodes interface {
	// SaveReservation adds one if its id is 0, or replaces the one with that id,
	// and returns the id, which is never used again. It removes those that are
	// over, and writes an EventReserved.
	SaveReservation(ctx context.Context, now time.Time, r godocker.Reservation) (int64, error)

	// DeleteReservation writes an EventReserved as well.
	DeleteReservation(ctx context.Context, now time.Time, id int64) error

	// Reservations returns all by ascending id, some of which may be over.
	Reservations(ctx context.Context) ([]godocker.Reservation, error)
}
