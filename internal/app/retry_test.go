package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/executor/fake"
)

func retried(n int) func(*godocker.Task) {
	return func(t *godocker.Task) { t.Requirements.Retry = n }
}

// The system's failures are tried again as often as asked for, and nothing else is.
func TestRetry(t *testing.T) {
	for _, tt := range []struct {
		directives string
		retry      int
		outcome    godocker.Outcome
		attempts   int
		failures   int
	}{
		{"start_error=engine:2 run=1h", 3, godocker.Succeeded, 3, 2},
		{"start_error=engine:2 run=1h", 1, godocker.EngineError, 2, 2},
		{"start_error=engine", 0, godocker.EngineError, 1, 1},
		{"run=1h lost_after=1m", 2, godocker.NodeLost, 3, 3},
		{"run=1m failure=node_lost", 2, godocker.NodeLost, 3, 3},
		{"start_error=cannot_start", 3, godocker.CannotStart, 1, 0}, // no such image
		{"run=1m exit=1", 3, godocker.Failed, 1, 0},
		{"run=1m failure=oom", 3, godocker.OutOfMemory, 1, 0},
		{"start_error=no_room:4 run=1h lost_after=1m", 1, godocker.NodeLost, 2, 2}, // no room is no attempt
	} {
		t.Run(fmt.Sprint(tt.directives, " ", tt.retry), func(t *testing.T) {
			lived(t, fake.Config{}, nil, func(h *house) {
				id := h.submit(tt.directives, retried(tt.retry))
				got := h.until(id, godocker.Over)
				as, err := h.store.Attempts(h.t.Context(), id)
				if err != nil || got.Outcome != tt.outcome || len(as) != tt.attempts || got.Failure.Count != tt.failures {
					t.Errorf("ended %s after %d attempts with %+v: %v", got.Outcome, len(as), got.Failure, err)
				}
				if tt.failures > 0 && got.Failure.Reason == "" {
					t.Error("no reason for the failure is kept")
				}
				h.nothingLeft()
			})
		})
	}
}

// The pauses before further attempts grow; meanwhile the task says when it is tried
// again, others pass it, and whoever asks for another attempt need not wait.
func TestRetryPauses(t *testing.T) {
	lived(t, fake.Config{CPU: 1}, nil, func(h *house) {
		id := h.submit("run=1h lost_after=1m", retried(20))
		var last time.Duration
		for n := 1; n < 12; n++ {
			h.seen(id, godocker.Running)
			got := h.seen(id, godocker.Pending)
			pause := time.Until(got.NotBefore)
			if pause <= last-time.Second && pause < 9*time.Minute || pause > 10*time.Minute {
				t.Errorf("after failure %d it waits %v, before that %v", n, pause, last)
			}
			if want := got.NotBefore.UTC().Format("tried again at 2006-01-02 15:04:05 UTC"); !strings.Contains(got.Detail, want) {
				t.Errorf("it says %q", got.Detail)
			}
			last = pause
		}
		other := h.submit("run=1m")
		if got := h.until(other, godocker.Over); got.Outcome != godocker.Succeeded || h.task(id).State != godocker.Pending {
			t.Errorf("the other one %s %q", got.Outcome, got.Detail)
		}
		before := h.seen(id, godocker.Running)
		h.wish(id, godocker.WishReschedule)
		h.pass(10 * time.Second)
		if got := h.task(id); got.State != godocker.Running || got.Attempt != before.Attempt+1 {
			t.Errorf("rescheduled, and it is %s, %q", got.State, got.Detail)
		}
	})
}

// seen is until for a state that does not last.
func (h *house) seen(id int64, state godocker.State) godocker.Task {
	h.t.Helper()
	for end := time.Now().Add(time.Hour); time.Now().Before(end); h.pass(time.Second) {
		if t := h.task(id); t.State == state {
			return t
		}
	}
	h.t.Fatalf("task %d is %s after an hour, want %s", id, h.task(id).State, state)
	return godocker.Task{}
}

func TestRetriedTaskIsKilled(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		id := h.submit("run=10h", retried(5))
		h.until(id, godocker.Running)
		h.cluster.SetDown("fake-1", true)
		h.kill(id)
		if got := h.until(id, godocker.Over); got.Outcome != godocker.Killed || got.Attempt != 1 {
			t.Errorf("ended %s at attempt %d", got.Outcome, got.Attempt)
		}
	})
}

// A suspended task whose node is lost waits until it is resumed.
func TestSuspendedTaskIsRetried(t *testing.T) {
	lived(t, fake.Config{Nodes: 2}, nil, func(h *house) {
		id := h.submit("run=1h", retried(1))
		node := h.until(id, godocker.Running).Node
		h.wish(id, godocker.WishSuspend)
		h.pass(time.Minute)
		h.cluster.SetDown(node, true)
		h.pass(time.Hour)
		if got := h.task(id); got.State != godocker.Pending || said(got) != "suspended" {
			t.Fatalf("%s, %q", got.State, said(got))
		}
		h.wish(id, godocker.WishResume)
		if got := h.until(id, godocker.Over); got.Outcome != godocker.Succeeded || got.Node == node {
			t.Errorf("ended %s on %s", got.Outcome, got.Node)
		}
	})
}

// The next attempt goes to another node, even if that one must be waited for; but where
// there is no other, it goes where it failed.
func TestRetryAvoidsNodes(t *testing.T) {
	lived(t, fake.Config{Nodes: 2, CPU: 4}, nil, func(h *house) {
		busy := h.submit("run=3h", func(t *godocker.Task) { t.Requirements.CPU = 4 })
		other := h.until(busy, godocker.Running).Node
		id := h.submit("run=1h lost_after=1m", retried(1), func(t *godocker.Task) { t.Requirements.CPU = 2 })
		got := h.until(id, godocker.Over)
		as, err := h.store.Attempts(h.t.Context(), id)
		if err != nil || len(as) != 2 || as[1].Node != other || as[0].Node == other || as[1].Claimed.Before(h.task(busy).Ended) {
			t.Errorf("attempts %+v, %v", as, err)
		}
		if nodes := []string{as[0].Node, as[1].Node}; !slices.Equal(got.Failure.Nodes, nodes) {
			t.Errorf("failed on %v, want %v", got.Failure.Nodes, nodes)
		}
	})
	lived(t, fake.Config{}, nil, func(h *house) {
		id := h.submit("start_error=engine:1 run=1h", retried(1))
		if got := h.until(id, godocker.Over); got.Outcome != godocker.Succeeded {
			t.Errorf("on the only node: %s", got.Outcome)
		}
	})
}

// Each attempt keeps what it printed.
func TestLogsOfAttempts(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		id := h.submit("run=1h lost_after=10m", retried(2))
		for n := 1; n <= 3; n++ {
			task := h.until(id, godocker.Running)
			dir := h.dirs.Path(&task)
			for _, name := range []string{"god.log", "god.err", "god.info"} { // as the runner would
				if err := os.WriteFile(filepath.Join(dir, name), []byte(fmt.Sprint("attempt ", n)), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			h.pass(11 * time.Minute)
			for old := 1; old <= n && n < 3; old++ {
				for _, name := range []string{"god.log", "god.err", "god.info"} {
					if b, err := os.ReadFile(filepath.Join(dir, fmt.Sprint(name, ".", old))); err != nil || string(b) != fmt.Sprint("attempt ", old) {
						t.Errorf("%s of attempt %d: %q, %v", name, old, b, err)
					}
				}
			}
		}
		got := h.until(id, godocker.Over)
		if b, err := os.ReadFile(filepath.Join(h.dirs.Path(&got), "god.log")); err != nil || string(b) != "attempt 3" {
			t.Errorf("the last one's: %q, %v", b, err)
		}
	})
}

func TestStoreFailsRetries(t *testing.T) {
	for _, method := range []string{"Claim", "Take", "Started", "Ended", "Finish", "Unreleased", "Released", "Queue", "Events", "List"} {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s after=%t", method, after), func(t *testing.T) {
				lived(t, fake.Config{Nodes: 3, CPU: 2}, thrice(method, after), func(h *house) {
					var ids []int64
					for range 4 {
						ids = append(ids, h.submit("start_error=engine:2 run=1h", retried(3)), h.submit("run=1h lost_after=1m", retried(2)))
					}
					for i, id := range ids {
						got := h.until(id, godocker.Over)
						as, err := h.store.Attempts(h.t.Context(), id)
						want, attempts, failures := godocker.Succeeded, 3, 2
						if i%2 == 1 {
							want, failures = godocker.NodeLost, 3
						}
						if err != nil || got.Outcome != want || len(as) != attempts || got.Failure.Count != failures {
							t.Errorf("task %d ended %s after %d attempts with %+v: %v", id, got.Outcome, len(as), got.Failure, err)
						}
						for _, a := range as {
							if n := h.executions(id, a.Number) - h.executions(id, a.Number-1); n > 1 {
								t.Errorf("attempt %d of task %d ran %d times", a.Number, id, n)
							}
						}
					}
					h.nothingLeft()
				})
			})
		}
	}
}
