package finish

import (
	"fmt"
	"time"

	"godocker"
	"godocker/store"
)

// What failed a task may go on for a while; so the pauses before further attempts grow,
// each to twice the one before.
const (
	firstPause = 5 * time.Second
	mostPause  = 10 * time.Minute
)

// pauseAfter is how long to wait after so many failures of the system.
func pauseAfter(failures int) time.Duration {
	d := firstPause
	for range failures - 1 {
		d = min(2*d, mostPause)
	}
	return d
}

// rest puts the next attempt off, unless somebody asked for it.
func rest(t *godocker.Task, f *store.Finish, now time.Time) {
	if t.Wish.Wants(godocker.WishReschedule) {
		return
	}
	n := t.Failure.Count + 1
	f.NotBefore = now.Add(pauseAfter(n))
	f.Detail = fmt.Sprintf("Waiting: the system failed it, and it is tried again at %s (%d of %d times): %s",
		f.NotBefore.UTC().Format("2006-01-02 15:04:05 UTC"), n, t.Requirements.Retry, f.Reason)
}
