// Package plan decides which waiting tasks start now, and where. One function does so, for
// the live loop, for a simulation, and for whoever asks why a task waits or what if it
// asked for less: a pass over a State, which is what is known of tasks and nodes.
package plan

import (
	"cmp"
	"slices"
	"time"

	"godocker"
	"godocker/executor"
)

// Settings are what a site decides about placement.
type Settings struct {
	Default    string        // the executor of tasks that name none
	Longest    time.Duration // how long tasks run at most that do not say; 0 = for ever
	Pack       bool          // fill nodes one after the other, and do not spread tasks over all
	SkipFailed bool          // keep tasks off nodes that failed attempts of them
}

// A State is what waits, what is held, and the nodes. It must not be used concurrently.
type State struct {
	Settings
	engines      map[string]*engine
	queue        queue
	held         map[int64]*godocker.Queued
	heldOf       map[int64]int // elements that each array holds
	holds        map[Account]godocker.Limits
	arrays       map[int64]Bound
	reservations []godocker.Reservation
}

// An Account is a person or a project.
type Account struct {
	Project bool
	ID      string
}

func (a Account) String() string {
	if a.Project {
		return "the project " + a.ID
	}
	return a.ID
}

// accountsOf are those that a task counts to.
func accountsOf(q *godocker.Queued) [2]Account {
	return [2]Account{{ID: q.User}, {Project: true, ID: q.Project}}
}

// A Bound is what keeps the elements of an array from starting.
type Bound struct {
	Parallel int // so many at once; 0 = any number
	Stopped  bool
}

// New returns an empty state with engines that are away.
func New(settings Settings, engines []string) *State {
	s := &State{Settings: settings, engines: map[string]*engine{}}
	for _, name := range engines {
		s.engines[name] = newEngine(name)
	}
	s.Clear()
	return s
}

// Clear forgets all tasks.
func (s *State) Clear() {
	s.queue, s.held, s.heldOf = newQueue(), map[int64]*godocker.Queued{}, map[int64]int{}
	s.holds, s.arrays = map[Account]godocker.Limits{}, map[int64]Bound{}
	s.recount()
}

// SetNodes takes over what an engine says of its nodes. whole: it chooses among them
// itself, and the State only looks whether there is room. One that refused is asked again
// if there is a node that it did not have.
func (s *State) SetNodes(name string, nodes []executor.Node, whole bool) {
	e := s.engines[name]
	e.away = false
	if e.pause > 0 && grown(e.machine, nodes) {
		s.Ended(name)
	}
	e.set(nodes, whole)
	e.reserve(s.reservations, name == s.Default)
	for _, q := range s.held {
		if q.Executor == name {
			e.at(q).hold(q)
		}
	}
}

// grown reports whether a node takes tasks that took none before.
func grown(before, now []executor.Node) bool {
	up := make(map[string]bool, len(before))
	for _, n := range before {
		up[n.Name] = !n.Down
	}
	return slices.ContainsFunc(now, func(n executor.Node) bool { return !n.Down && !up[n.Name] })
}

// recount works out what nodes have left.
func (s *State) recount() {
	for _, e := range s.engines {
		for _, n := range append(slices.Clone(e.nodes), e.lost) {
			n.room, n.held, n.ends = n.has, map[int64]*godocker.Queued{}, nil
		}
	}
	for _, q := range s.held {
		if e := s.engines[q.Executor]; e != nil {
			e.at(q).hold(q)
		}
	}
}

// SetAway notes that an engine does not answer, or that it does.
func (s *State) SetAway(name string, away bool) { s.engines[name].away = away }

// Away reports whether an engine does not answer.
func (s *State) Away(name string) bool { return s.engines[name].away }

// Reserve takes over all reservations.
func (s *State) Reserve(all []godocker.Reservation) {
	s.reservations = all
	for name, e := range s.engines {
		e.reserve(all, name == s.Default)
	}
}

// Bind says what keeps the elements of an array from starting.
func (s *State) Bind(array int64, b Bound) {
	if b == (Bound{}) {
		delete(s.arrays, array)
	} else {
		s.arrays[array] = b
	}
}

// Wait brings in a task that waits, or what is new of it. It does not start before its
// NotBefore.
func (s *State) Wait(q godocker.Queued) {
	q.State = godocker.Pending
	s.queue.put(&q, q.NotBefore)
}

// Rest lets a task wait at least until then.
func (s *State) Rest(id int64, until time.Time) {
	if q := s.queue.tasks.get(id); q != nil && until.After(q.NotBefore) {
		s.queue.put(q, until)
	}
}

// Waits returns a task that waits, or nil. It must not be changed.
func (s *State) Waits(id int64) *godocker.Queued { return s.queue.tasks.get(id) }

// Waiting is how many tasks wait.
func (s *State) Waiting() int { return s.queue.tasks.n }

// Note keeps what a task was last said to wait for.
func (s *State) Note(id int64, text string) {
	s.queue.note(id, text)
}

// Drop takes a task out of those that wait, if it is there.
func (s *State) Drop(id int64) { s.queue.drop(id) }

// Hold notes what a task holds. It does not wait any more.
func (s *State) Hold(q godocker.Queued) {
	s.queue.drop(q.ID)
	s.Release(q.ID)
	s.held[q.ID] = &q
	if q.ParentID != 0 {
		s.heldOf[q.ParentID]++
	}
	s.count(&q, 1)
	if e := s.engines[q.Executor]; e != nil {
		e.at(&q).hold(&q)
	}
}

// Release gives back what a task holds.
func (s *State) Release(id int64) (godocker.Queued, bool) {
	q, ok := s.held[id]
	if !ok {
		return godocker.Queued{}, false
	}
	delete(s.held, id)
	if q.ParentID != 0 {
		if s.heldOf[q.ParentID]--; s.heldOf[q.ParentID] == 0 {
			delete(s.heldOf, q.ParentID)
		}
	}
	s.count(q, -1)
	if e := s.engines[q.Executor]; e != nil {
		e.at(q).release(q)
	}
	return *q, true
}

func (s *State) count(q *godocker.Queued, n int) {
	for _, a := range accountsOf(q) {
		if h := sum(s.holds[a], q, n); h.Tasks == 0 {
			delete(s.holds, a)
		} else {
			s.holds[a] = h
		}
	}
}

// sum adds n times what a task takes.
func sum(l godocker.Limits, q *godocker.Queued, n int) godocker.Limits {
	return godocker.Limits{Tasks: l.Tasks + n, CPU: l.CPU + float64(n)*q.CPU, RAM: l.RAM + float64(n)*q.RAM, GPUs: l.GPUs + n*q.GPUs}
}

// Held returns a task that holds something, or nil. It must not be changed.
func (s *State) Held(id int64) *godocker.Queued { return s.held[id] }

// HeldTasks calls each for all that hold something, in any order.
func (s *State) HeldTasks(each func(q *godocker.Queued)) {
	for _, q := range s.held {
		each(q)
	}
}

// HeldCount is how many tasks hold something, and HeldOf how many of an array.
func (s *State) HeldCount() int { return len(s.held) }

// HeldOf is documented at HeldCount.
func (s *State) HeldOf(array int64) int { return s.heldOf[array] }

// How long an engine is left alone that said that it has no room.
const (
	minPause = time.Second
	maxPause = 30 * time.Second
)

// Refused keeps tasks from an engine that had no room for one, until another ends there
// or a growing pause is over.
func (s *State) Refused(name string, now time.Time) {
	if e := s.engines[name]; e != nil {
		e.pause = min(max(2*e.pause, minPause), maxPause)
		e.until = now.Add(e.pause)
	}
}

// Ended tells that an engine may have room again.
func (s *State) Ended(name string) {
	if e := s.engines[name]; e != nil {
		e.until, e.pause = time.Time{}, 0
	}
}

// far is how long a task may run that nothing limits.
const far = 100 * 365 * 24 * time.Hour

// Lifespan is how long a task runs at most.
func (s *State) Lifespan(q *godocker.Queued) time.Duration {
	return cmp.Or(q.Lifespan, s.Longest, far)
}

// end is when a task that holds something ends at the latest.
func (s *State) end(q *godocker.Queued) time.Time { return q.Started.Add(s.Lifespan(q)) }

// Next is the first time after now at which something may start though nothing ends: a
// task has rested, an engine that refused is asked again, or a reservation begins or ends.
// Zero = there is none.
func (s *State) Next(now time.Time) (next time.Time) {
	see := func(t time.Time) {
		if t.After(now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	if len(s.queue.later) > 0 {
		see(s.queue.next)
	}
	for _, e := range s.engines {
		see(e.until)
	}
	for i := range s.reservations {
		see(s.reservations[i].From)
		see(s.reservations[i].To)
	}
	return next
}
