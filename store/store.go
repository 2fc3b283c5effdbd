// Package store defines how tasks, people and what happened to them are kept.
//
// One method is one transaction and one verb of the domain. A change of a task's
// state and the event that tells of it are written together, always by
// compare-and-set: a task that is not in the expected state (and, where given, at
// the expected attempt) is left alone and missing from the answer. Times are kept
// to the microsecond, in UTC. All methods may be called concurrently and from
// several processes; each implementation passes storetest.Run.
package store

import (
	"context"
	"time"

	"godocker"
)

// Store is everything that is kept.
type Store interface {
	Tasks
	Rooms
	Queues
	Housekeeping
	Guards
	Events
	Cursors
	Reservations
	Nodes
	Questions
	Leases
	Users
	Keys
	Sessions
	Passes
	Logins
	Projects
	Recipes
	Preferences
	Attachments
	Site
	Tallies
	Audit

	// Ping reports whether the database answers.
	Ping(ctx context.Context) error
	Close() error
}

// A Query selects tasks for a list. Empty fields do not restrict it.
type Query struct {
	IDs            []int64 // only these
	States         []godocker.State
	Outcomes       []godocker.Outcome
	User           string
	Project        string   // tasks in this project ...
	Shared         []string // with User: or tasks of anybody in one of these projects
	Name           string   // exactly this name
	Tag            string
	Image          string    // exactly as it was asked for
	Text           string    // part of name, description or tag, in any letter case
	Whole          bool      // no elements of arrays
	Parent         int64     // elements of this array
	Since          time.Time // submitted at or after
	Until          time.Time // submitted before
	FinishedBefore time.Time // over before; then the first to be over comes first
	Before         int64     // cursor: ids below this one; 0 = from the newest
	After          int64     // cursor: ids above this one, in ascending order
	Floor          int64     // ids at or above this one
	Oldest         bool      // in ascending order, whatever the cursor
	Skip           int       // for clients that know no cursors
	Limit          int       // 0 = no limit
}

// Tasks is what the doors use.
type Tasks interface {
	// Submit stores new tasks in state Pending, durably, and returns their
	// ids in order. Calls that come at the same time share one commit. A
	// task with Array.Values is an array: its elements are stored with it
	// and have the ids that follow its own. It is Running from the start of
	// its first element until the last one is over.
	Submit(ctx context.Context, ts []godocker.Task) ([]int64, error)

	// Task returns one task with its script, and an array with the ids of its
	// elements; godocker.NotFound if there is none.
	Task(ctx context.Context, id int64) (godocker.Task, error)

	// List returns tasks without their scripts and, of arrays, without the
	// ids of their elements; newest first unless Query.After or Query.Oldest is set.
	List(ctx context.Context, q Query) ([]godocker.Task, error)

	// Count returns the number of tasks in each state.
	Count(ctx context.Context) (map[godocker.State]int, error)

	// Waiting returns how many tasks of each person are Pending; an array is
	// one, and its elements are none.
	Waiting(ctx context.Context) (map[string]int, error)

	// Attempts returns the attempts of a task, oldest first.
	Attempts(ctx context.Context, id int64) ([]godocker.Attempt, error)

	// Wish records what somebody asks for, replacing an open wish, and
	// returns the task without its script. A wish for a kill is never
	// replaced by another one. Wishing for anything but WishArchive on a
	// task that is over is godocker.Conflict, but for WishPurge. A wish about
	// an array is made about its elements too, as far as they hold something
	// or are suspended; suspending and resuming an array is granted at once.
	Wish(ctx context.Context, id int64, w godocker.Wish) (godocker.Task, error)

	// Alter changes what a task requires by the given function, of which only
	// Requirements is kept, and writes an EventAltered with the field. The
	// function may run several times, must be quick and must not call the
	// store; its error is returned and nothing is changed. A task that is over
	// is godocker.Conflict, and so is an element, which shares what it requires
	// with its array. It returns the task without its script.
	Alter(ctx context.Context, now time.Time, id int64, field string, change func(*godocker.Task) error) (godocker.Task, error)

	// Tag replaces the tags of a task, whatever its state, by what the function makes
	// of them, and writes an EventTagged unless they stay as they are. What holds of
	// the function of Alter holds of this one, and of elements too.
	Tag(ctx context.Context, now time.Time, id int64, change func(tags []string) ([]string, error)) (godocker.Task, error)
}
