// Package scheduler defines how waiting tasks are put in order. A scheduler is a
// pure function: it reads no clock, no database and no network, so that the live
// loop, a simulation and an explanation all get the same answer from it.
package scheduler

import (
	"iter"
	"time"

	"godocker"
)

// A Snapshot is all that a scheduler may look at. It must not be changed.
type Snapshot struct {
	Now   time.Time
	Queue []godocker.Queued // the waiting tasks, by ascending id

	// Users and Projects are what those of the queue used in the window and
	// how they are preferred, for schedulers that say UsesShares. Who is not
	// there used nothing and has the default priority.
	Users, Projects map[string]Share
}

// A Share is what somebody used, and their priority, from 0 to 100.
type Share struct {
	Used     godocker.Usage
	Priority int
}

// Sharer is implemented by schedulers that look at shares.
type Sharer interface{ UsesShares() bool }

// A Scheduler puts waiting tasks in the order in which they should start.
type Scheduler interface {
	// Order yields tasks of the snapshot's queue, each at most once, as
	// indexes into it. A task left out keeps waiting. The work is done as
	// the sequence is drawn: whoever stops early does not pay for the rest.
	Order(s Snapshot) iter.Seq[int]
}
