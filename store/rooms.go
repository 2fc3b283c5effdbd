package store

import (
	"context"
	"time"

	"godocker"
)

// A Claim hands a pending task to an executor.
type Claim struct {
	ID       int64
	Executor string
	Node     string
}

// A Verdict ends a pending task without an attempt.
type Verdict struct {
	ID       int64
	Outcome  godocker.Outcome
	ExitCode *int
	Reason   string
}

// An AttemptKey names one attempt of one task.
type AttemptKey struct {
	ID      int64
	Attempt int
}

// A Start tells that the executor has an attempt.
type Start struct {
	AttemptKey
	Handle   string
	EngineID string
	Digest   string // of the image
	Node     string
	IP       string
	Ports    []godocker.PortMapping
	HostKey  string // see Life
}

// An End tells that an attempt stopped, or could not start.
type End struct {
	AttemptKey
	Outcome  godocker.Outcome // NoOutcome: the exit code decides
	ExitCode *int
	Reason   string
	Started  time.Time // zero = keep what is known
	Ended    time.Time
}

// A Finish closes an attempt's books. With Again the task goes back to Pending for
// another attempt.
type Finish struct {
	AttemptKey
	Outcome  godocker.Outcome
	ExitCode *int
	Reason   string
	Measured godocker.Measured
	Again    bool
	// With Again: when the next attempt may begin, and what the task waits for
	// until then. Zero = at once.
	NotBefore time.Time
	Detail    string
	Disk      int64          // bytes of the folder of a task that comes to be over, counted to its owner; or godocker.Uncounted
	Usage     godocker.Usage // added to the books of its day, user and project
}

// Rooms is what the rooms use. now is the time written to tasks and events.
// Methods that take several items return the ids of the tasks that moved, in the
// order given.
type Rooms interface {
	// Claim moves pending tasks to Starting and opens their next attempt.
	// It fails with godocker.Conflict if the lease is not held any more.
	Claim(ctx context.Context, l godocker.Lease, now time.Time, cs []Claim) ([]int64, error)

	// Decide moves pending tasks to Over without an attempt, under the lease.
	// It counts an array element at its parent. A wish for a kill is granted
	// by it.
	Decide(ctx context.Context, l godocker.Lease, now time.Time, vs []Verdict) ([]int64, error)

	// Take gives the holder up to limit tasks of a state that nobody holds,
	// or whose holder's time is up, or that this holder held before with a
	// time that is up, until the given time. Scripts are included. Two
	// holders never get the same task.
	Take(ctx context.Context, state godocker.State, holder string, now, until time.Time, limit int) ([]godocker.Task, error)

	// Vacate lets go of all tasks of a state that the holder took. A process
	// that was started again does so: it is at none of them.
	Vacate(ctx context.Context, state godocker.State, holder string) error

	// Hold gives the holder those of the tasks of a state until the given
	// time that it took and that nobody else took since.
	Hold(ctx context.Context, state godocker.State, holder string, ids []int64, until time.Time) error

	// Started moves tasks from Starting to Running.
	Started(ctx context.Context, now time.Time, ss []Start) ([]int64, error)

	// Defer moves a task from Starting back to Pending, its attempt
	// forgotten, with what it waits for in words. The number of the attempt
	// is not used again, so that a slow Started or Ended of it cannot be
	// taken for the next attempt: to count what was tried, count Attempts
	// and do not look at Life.Attempt. It is godocker.Conflict if the task
	// is not Starting that attempt.
	Defer(ctx context.Context, now time.Time, k AttemptKey, why string) error

	// Ended moves tasks from Starting or Running to Ending.
	Ended(ctx context.Context, now time.Time, es []End) ([]int64, error)

	// Finish moves tasks from Ending to Over, or to Pending for another
	// attempt. A task that comes to be over is counted at its parent, and
	// its open wish for a kill is granted and any other refused, as it came
	// too late; with Again the wish stays open,
	// but for WishReschedule, which is granted by it. A suspended task that
	// goes back to wait stays suspended, unless it is rescheduled. Outcomes
	// that are the system's failure are counted in Life.Failure.
	Finish(ctx context.Context, now time.Time, fs []Finish) ([]int64, error)
}

// MostPasts is how many runs are remembered of each likeness.
const MostPasts = 20
