package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/executor/fake"
)

// said is a task's second word and what is said about its newest wish.
func said(t godocker.Task) string {
	word, _ := t.Secondary()
	return word + t.Wish.Refused
}

func TestSuspend(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		id := h.submit("run=1h")
		h.until(id, godocker.Running)
		h.pass(10 * time.Minute)
		h.wish(id, godocker.WishSuspend)
		h.pass(time.Second)
		if got := h.task(id); said(got) != "suspended" || !got.Suspended || got.Wish.Asked.IsZero() || got.Wish.Done.IsZero() {
			t.Fatalf("%q, %+v", said(got), got.Life)
		}
		h.restart() // which must not forget it
		h.pass(5 * time.Hour)
		if got := h.task(id); got.State != godocker.Running {
			t.Fatalf("frozen for hours, and %s", got.State)
		}
		h.wish(id, godocker.WishResume)
		h.pass(time.Second)
		if got := h.task(id); said(got) != "resumed" || got.Suspended {
			t.Fatalf("%q, %+v", said(got), got.Life)
		}
		got := h.until(id, godocker.Over)
		if worked := got.Worked(time.Now()); got.Outcome != godocker.Succeeded || worked < time.Hour || worked > time.Hour+2*time.Second {
			t.Errorf("%s after %v of work", got.Outcome, worked)
		}
		usage, err := h.store.Usage(h.t.Context(), "ann", "", time.Time{})
		if err != nil || usage[0].Time > (time.Hour+2*time.Second).Seconds() {
			t.Errorf("usage = %+v, %v", usage, err)
		}
	})
}

func TestSuspendedTaskIsKilled(t *testing.T) {
	for _, directives := range []string{"run=9h", "run=9h ignore_term=1"} {
		lived(t, fake.Config{}, nil, func(h *house) {
			id := h.submit(directives)
			h.until(id, godocker.Running)
			h.wish(id, godocker.WishSuspend)
			h.pass(time.Hour)
			h.kill(id)
			asked := time.Now()
			got := h.until(id, godocker.Over)
			if got.Outcome != godocker.Killed || got.Finished.Sub(asked) > 11*time.Second {
				t.Errorf("ended %s after %v", got.Outcome, got.Finished.Sub(asked))
			}
		})
	}
}

func TestSuspendedWhileItWaits(t *testing.T) {
	lived(t, fake.Config{CPU: 1}, nil, func(h *house) {
		first := h.submit("run=1h")
		h.until(first, godocker.Running)
		second, third := h.submit("run=1h"), h.submit("run=1h")
		h.wish(second, godocker.WishSuspend)
		h.pass(time.Second)
		if got := h.task(second); said(got) != "suspended" || !strings.Contains(got.Detail, "until somebody resumes it") {
			t.Errorf("%q, %q", said(got), got.Detail)
		}
		h.until(third, godocker.Over)
		h.restart()
		h.pass(time.Hour)
		if got := h.task(second); got.State != godocker.Pending {
			t.Fatalf("held back, and %s", got.State)
		}
		h.wish(second, godocker.WishResume)
		h.pass(time.Second)
		if got := h.until(second, godocker.Over); got.Outcome != godocker.Succeeded || got.Paused != 0 {
			t.Errorf("%s, paused %v", got.Outcome, got.Paused)
		}
		fourth := h.submit("run=1h", func(t *godocker.Task) { t.Requirements.CPU = 8 })
		h.wish(fourth, godocker.WishSuspend)
		h.pass(time.Second)
		h.kill(fourth)
		if got := h.until(fourth, godocker.Over); got.Outcome != godocker.Killed {
			t.Errorf("held back and killed: %s", got.Outcome)
		}
	})
}

func TestSuspendedWhileItStarts(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		id := h.submit("start=1h run=1h")
		h.until(id, godocker.Starting)
		h.wish(id, godocker.WishSuspend)
		h.pass(90 * time.Minute)
		if got := h.task(id); got.State != godocker.Running || said(got) != "suspended" {
			t.Errorf("%s, %q", got.State, said(got))
		}
	})
}

// plainEngine has none of the optional abilities.
type plainEngine struct{ executor.Executor }

func TestWishesAreRefused(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		id := h.submit("run=1h")
		h.until(id, godocker.Running)
		h.wish(id, godocker.WishResume)
		h.pass(time.Second)
		if got := h.task(id); said(got) != "resume rejectedThe task is not suspended" {
			t.Errorf("resumed: %q", said(got))
		}
		h.engine = plainEngine{h.engine}
		h.restart()
		h.wish(id, godocker.WishSuspend)
		h.pass(time.Second)
		if got := h.task(id); said(got) != "suspend rejectedThe executor fake cannot suspend tasks" || got.Suspended {
			t.Errorf("suspended: %q", said(got))
		}
		if got := h.until(id, godocker.Over); got.Outcome != godocker.Succeeded {
			t.Errorf("ended %s", got.Outcome)
		}
	})
}

func TestReschedule(t *testing.T) {
	for name, tt := range map[string]struct {
		directives string
		when       godocker.State
		suspended  bool
	}{
		"running":   {"run=2h", godocker.Running, false},
		"stubborn":  {"run=2h ignore_term=1", godocker.Running, false},
		"suspended": {"run=2h", godocker.Running, true},
		"starting":  {"start=30m run=2h", godocker.Starting, false},
	} {
		t.Run(name, func(t *testing.T) {
			lived(t, fake.Config{}, nil, func(h *house) {
				id := h.submit(tt.directives)
				h.until(id, tt.when)
				if tt.suspended {
					h.wish(id, godocker.WishSuspend)
				}
				h.pass(time.Minute)
				h.wish(id, godocker.WishReschedule)
				asked := time.Now()
				got := h.until(id, godocker.Over)
				if got.Outcome != godocker.Succeeded || got.Attempt != 2 || got.Started.Before(asked) || got.Suspended || got.Wish.Done.IsZero() {
					t.Errorf("ended %s at attempt %d, begun %v after: %+v", got.Outcome, got.Attempt, got.Started.Sub(asked), got.Wish)
				}
				as, err := h.store.Attempts(h.t.Context(), id)
				if err != nil || len(as) != 2 || as[0].Outcome != godocker.Killed || as[0].Reason != "Rescheduled by ann" || got.Failure.Count != 0 {
					t.Errorf("attempts %+v, %v", as, err)
				}
				h.nothingLeft()
			})
		})
	}
}

// nothingLeft checks that the engine and the store hold nothing of what is over.
func (h *house) nothingLeft() {
	h.t.Helper()
	h.pass(time.Hour)
	if left, err := h.store.Unreleased(h.t.Context(), []string{"none"}, true, 10); err != nil || len(left) > 0 {
		h.t.Errorf("not released: %+v, %v", left, err)
	}
	if held, err := h.cluster.Executor().(executor.Lister).List(h.t.Context(), "c"); err != nil || len(held) > 0 {
		h.t.Errorf("the engine holds %+v, %v", held, err)
	}
}

func TestSuspendedArray(t *testing.T) {
	lived(t, fake.Config{CPU: 2}, nil, func(h *house) {
		id := h.submit("run=1h", ofArray("6"))
		h.until(id, godocker.Running)
		h.pass(time.Minute)
		h.wish(id, godocker.WishSuspend)
		h.pass(5 * time.Hour)
		got := h.task(id)
		if a := got.Requirements.Array; said(got) != "suspended" || a.Running != 2 || a.Over != 0 {
			t.Fatalf("%q, %+v", said(got), a)
		}
		if e := h.task(id + 1); said(e) != "suspended" {
			t.Errorf("a running element is %q", said(e))
		}
		h.kill(id + 1)
		h.pass(time.Hour) // its place stays empty
		if a := h.task(id).Requirements.Array; a.Running != 1 || a.Over != 1 {
			t.Fatalf("after a kill: %+v", a)
		}
		h.wish(id, godocker.WishResume)
		got = h.until(id, godocker.Over)
		if got.Requirements.Array.Failed != 1 || h.task(id+2).Outcome != godocker.Succeeded {
			t.Errorf("%s, %+v", got.Outcome, got.Requirements.Array)
		}
		h.nothingLeft()
	})
}

// Whatever call to the store fails, wishes come true once and nothing is left.
func TestStoreFailsWishes(t *testing.T) {
	for _, method := range []string{"Grant", "Wishes", "Queue", "Annotate", "Ended", "Finish", "Arrays", "List", "Events", "Claim", "Started"} {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s after=%t", method, after), func(t *testing.T) {
				lived(t, fake.Config{CPU: 4}, thrice(method, after), func(h *house) {
					frozen, again, array := h.submit("run=1h"), h.submit("run=1h"), h.submit("run=1h", ofArray("4"))
					h.pass(time.Minute)
					h.wish(frozen, godocker.WishSuspend)
					h.wish(again, godocker.WishReschedule)
					h.wish(array, godocker.WishSuspend)
					late := h.submit("run=1h")
					h.wish(late, godocker.WishSuspend)
					h.pass(4 * time.Hour)
					for _, id := range []int64{frozen, array, late} {
						if got := h.task(id); said(got) != "suspended" || got.State.Final() {
							t.Errorf("task %d is %s, %q", id, got.State, said(got))
						}
						h.wish(id, godocker.WishResume)
					}
					for id, attempt := range map[int64]int{frozen: 1, again: 2, array: 0, late: 1} {
						got := h.until(id, godocker.Over)
						if got.Outcome != godocker.Succeeded || got.Attempt < attempt || attempt > 0 && h.executions(id, got.Attempt) != attempt {
							t.Errorf("task %d ended %s at attempt %d after %d executions", id, got.Outcome, got.Attempt, h.executions(id, got.Attempt))
						}
					}
					h.nothingLeft()
				})
			})
		}
	}
}
