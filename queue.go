package godocker

import "time"

// Queued is what scheduling needs to know of a task that waits for resources or
// holds some. It is small because there may be a million of them.
type Queued struct {
	ID        int64
	ParentID  int64
	User      string
	Project   string
	State     State
	Attempt   int
	CPU       float64
	RAM       float64 // GB
	GPUs      int
	Labels    []string // node constraints, name==value
	Executor  string   // asked for while pending, chosen afterwards; "" = any
	Node      string   // "" until chosen by the scheduler
	Submitted time.Time
	Nice      int           // 0 to 100; it lets those with less pass
	Lifespan  time.Duration // the longest it asked to run; 0 = as long as the site lets it
	Started   time.Time     // of the attempt that runs; zero while it waits
	Likeness  int64         // the same for tasks of one owner with the same image and script
	Kill      bool          // a kill was asked for and not yet granted
	Wish      WishKind      // what else was asked for and is open; "" = nothing
	Suspended bool          // held back until it is resumed
	Disabled  bool          // and that, or the wish for it, because its owner is disabled
	Detail    string        // what it was last said to wait for
	Element   int64         // its value, if it is an element of an array
	Needs     Dependencies
	Failed    []string  // nodes that failed attempts of it
	NotBefore time.Time // it is not to start earlier; zero = it may
}

// A QueuedArray is an array that has elements waiting. The elements have the ids
// that follow its own.
type QueuedArray struct {
	ID        int64
	Range     Range
	Waiting   int  // elements that are pending
	Held      int  // elements that are starting or running
	Kill      bool // a kill was asked for and not yet granted
	Suspended bool // its waiting elements are held back
	Disabled  bool // because its owner is disabled
}

// A Fate is what became of a task so far.
type Fate struct {
	State    State
	Outcome  Outcome
	ExitCode *int
	Started  bool // it began to run
}

// A Lease is the right to do what only one process may do at a time. Its term
// grows with each new holder, so that a write by an earlier one can be refused.
type Lease struct {
	Name    string
	Holder  string
	Term    int64
	Expires time.Time
}
