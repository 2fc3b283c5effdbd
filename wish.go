package godocker

import "time"

// A WishKind is what somebody asks to be done with a task.
type WishKind string

// The wishes. Only doors write them; the room that owns the task's state grants
// or refuses them.
const (
	WishKill       WishKind = "kill"
	WishSuspend    WishKind = "suspend"
	WishResume     WishKind = "resume"
	WishReschedule WishKind = "reschedule"
	WishArchive    WishKind = "archive" // the folder goes, the record stays
	WishPurge      WishKind = "purge"   // both go
)

// A Wish is the latest request made about a task. The zero Wish is no wish.
type Wish struct {
	Kind    WishKind
	By      string    // user id; "" = the system, because a task is idle or somebody connects to it
	Asked   time.Time // when it was asked
	Done    time.Time // when it was granted; zero while open or refused
	Refused string    // why it was refused; "" while open or granted
}

// Open reports whether a wish still waits to be granted or refused.
func (w Wish) Open() bool { return w.Kind != "" && w.Done.IsZero() && w.Refused == "" }

// Cleans reports whether the wish is one that can be made about a task that is over.
func (k WishKind) Cleans() bool { return k == WishArchive || k == WishPurge }

// Wants reports whether the wish is open and of the kind.
func (w Wish) Wants(k WishKind) bool { return w.Kind == k && w.Open() }
