package godocker

import "time"

// A Pass lets somebody in to a task, at one kind of door.
type Pass struct {
	Digest  string // of what they show
	Kind    PassKind
	Task    int64
	User    string
	Expires time.Time
}

// PassKind says what a pass is for.
type PassKind string

// The kinds of passes.
const (
	PassTerminal PassKind = "terminal"  // to open a terminal in a task, once
	PassWeb      PassKind = "web"       // to enter the web port of a task, once
	PassWebVisit PassKind = "web-visit" // to stay there for a while
)
