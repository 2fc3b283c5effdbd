package godocker

import "time"

// A Question is about a task that waits: why, until when, and what if it asked for
// something else. The leader answers it, as it alone knows.
type Question struct {
	ID   int64
	Task int64 // 0 = about a task that nobody handed in, or, without If, about the queue
	If   *Asks // what it would ask for; nil = what it does
	Most int   // of the queue: the greatest number of tasks to tell of
	At   time.Time
}

// A Place is the place of a task in the queue.
type Place struct {
	ID     int64  `json:"id"`
	Code   string `json:"code,omitempty"`   // "" = it starts now
	Reason string `json:"reason,omitempty"` // the same
	Held   bool   `json:"held,omitempty"`   // it has no turn yet: its array holds it back, it waits for others, or it is suspended
}

// Asks are what scheduling looks at of a task.
type Asks struct {
	User     string        `json:"user"`
	Project  string        `json:"project"`
	CPU      float64       `json:"cpu"`
	RAM      float64       `json:"ram"` // GB
	GPUs     int           `json:"gpus,omitempty"`
	Labels   []string      `json:"labels,omitempty"`
	Executor string        `json:"executor,omitempty"` // "" = the default one
	Lifespan time.Duration `json:"lifespan,omitempty"` // 0 = as long as the site lets it
	Nice     int           `json:"nice,omitempty"`
	Likeness int64         `json:"likeness,omitempty"`
}

// An Answer is what the scheduler says of a task.
type Answer struct {
	At       time.Time `json:"at"`
	Starts   bool      `json:"starts,omitempty"` // it starts now
	Code     string    `json:"code,omitempty"`   // the kind of the reason, such as resources
	Reason   string    `json:"reason,omitempty"` // the one thing that it waits for
	Facts    []string  `json:"facts,omitempty"`  // more about that: who holds it, and until when
	Ahead    int       `json:"ahead"`            // tasks whose turn comes before its own
	Waiting  int       `json:"waiting"`          // tasks that wait, itself included
	Earliest time.Time `json:"earliest,omitzero"`
	Latest   time.Time `json:"latest,omitzero"` // zero with Earliest = nobody can tell
	Queue    []Place   `json:"queue,omitempty"` // the tasks whose turns come first, in that order
}

// An Estimate is when a task was said to start.
type Estimate struct {
	Task             int64
	Made             time.Time
	Earliest, Latest time.Time
}

// A Score is how estimates turned out.
type Score struct {
	Made  int `json:"made"` // of tasks that have started since
	Held  int `json:"held"`
	Early int `json:"early"` // tasks that started before the earliest time
	Late  int `json:"late"`
}
