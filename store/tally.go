package store

import (
	"context"
	"time"

	"godocker"
)

// WaitBounds are the upper ends of the classes that waits are counted in; a last one
// has the longer ones.
var WaitBounds = [...]time.Duration{time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}

// A Tally counts what became of tasks in a time: arrays not, but their elements.
type Tally struct {
	Begin   time.Time // zero unless TallyQuery.Step is set
	User    string    // these only with TallyQuery.Owners
	Project string
	Image   string // only with TallyQuery.Images
	Outcome godocker.Outcome

	Submitted, Started, Ended int
	Unstarted                 int                      // of Ended
	Waited                    float64                  // seconds, of Started
	Waits                     [len(WaitBounds) + 1]int // of Started, by WaitBounds

	// Of Ended, in seconds: of run time, and what was asked for during it.
	Time, CPU, RAM, GPU float64
	// Of those that were measured, what was asked for and used; memory at its peak.
	CPUKnown, CPUUsed, RAMKnown, RAMUsed float64
}

// A TallyQuery selects what is counted, and what is told apart. Empty fields do not
// restrict it.
type TallyQuery struct {
	From, Until time.Time // whole hours
	User        string
	Shared      []string // with User: or of anybody in these projects
	Project     string
	Image       string
	Tag         string

	Step   time.Duration // whole hours: tell times apart
	Zone   time.Duration // whole hours that the steps begin before those of UTC
	Owners bool          // tell users and projects apart
	Images bool          // tell images apart
}

// A Reason is why tasks did not succeed, and how many.
type Reason struct {
	Outcome godocker.Outcome
	Reason  string
	Tasks   int
}

// MostEnded is how many of the tasks that ended last Reasons looks at.
const MostEnded = 20_000

// Tallies counts tasks for statistics, by the hour. What is counted stays when the
// tasks are purged.
type Tallies interface {
	// Tally writes down the count of an hour that is over, and reports whether
	// there are more of them. Until then Tallies counts their tasks anew each time.
	Tally(ctx context.Context, now time.Time) (more bool, err error)

	// Tallies returns the counts of the hours, of Until's own only what begins before.
	Tallies(ctx context.Context, q TallyQuery) ([]Tally, error)

	// Levels returns how many tasks wait now and run now, elements one by one. What is
	// being started waits until it has, as Tallies counts it.
	Levels(ctx context.Context, q TallyQuery) (waiting, running int, err error)

	// Reasons returns why tasks did not succeed that ended in the time, the most
	// frequent first, at most most of them; of the last MostEnded tasks.
	Reasons(ctx context.Context, q TallyQuery, most int) ([]Reason, error)

	// ForgetTallies removes the counts of hours before a time.
	ForgetTallies(ctx context.Context, before time.Time) error
}
