package godocker

import "time"

// An IdleAction is what becomes of an interactive task in which nothing happens.
type IdleAction string

// The actions. "" is that of the site.
const (
	IdleSuspend IdleAction = "suspend" // it is frozen, until somebody connects to it
	IdleEnd     IdleAction = "end"
	IdleNone    IdleAction = "none"
)

// IdleActions lists them.
var IdleActions = []IdleAction{IdleSuspend, IdleEnd, IdleNone}

// Idle says when an interactive task is idle, and what is done then. The zero Idle is
// never.
type Idle struct {
	After  time.Duration `json:"after,omitempty"` // without a keystroke, and practically without cpu; 0 = never
	Warn   time.Duration `json:"warn,omitempty"`  // how long before that its people are told
	Action IdleAction    `json:"action,omitempty"`
}

// On reports whether the task can be idle.
func (i Idle) On() bool { return i.After > 0 && (i.Action == IdleSuspend || i.Action == IdleEnd) }

// Then is what its people read of what is to come.
func (i Idle) Then() string {
	if i.Action == IdleEnd {
		return "ended"
	}
	return "frozen"
}

// Reason is why the task was frozen or ended, in words.
func (i Idle) Reason() string {
	if i.Action == IdleEnd {
		return TextEnded + FormatLifespan(i.After)
	}
	return "Frozen: idle for " + FormatLifespan(i.After)
}

// An IdleStage is how far an attempt in which nothing happens is.
type IdleStage string

// The stages.
const (
	IdleUsed   IdleStage = ""       // something happens
	IdleWarned IdleStage = "warned" // its people are told that nothing does
	IdleDue    IdleStage = "due"    // its time is up
)

// Texts of the EventDetails that tell of idle tasks. That of the end begins with TextEnded.
const (
	TextEnded  = "Ended: idle for "
	TextIdle   = "Idle: nothing happens in it"
	TextUsed   = "In use again"
	TextFrozen = "Frozen: it is idle"
	TextThawed = "Thawed: somebody connects to it"
)

// Dozes reports whether the task is suspended, or about to be, because it was idle, and
// not because somebody asked for it: whoever connects to it wakes it.
func (t *Task) Dozes() bool {
	w := t.Wish
	return t.State == Running && w.Kind == WishSuspend && w.By == "" && w.Refused == "" && (t.Suspended || w.Open())
}
