package store

import (
	"context"
	"time"

	"godocker"
)

// A Folder tells how large the folder of a task is.
type Folder struct {
	ID    int64
	Bytes int64
}

// Housekeeping is what the rooms do beside moving tasks.
type Housekeeping interface {
	// Annotate records what tasks wait for; unchanged texts cost nothing.
	// Tasks that are over are left alone.
	Annotate(ctx context.Context, now time.Time, ns []Note) error

	// Grant closes an open wish. Doing so again changes nothing; anything
	// else is godocker.Conflict.
	Grant(ctx context.Context, now time.Time, g Grant) error

	// Wishes returns the tasks in the given states that have an open wish.
	Wishes(ctx context.Context, states []godocker.State) ([]godocker.Task, error)

	// Unreleased returns attempts of tasks that left them behind (over,
	// archived, or gone on to another attempt) but whose executor may still
	// hold something, at most limit: those of the executors, or, if others,
	// of all but the named ones.
	Unreleased(ctx context.Context, executors []string, others bool, limit int) ([]godocker.Attempt, error)

	// Released records that the executor holds nothing of the attempts.
	Released(ctx context.Context, ks []AttemptKey) error

	// Uncounted returns tasks that are over and whose folders are not counted
	// yet, by ascending id above after, at most limit: those that Finish said
	// so of, and those that were tried before Decide ended them.
	Uncounted(ctx context.Context, after int64, limit int) ([]godocker.Task, error)

	// Counted counts folders to the owners and projects of their tasks (DiskUsed). One
	// that was counted before is left alone, or whose task is not over.
	Counted(ctx context.Context, fs []Folder) error

	// Archive moves tasks from Over to Archived, gives back what their folders
	// were counted for, grants open wishes for it, and returns the ids of those that moved.
	Archive(ctx context.Context, now time.Time, ids []int64) ([]int64, error)

	// Purge removes the records of archived tasks, but not their events, and
	// returns the ids of those that it removed. An array that still has
	// elements is left alone.
	Purge(ctx context.Context, now time.Time, ids []int64) ([]int64, error)

	// Forget removes events that are older than the given time. Sequence
	// numbers go on.
	Forget(ctx context.Context, before time.Time) error

	// ForgetPasts removes the past runs of likenesses that had none since the
	// given time.
	ForgetPasts(ctx context.Context, before time.Time) error
}

// An Idle is what the runner of an interactive attempt says about its use.
type Idle struct {
	AttemptKey
	Word   int64 // its number; what is newer has a greater one
	Stage  godocker.IdleStage
	Action godocker.IdleAction // when it is due,
	Reason string              // and why then, in words
}

// Guards is what those use who look after tasks that run. An attempt that does not
// run is godocker.Conflict.
type Guards interface {
	// Condemn records how a running attempt is to end: whatever is then said
	// of its end, this is its outcome and reason. Only the first call counts.
	Condemn(ctx context.Context, now time.Time, k AttemptKey, o godocker.Outcome, reason string) error

	// Warn records that the attempt is being told that its time is nearly up.
	// first is true for one caller.
	Warn(ctx context.Context, now time.Time, k AttemptKey) (first bool, err error)

	// Ready records that people can log in to the attempt. Only the first call
	// counts; it writes an EventDetail of TextReady.
	Ready(ctx context.Context, now time.Time, k AttemptKey) error

	// Idle records what the runner of an interactive attempt says about its use. What
	// is not newer than what is recorded changes nothing, and done is false.
	// IdleWarned and IdleUsed set and clear Life.Idle, with an EventDetail where that
	// changes. IdleDue condemns the attempt if the action is IdleEnd; if it is
	// IdleSuspend, it makes that wish, by nobody, unless the attempt is suspended
	// or condemned, or another wish is open.
	Idle(ctx context.Context, now time.Time, i Idle) (done bool, err error)

	// Thaw makes the wish to resume, by nobody, of an attempt that dozes. It
	// does nothing to one that is not suspended; one that somebody suspended is
	// godocker.Conflict.
	Thaw(ctx context.Context, now time.Time, k AttemptKey) error
}

// Leases elect the one process that may do something.
type Leases interface {
	// Acquire takes or renews the lease until now+ttl. ok is false while
	// somebody else holds it; the answer then says who. A lease that ran out
	// begins a new term, even for the same holder.
	Acquire(ctx context.Context, name, holder string, now time.Time, ttl time.Duration) (l godocker.Lease, ok bool, err error)

	// Release gives the lease up if it is held as given.
	Release(ctx context.Context, l godocker.Lease) error
}

// Attachments tells what is in the files that are handed in with tasks.
type Attachments interface {
	// Attached returns it by their names. Elements have those of their array.
	Attached(ctx context.Context, id int64) (map[string][]byte, error)
}

// Site keeps what concerns the installation as a whole.
type Site interface {
	Maintenance(ctx context.Context) (godocker.Maintenance, error)
	SetMaintenance(ctx context.Context, m godocker.Maintenance) error

	// Beat records that a process is at work; Leave that it ended in order.
	// One that died stays among the Processes, seen long ago.
	Beat(ctx context.Context, p godocker.Process) error
	Leave(ctx context.Context, name string) error
	Processes(ctx context.Context) ([]godocker.Process, error)
}
