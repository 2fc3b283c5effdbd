// Package watcher defines how tasks that run are looked after. Implementations live
// in the subfolders; each must pass watchertest.Run, and what that suite asserts is
// the contract.
package watcher

import (
	"context"
	"time"

	"godocker"
)

// Advice is what is to be done about a running attempt. The zero Advice is to leave it
// alone for as long as nothing happens to it.
type Advice struct {
	// Warn is a signal for the script, such as USR1; "" = none. One attempt
	// gets at most one, and Life.Warned then says when.
	Warn string

	// End is the outcome that the attempt is to be ended with, and Reason what
	// its owner reads; NoOutcome = it goes on.
	End    godocker.Outcome
	Reason string

	// Next is when to look again; zero = when something happens to the task.
	Next time.Time
}

// A Watcher looks after running attempts. Its methods may be called concurrently.
type Watcher interface {
	// Look gives advice about an attempt that runs, as the store knows it. It
	// is asked when the attempt begins, when it is suspended or resumed, at
	// the Next of its last advice, and for everything that runs when the
	// server starts. What it advises must follow from the task and the time
	// alone, as several processes may ask, and ask again. After an error it
	// is asked again soon.
	Look(ctx context.Context, t *godocker.Task, now time.Time) (Advice, error)
}
