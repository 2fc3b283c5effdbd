package app_test

import (
	"fmt"
	"testing"
	"time"

	"godocker"
	"godocker/executor/fake"
)

func lasting(limit time.Duration) func(*godocker.Task) {
	return func(t *godocker.Task) { t.Requirements.MaxLifespan = limit }
}

// checkTimedOut checks how a task ended, and that it did so on time.
func checkTimedOut(h *house, id int64, limit, slack time.Duration) {
	h.t.Helper()
	got := h.until(id, godocker.Over)
	if got.Outcome != godocker.TimedOut || got.Reason != "Max duration reached" || got.ExitCode == nil || *got.ExitCode != 137 {
		h.t.Errorf("ended %s %q %v", got.Outcome, got.Reason, got.ExitCode)
	}
	if worked := got.Worked(time.Now()); worked < limit || worked > limit+slack {
		h.t.Errorf("ended after %v, want %v", worked, limit)
	}
}

func TestMaxLifespan(t *testing.T) {
	for name, tt := range map[string]struct {
		directives string
		limit      time.Duration
	}{
		"quick":    {"run=30h", 3 * time.Hour},
		"stubborn": {"run=30h ignore_term=1", 3 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			lived(t, fake.Config{}, nil, func(h *house) {
				id := h.submit(tt.directives, lasting(tt.limit))
				checkTimedOut(h, id, tt.limit, 11*time.Second)
				h.nothingLeft()
			})
		})
	}
}

func TestMaxLifespanOfTheSite(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		id, short, own := h.submit("run=30h"), h.submit("run=11h"), h.submit("run=13h", lasting(14*time.Hour))
		checkTimedOut(h, id, siteLimit, 11*time.Second)
		for _, id := range []int64{short, own} {
			if got := h.until(id, godocker.Over); got.Outcome != godocker.Succeeded {
				t.Errorf("task %d ended %s", id, got.Outcome)
			}
		}
	})
}

// The time that a task is suspended does not count, nor does a restart begin it anew.
func TestMaxLifespanPauses(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		id := h.submit("run=30h", lasting(3*time.Hour))
		h.until(id, godocker.Running)
		h.pass(time.Hour)
		h.wish(id, godocker.WishSuspend)
		h.pass(time.Hour)
		h.restart()
		h.pass(20 * time.Hour)
		if got := h.task(id); got.State != godocker.Running {
			t.Fatalf("suspended, and %s: %s", got.State, got.Reason)
		}
		h.wish(id, godocker.WishResume)
		h.pass(time.Hour)
		h.restart()
		checkTimedOut(h, id, 3*time.Hour, time.Minute)
		h.nothingLeft()
	})
}

// A task whose time ran out while nobody looked is ended when somebody does.
func TestMaxLifespanDuringAnAbsence(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		id := h.submit("run=30h", lasting(3*time.Hour))
		h.until(id, godocker.Running)
		h.pass(time.Second)
		h.cluster.SetAway(true)
		h.pass(4 * time.Hour)
		if got := h.task(id); got.State != godocker.Running || got.Outcome != godocker.TimedOut {
			t.Errorf("the engine is away, and it is %s, %s", got.State, got.Outcome)
		}
		h.cluster.SetAway(false)
		checkTimedOut(h, id, 4*time.Hour, time.Minute)
	})
}

func TestWarning(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		warned := func(t *godocker.Task) {
			t.Requirements.MaxLifespan, t.Requirements.Resources = 3*time.Hour, map[string]string{"warn": "30m"}
		}
		id, quick := h.submit("run=30h", warned), h.submit("run=30h usr1=0", warned)
		silent := h.submit("run=30h", lasting(3*time.Hour))
		signals := func(id int64) int { return h.cluster.Signals(h.handle(id, 1)) }
		h.until(silent, godocker.Running)
		h.pass(2 * time.Hour)
		if n := signals(id); n != 0 {
			t.Errorf("%d warnings too early", n)
		}
		h.pass(31 * time.Minute)
		h.restart()
		h.pass(time.Minute)
		if signals(id) != 1 || signals(silent) != 0 || h.task(id).Warned.IsZero() {
			t.Errorf("%d warnings, and %d nobody asked for", signals(id), signals(silent))
		}
		if got := h.task(quick); got.Outcome != godocker.Succeeded {
			t.Errorf("the one that obeys ended %s", got.Outcome)
		}
		checkTimedOut(h, id, 3*time.Hour, time.Minute)
	})
}

// A thousand tasks come to their end together, and none keeps another waiting.
func TestMaxLifespanOfMany(t *testing.T) {
	lived(t, fake.Config{CPU: 2000, RAM: 2000}, nil, func(h *house) {
		id := h.submit("run=30h", ofArray("1000"), lasting(3*time.Hour))
		got := h.until(id, godocker.Over)
		if ran := got.Duration(time.Now()); got.Requirements.Array.Failed != 1000 || ran > 3*time.Hour+time.Minute {
			t.Errorf("%d ended after %v", got.Requirements.Array.Failed, ran)
		}
	})
}

// Whatever call to the store fails, the time is kept.
func TestStoreFailsLifespan(t *testing.T) {
	for _, method := range []string{"Condemn", "Warn", "List", "Events", "Ended", "Finish", "Started", "LastEvent"} {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s after=%t", method, after), func(t *testing.T) {
				lived(t, fake.Config{}, thrice(method, after), func(h *house) {
					var ids []int64
					for range 6 {
						ids = append(ids, h.submit("run=30h", func(t *godocker.Task) {
							t.Requirements.MaxLifespan, t.Requirements.Resources = 3*time.Hour, map[string]string{"warn": "30m"}
						}))
					}
					for _, id := range ids {
						checkTimedOut(h, id, 3*time.Hour, time.Minute)
					}
					h.nothingLeft()
				})
			})
		}
	}
}
