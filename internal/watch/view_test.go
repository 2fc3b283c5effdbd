package watch

import (
	"testing"
	"time"

	"godocker/store"
)

// An attempt that was begun before this process listened may have ended unheard.
func TestEndsBeforeListeningAreLookedFor(t *testing.T) {
	v := newView("fake", nil, &Room{})
	v.listening()
	v.due() // the sweep that follows
	v.know("old", store.AttemptKey{ID: 1, Attempt: 1}, time.Now().Add(-time.Minute))
	v.know("new", store.AttemptKey{ID: 2, Attempt: 1}, time.Now().Add(time.Minute))
	if due := v.due(); len(due) != 1 || due[0] != "old" {
		t.Errorf("to inspect: %v, want only what is older than the listening", due)
	}
}
