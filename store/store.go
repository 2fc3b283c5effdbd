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

// Queues is what the scheduler asks about what waits and what is held.
type Queues interface {
	// Queue returns the tasks in the given states, by ascending id, above
	// after, at most limit (0 = all). With ids, only those. Arrays are not among them, and their waiting elements only
	// if named in ids.
	Queue(ctx context.Context, states []godocker.State, ids []int64, after int64, limit int) ([]godocker.Queued, error)

	// Arrays returns the arrays that have elements waiting, by ascending id.
	// With ids, only those.
	Arrays(ctx context.Context, ids []int64) ([]godocker.QueuedArray, error)

	// Elements returns waiting elements of an array with ids above after, by
	// ascending id, at most limit.
	Elements(ctx context.Context, array, after int64, limit int) ([]godocker.Queued, error)

	// Fates returns what became so far of those of the tasks that exist.
	Fates(ctx context.Context, ids []int64) (map[int64]godocker.Fate, error)

	// Pasts returns how long the newest runs of tasks of each likeness took, the
	// newest last, at most MostPasts, without the time that they were suspended.
	// Only runs count that ended by themselves. Likenesses without any are
	// missing.
	Pasts(ctx context.Context, likenesses []int64) (map[int64][]time.Duration, error)
}

// A Note is what a task is doing or waiting for, in words.
type Note struct {
	ID   int64
	Text string
}

// A Grant answers a wish about a task.
type Grant struct {
	ID        int64
	Kind      godocker.WishKind
	State     godocker.State // that the task must be in
	Refusal   string         // why not; "" = it is done
	Suspended bool           // becomes the task's suspension
}

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

// Questions are asked at any door and answered by the leader. They are kept for a minute.
type Questions interface {
	// Ask stores a question and writes an EventAsked.
	Ask(ctx context.Context, now time.Time, q godocker.Question) (id int64, err error)

	// Questions returns those without an answer by id.
	Questions(ctx context.Context) ([]godocker.Question, error)

	// Answer stores the first answer to a question and writes an EventAnswered. A
	// question that is gone is passed over.
	Answer(ctx context.Context, now time.Time, id int64, a godocker.Answer) error

	// Answered returns the answer, if there is one.
	Answered(ctx context.Context, id int64) (a godocker.Answer, known bool, err error)

	// Estimate keeps when tasks were said to start, of each the first.
	Estimate(ctx context.Context, es []godocker.Estimate) error

	// Settle looks which of the tasks have started, and forgets estimates of those
	// that were over before, and estimates made before a time.
	Settle(ctx context.Context, before time.Time) error

	// Score says how estimates turned out of tasks that have started.
	Score(ctx context.Context) (godocker.Score, error)
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

// Leases elect the one process that may do something.
type Leases interface {
	// Acquire takes or renews the lease until now+ttl. ok is false while
	// somebody else holds it; the answer then says who. A lease that ran out
	// begins a new term, even for the same holder.
	Acquire(ctx context.Context, name, holder string, now time.Time, ttl time.Duration) (l godocker.Lease, ok bool, err error)

	// Release gives the lease up if it is held as given.
	Release(ctx context.Context, l godocker.Lease) error
}

// Users keeps people. An unknown id is godocker.NotFound, a known one at its
// creation godocker.Conflict. The functions given to UpdateUser and UpdateProject
// may run several times, must be quick and must not call the store.
type Users interface {
	// CreateUser counts DiskUsed itself, and so does CreateProject. A name whose
	// newest task ran with another uid is godocker.Conflict: it was somebody
	// else's, and so would the tasks be.
	CreateUser(ctx context.Context, u godocker.User) error
	User(ctx context.Context, id string) (godocker.User, error)
	ListUsers(ctx context.Context) ([]godocker.User, error)
	// UpdateUser changes a user in one transaction by the given function. Waiting
	// tasks of whom it disables are suspended, and resumed when it enables them.
	UpdateUser(ctx context.Context, id string, change func(*godocker.User) error) (godocker.User, error)
	DeleteUser(ctx context.Context, id string) error
}

// Keys keeps API keys by their digests.
type Keys interface {
	CreateKey(ctx context.Context, k godocker.Key) (int64, error)
	// KeyByDigest and KeyByID return a key together with its user.
	KeyByDigest(ctx context.Context, digest string) (godocker.Key, godocker.User, error)
	KeyByID(ctx context.Context, id int64) (godocker.Key, godocker.User, error)
	ListKeys(ctx context.Context, user string) ([]godocker.Key, error)
	DeleteKey(ctx context.Context, user string, id int64) error
	// TouchKey records the last use of a key, to the minute.
	TouchKey(ctx context.Context, id int64, at time.Time) error
}

// MostSessions is how many sessions of one user there are; a further one ends the
// oldest.
const MostSessions = 100

// Sessions keeps logins to the page by their digests. They end with their user and
// their key, and when UpdateUser makes their user inactive.
type Sessions interface {
	// CreateSession may be called again with the same session. It removes the
	// sessions of everybody that are over by Session.Created.
	CreateSession(ctx context.Context, n godocker.Session) error
	// SessionByDigest returns a session together with its user, also one that is
	// over.
	SessionByDigest(ctx context.Context, digest string) (godocker.Session, godocker.User, error)
	// ListSessions returns the sessions of a user, newest first.
	ListSessions(ctx context.Context, user string) ([]godocker.Session, error)
	DeleteSession(ctx context.Context, user, id string) error
	DeleteSessions(ctx context.Context, user string) error
	// TouchSession records the last use of a session, to the minute.
	TouchSession(ctx context.Context, id string, at time.Time) error
}

// Passes keeps what lets people in to tasks, by digests of what they show.
type Passes interface {
	// SavePass may be called again with the same pass. It removes those of
	// everybody that are over at the given time. An unknown user is
	// godocker.NotFound. Those of a person who is logged out everywhere are removed.
	SavePass(ctx context.Context, k godocker.Pass, now time.Time) error
	// Pass returns a pass, also one that is over; godocker.NotFound if there is
	// none of the kind.
	Pass(ctx context.Context, kind godocker.PassKind, digest string) (godocker.Pass, error)
	// TakePass is Pass, and removes it: of all who ask, one gets it.
	TakePass(ctx context.Context, kind godocker.PassKind, digest string) (godocker.Pass, error)
}

// MostPasses is how many passes of a kind somebody has; the first to be over go first.
const MostPasses = 200

// Logins keeps what people log in to registries of images with, their secrets sealed
// by whoever saves them, and which repositories take such a login.
type Logins interface {
	// SaveLogin replaces the login of the same user and registry. An unknown
	// user is godocker.NotFound.
	SaveLogin(ctx context.Context, l godocker.Login) error
	Logins(ctx context.Context, user string) ([]godocker.Login, error)
	DeleteLogin(ctx context.Context, user, registry string) error

	// Guard records whether some may not have the images of a repository. That
	// they may not must be known before one of them comes to a node.
	Guard(ctx context.Context, repository string, on bool) error
	Guarded(ctx context.Context, repository string) (bool, error)
}

// Projects keeps projects and the books of what was used.
type Projects interface {
	CreateProject(ctx context.Context, p godocker.Project) error
	Project(ctx context.Context, id string) (godocker.Project, error)
	// ListProjects returns all projects, or those a user is a member of.
	ListProjects(ctx context.Context, member string) ([]godocker.Project, error)
	UpdateProject(ctx context.Context, id string, change func(*godocker.Project) error) (godocker.Project, error)
	DeleteProject(ctx context.Context, id string) error
	// Usage returns the books of a user ("" = all) in a project ("" = all)
	// from a day on, by day, user and project.
	Usage(ctx context.Context, user, project string, from time.Time) ([]godocker.Usage, error)
	// ResetUsage makes up for what the books of a project say from a day on, with
	// lines of nobody (the user ""), so that its sum is nothing. The books of
	// its members stay.
	ResetUsage(ctx context.Context, project string, from time.Time) error
	// ResetUserUsage gives what the books of a user say from a day on to nobody (the
	// user ""), so that their sum is nothing and those of the projects stay.
	ResetUserUsage(ctx context.Context, user string, from time.Time) error
}

// Recipes keeps tasks that people start again and again. An unknown number is
// godocker.NotFound, and so is an unknown owner or project. When a user is removed,
// what they shared stays with its project, owned by nobody; when a project is, what was
// shared there stays its owner's alone.
type Recipes interface {
	CreateRecipe(ctx context.Context, r godocker.Recipe) (int64, error)
	Recipe(ctx context.Context, id int64) (godocker.Recipe, error)
	// ListRecipes returns, by name, those that somebody owns and those shared in
	// one of the projects; all of them if the owner is "".
	ListRecipes(ctx context.Context, owner string, projects []string) ([]godocker.Recipe, error)
	// UpdateRecipe changes one, but for its ID and Created, by a function like
	// UpdateUser's.
	UpdateRecipe(ctx context.Context, id int64, change func(*godocker.Recipe) error) (godocker.Recipe, error)
	DeleteRecipe(ctx context.Context, id int64) error
}

// Preferences keeps how people like the page, which alone knows what it means. They go
// with their user.
type Preferences interface {
	Preferences(ctx context.Context, user string) (document string, err error)
	SavePreferences(ctx context.Context, user, document string) error
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
