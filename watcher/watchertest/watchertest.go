// Package watchertest is the conformance suite for watcher.Watcher. What it asserts is
// the contract.
package watchertest

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"godocker"
	"godocker/watcher"
)

var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// Run asks the watcher about tasks of all sorts.
func Run(t *testing.T, w watcher.Watcher) {
	t.Run("Random", rapid.MakeCheck(func(t *rapid.T) {
		task, now := draw(t)
		before := task
		got, err := w.Look(t.Context(), &task, now)
		if err != nil {
			return // it is asked again
		}
		again, err := w.Look(t.Context(), &task, now)
		switch {
		case err != nil || again != got:
			t.Fatalf("asked twice: %+v and %+v, %v", got, again, err)
		case task.ID != before.ID || task.Outcome != before.Outcome || !task.Started.Equal(before.Started):
			t.Fatalf("the task was changed to %+v", task)
		case got.End != "" && got.Reason == "":
			t.Fatalf("an end without a reason: %+v", got)
		case got.End == "" && !got.Next.IsZero() && !got.Next.After(now):
			t.Fatalf("it wants to look again at %v, and it is %v", got.Next, now)
		case got.Warn != "" && !task.Warned.IsZero():
			t.Fatalf("a second warning: %+v", got)
		}
	}))
}

func draw(t *rapid.T) (godocker.Task, time.Time) {
	seconds := func(name string) time.Duration {
		return time.Duration(rapid.IntRange(0, 10_000).Draw(t, name)) * time.Second
	}
	k := godocker.Task{ID: 1, Life: godocker.Life{State: godocker.Running, Attempt: 1, Started: epoch}}
	k.Requirements.MaxLifespan = seconds("maxlifespan")
	k.Paused = seconds("paused")
	now := epoch.Add(seconds("now"))
	if rapid.Bool().Draw(t, "frozen") {
		k.Frozen = epoch.Add(seconds("since"))
	}
	if rapid.Bool().Draw(t, "warned") {
		k.Warned = now
	}
	if rapid.Bool().Draw(t, "warn") {
		k.Requirements.Resources = map[string]string{godocker.ResourceWarn: rapid.SampledFrom([]string{"5m", "1h", "x", "0"}).Draw(t, "before")}
	}
	return k, now
}
