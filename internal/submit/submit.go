// Package submit is the first room: it turns what somebody hands in into a task
// that the system can keep its word on, or says what is wrong with it. Nothing is
// stored unless all of it is right.
package submit

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"godocker"
	"godocker/api"
	"godocker/executor"
	"godocker/internal/image"
	"godocker/store"
)

// Store is what the room needs of the store.
type Store interface {
	store.Tasks
	store.Users
	store.Projects
	store.Attachments
}

// Rules is what a site allows its tasks.
type Rules struct {
	CPU, RAM     float64 // defaults: cores, GB
	Images       []api.Image
	AnyImage     bool                // images beside the listed ones,
	ImageRules   image.Rules         // if these allow them
	Registry     string              // of images that name none; "" = the Hub
	Pull         godocker.PullPolicy // of tasks that do not say; "" = if not present
	Volumes      []godocker.Volume
	CheckVolumes bool          // a volume's folder must exist on this machine
	MaxScript    int           // bytes
	MaxLifespan  time.Duration // the longest that a task may ask to run; 0 = no limit
	Idle         godocker.Idle // of interactive tasks that do not say; Warn is everybody's at most
	MaxIdle      time.Duration // the longest that one may ask to be idle; 0 = no limit
	Retries      int           // further attempts, after a failure of the system, of tasks that do not say
	Mail         bool          // the server sends e-mail
	NetworkOff   bool          // no task gets a network
	// Largest returns the most cpus and GB of memory that one node has; 0 = unknown.
	Largest        func(ctx context.Context) (cpu, ram float64)
	KnownExecutors []string
	// Can tells what each of them can do.
	Can map[string]executor.Capabilities
	// Nodes returns the nodes of each executor; nil = unknown now.
	Nodes    func(ctx context.Context) map[string][]executor.Node
	Labels   []api.Constraint // what tasks may ask of nodes
	Root     bool             // tasks may run as root
	Ports    int              // how many ports a task may have
	Sessions bool             // there are ports of the nodes for interactive tasks,
	// SessionsOnly: and no others, as tasks get the ports that they ask for.
	SessionsOnly bool
	MaxArray     int // how many elements an array may have; 0 = as many as there can be

	// Maintenance tells whether the site takes no tasks; nil = it always does.
	Maintenance func(ctx context.Context) (godocker.Maintenance, error)

	// Waiting tasks of one person and of all people that are the most; 0 = no
	// limit. An array is one.
	Waiting, WaitingAll int

	GuestRoot bool // those of guests, too
	// Dynamic has the requirements that may be changed after the submission, and
	// whether only administrators may do so.
	Dynamic map[string]bool
	Fetch   bool // files may be fetched for tasks
	// WebPorts is whether people get to what tasks serve by HTTP.
	WebPorts bool
}

// A Room takes submissions. Its methods may be called concurrently.
type Room struct {
	store Store
	rules atomic.Pointer[Rules]
	rate  rate
}

// New returns a Room that follows the rules.
func New(s Store, r Rules) *Room {
	room := &Room{store: s}
	room.Follow(r)
	return room
}

// Follow makes the room follow other rules, from the next submission on.
func (r *Room) Follow(rules Rules) {
	r.rules.Store(&rules)
	r.rate.limit(rules.Waiting, rules.WaitingAll)
}

// Submit checks a task document handed in by a person, stores the task and returns
// its id. The task is on disk when Submit returns. The errors name the fields.
func (r *Room) Submit(ctx context.Context, by godocker.User, doc api.Task, now time.Time) (int64, error) {
	return r.submit(ctx, by, doc, 0, now)
}

// submit is Submit for a task that repeats an earlier one; 0 = it does not.
func (r *Room) submit(ctx context.Context, by godocker.User, doc api.Task, earlier int64, now time.Time) (int64, error) {
	rules := r.rules.Load()
	if err := rules.open(ctx); err != nil {
		return 0, err
	}
	owner, err := r.owner(ctx, by, doc.User.ID)
	if err != nil {
		return 0, err
	}
	c := check{ctx: ctx, rules: rules, doc: &doc}
	c.available()
	c.meta()
	c.script()
	c.env()
	c.files()
	c.resources()
	c.limits()
	c.container()
	c.abilities(owner)
	if err := c.project(r.store, owner); err != nil {
		return 0, err
	}
	c.volumes(owner)
	c.notify(owner)
	c.array()
	if err := c.dependencies(r.store, owner); err != nil {
		return 0, err
	}
	if c.tooLarge {
		return 0, godocker.Errorf(godocker.TooLarge, "command.cmd: the script is larger than the %d bytes that are allowed; put its data in a volume", rules.MaxScript)
	}
	if err := godocker.FieldErrors(c.errs); err != nil {
		return 0, err
	}
	c.task.User = godocker.Owner{ID: owner.ID, UID: owner.UID, GID: owner.GID, Groups: owner.Groups,
		Email: owner.Email, Home: owner.Home, Project: c.task.User.Project}
	c.task.Requirements.UserQuota, c.task.Requirements.ProjectQuota = owner.Quota, c.inProject.Quota
	c.task.Meta.RescheduledFrom = earlier
	if c.task.Submitted = doc.Date.Time; c.task.Submitted.IsZero() {
		c.task.Submitted = now
	}
	done, err := r.rate.admit(ctx, r.store, owner.ID, now)
	if err != nil {
		return 0, err
	}
	ids, err := r.store.Submit(ctx, []godocker.Task{c.task})
	done(err == nil)
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// open refuses tasks while the site is in maintenance.
func (r *Rules) open(ctx context.Context) error {
	if r.Maintenance == nil {
		return nil
	}
	m, err := r.Maintenance(ctx)
	if err != nil || !m.On {
		return err
	}
	text := "this site is in maintenance and takes no tasks now"
	if m.Reason != "" {
		text += ": " + m.Reason
	}
	return &godocker.Error{Code: godocker.Unavailable, Message: text, RetryAfter: retryMaintenance}
}

const retryMaintenance = 5 * time.Minute

// owner is the person the task will run as: an administrator may name another.
func (r *Room) owner(ctx context.Context, by godocker.User, id string) (godocker.User, error) {
	if id == "" || id == by.ID {
		return by, nil
	}
	if !by.Admin {
		// Older clients send their idea of the user along; the token decides.
		return by, nil
	}
	u, err := r.store.User(ctx, id)
	switch {
	case errors.Is(err, godocker.NotFound):
		err = godocker.FieldErrors([]godocker.FieldError{{Field: "user.id", Message: "user " + id + " does not exist"}})
	case err == nil && !u.Active:
		err = godocker.FieldErrors([]godocker.FieldError{{Field: "user.id", Message: "user " + id + " is disabled"}})
	}
	return u, err
}
