// Package schedulertest holds the properties that every scheduler must have.
package schedulertest

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"godocker"
	"godocker/scheduler"

	"pgregory.net/rapid"
)

// Run checks s on generated queues.
func Run(t *testing.T, s scheduler.Scheduler) {
	t.Run("InventsNothingRepeatsNothing", rapid.MakeCheck(func(t *rapid.T) {
		in := snapshot.Draw(t, "snapshot")
		seen := map[int]bool{}
		for i := range s.Order(in) {
			if i < 0 || i >= len(in.Queue) || seen[i] {
				t.Fatalf("index %d is out of range or yielded twice", i)
			}
			seen[i] = true
		}
	}))
	t.Run("SameInputSameOrder", rapid.MakeCheck(func(t *rapid.T) {
		in := snapshot.Draw(t, "snapshot")
		a, b := slices.Collect(s.Order(in)), slices.Collect(s.Order(in))
		if !slices.Equal(a, b) {
			t.Fatalf("two runs differ:\n%v\n%v", a, b)
		}
	}))
	t.Run("LeavesTheSnapshotAlone", rapid.MakeCheck(func(t *rapid.T) {
		in := snapshot.Draw(t, "snapshot")
		before := slices.Clone(in.Queue)
		_ = slices.Collect(s.Order(in))
		if !reflect.DeepEqual(before, in.Queue) {
			t.Fatalf("the queue was changed")
		}
	}))
	t.Run("StopsWhenAsked", rapid.MakeCheck(func(t *rapid.T) {
		in := snapshot.Draw(t, "snapshot")
		whole := slices.Collect(s.Order(in))
		for n, i := 0, 0; n < len(whole); n++ {
			got := []int{}
			for i = range s.Order(in) {
				if got = append(got, i); len(got) > n {
					break
				}
			}
			if !slices.Equal(got, whole[:n+1]) {
				t.Fatalf("first %d are %v, want %v", n+1, got, whole[:n+1])
			}
		}
	}))
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

var snapshot = rapid.Custom(func(t *rapid.T) scheduler.Snapshot {
	n := rapid.IntRange(0, 30).Draw(t, "n")
	s := scheduler.Snapshot{Now: noon, Queue: make([]godocker.Queued, n)}
	for i := range s.Queue {
		s.Queue[i] = godocker.Queued{
			ID:        int64(i*2 + 1),
			User:      rapid.SampledFrom([]string{"ann", "bob", "eve"}).Draw(t, "user"),
			Project:   rapid.SampledFrom([]string{godocker.DefaultProject, "galaxy"}).Draw(t, "project"),
			State:     godocker.Pending,
			CPU:       rapid.Float64Range(0.1, 64).Draw(t, "cpu"),
			RAM:       rapid.Float64Range(0.1, 512).Draw(t, "ram"),
			Submitted: noon.Add(-time.Duration(rapid.IntRange(0, 90).Draw(t, "age")) * time.Minute),
		}
	}
	return s
})
