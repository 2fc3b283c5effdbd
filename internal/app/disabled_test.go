package app_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/executor/fake"
)

// What runs of somebody who is disabled goes on, and what waits waits until they are
// enabled again. Others go on.
func TestTasksOfTheDisabled(t *testing.T) {
	lived(t, fake.Config{CPU: 2, RefuseWhenFull: true}, nil, func(h *house) {
		must := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		must(h.store.CreateUser(h.t.Context(), godocker.User{ID: "ann", UID: os.Getuid(), Active: true}))
		active := func(is bool) {
			_, err := h.store.UpdateUser(h.t.Context(), "ann", func(u *godocker.User) error { u.Active = is; return nil })
			must(err)
		}
		running := h.submit("run=2h exit=3")
		h.until(running, godocker.Running)
		array := h.submit("run=1h", ofArray("1:3"))
		elements := func(s godocker.State) (n int) {
			for _, id := range h.task(array).Requirements.Array.Tasks {
				if h.task(id).State == s {
					n++
				}
			}
			return n
		}
		h.pass(time.Minute)
		waiting := h.submit("run=1h")
		asked := h.submit("run=1h")
		h.wish(asked, godocker.WishSuspend)
		h.pass(time.Minute)
		if n := elements(godocker.Running); n != 1 {
			t.Fatalf("%d elements run", n)
		}
		active(false)
		bobs := h.submit("run=1h", func(t *godocker.Task) { t.User.ID = "bob" })
		h.pass(4 * time.Hour)
		if got := h.task(running); got.State != godocker.Over || *got.ExitCode != 3 {
			t.Errorf("what ran is %s", got.State)
		}
		if got := h.task(bobs); got.State != godocker.Over {
			t.Errorf("bob's is %s", got.State)
		}
		if got := h.task(waiting); got.State != godocker.Pending || !got.Suspended || elements(godocker.Over) != 1 || elements(godocker.Pending) != 2 {
			t.Errorf("what waited is %s, %d elements are over and %d wait", got.State, elements(godocker.Over), elements(godocker.Pending))
		}
		for id, why := range map[int64]string{waiting: "Suspended: its owner is disabled", asked: "Suspended: it waits until somebody resumes it"} {
			if got := h.task(id).Detail; !strings.HasPrefix(got, why) {
				t.Errorf("task %d waits for %q", id, got)
			}
		}
		active(true)
		h.pass(4 * time.Hour)
		for _, id := range []int64{waiting, array} {
			if got := h.task(id); got.State != godocker.Over || got.Outcome != godocker.Succeeded {
				t.Errorf("then %d is %s %s", id, got.State, got.Outcome)
			}
		}
		if got := h.task(asked); got.State != godocker.Pending || !got.Suspended {
			t.Errorf("what its owner suspended is %s, suspended %t", got.State, got.Suspended)
		}
	})
}
