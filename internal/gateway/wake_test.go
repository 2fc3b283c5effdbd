package gateway

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/store"
)

// Only who may act on an idle task thaws it, and nobody thaws what somebody suspended.
func TestWhoWakes(t *testing.T) {
	p := newPlace(t)
	ann := p.person(t, godocker.User{ID: "ann", UID: 7, GID: 7, Active: true})
	bob := p.person(t, godocker.User{ID: "bob", UID: 8, GID: 8, Active: true})
	id := p.task(t, "ann", "train")
	n, err := strconv.ParseInt(id, 10, 64)
	must(t, err)
	now, k := time.Now(), p.site.Begin(t, n)
	freeze := func() {
		must(t, p.site.Store.Grant(t.Context(), now, store.Grant{ID: n, Kind: godocker.WishSuspend, State: godocker.Running, Suspended: true}))
	}
	wish := func() godocker.Wish {
		got, err := p.site.Store.Task(t.Context(), n)
		must(t, err)
		return got.Wish
	}
	_, err = p.site.Store.Idle(t.Context(), now, store.Idle{AttemptKey: k, Word: 1, Stage: godocker.IdleDue, Action: godocker.IdleSuspend})
	must(t, err)
	freeze()

	if got := p.answers(t, bob, id); !strings.Contains(got, "does not exist") || wish().Kind != godocker.WishSuspend {
		t.Errorf("bob hears %q, and there is %+v", got, wish())
	}
	told := make(chan string, 1)
	go func() { told <- p.answers(t, ann, id) }()
	for end := time.After(20 * time.Second); wish().Kind != godocker.WishResume; {
		select {
		case <-end:
			t.Fatalf("ann does not wake it: %+v", wish())
		case <-time.After(10 * time.Millisecond):
		}
	}
	must(t, p.site.Store.Grant(t.Context(), now, store.Grant{ID: n, Kind: godocker.WishResume, State: godocker.Running}))
	if got := <-told; !strings.Contains(got, "cannot be logged in to yet") {
		t.Errorf("ann hears %q of what is awake and has no server", got)
	}

	_, err = p.site.Store.Wish(t.Context(), n, godocker.Wish{Kind: godocker.WishSuspend, By: "ann", Asked: now})
	must(t, err)
	freeze()
	if got := p.answers(t, ann, id); strings.Count(got, "is suspended; it goes on after: god job resume "+id) != 2 || wish().Kind != godocker.WishSuspend {
		t.Errorf("ann hears %q of what she suspended, and there is %+v", got, wish())
	}
}
