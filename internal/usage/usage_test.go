package usage_test

import (
	"context"
	"testing"
	"time"

	"godocker"
	"godocker/internal/usage"
	"godocker/store"
)

type books struct {
	lines   []godocker.Usage
	running []godocker.Task
}

func (b books) Usage(_ context.Context, _, _ string, from time.Time) (out []godocker.Usage, err error) {
	for _, l := range b.lines {
		if !l.Day.Before(from) {
			out = append(out, l)
		}
	}
	return out, nil
}

func (b books) List(context.Context, store.Query) ([]godocker.Task, error) { return b.running, nil }

// The window slides by days, has no gaps, and counts what runs without the time that
// it was suspended.
func TestWindow(t *testing.T) {
	now := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return time.Date(2026, 3, 2+n, 0, 0, 0, 0, time.UTC) }
	b := books{
		lines: []godocker.Usage{{Day: day(-3), CPU: 1000, Time: 1000}, {Day: day(-2), CPU: 4, Time: 2}, {Day: day(0), CPU: 1, Time: 1}},
		running: []godocker.Task{{Requirements: godocker.Requirements{CPU: 2, RAM: 0.5, GPUs: 1},
			Life: godocker.Life{State: godocker.Running, Started: now.Add(-100 * time.Second), Paused: 40 * time.Second}}},
	}
	got, err := usage.Days(t.Context(), b, "ann", "", 3, now)
	if err != nil {
		t.Fatal(err)
	}
	want := []godocker.Usage{{Day: day(-2), CPU: 4, Time: 2}, {Day: day(-1)}, {Day: day(0), CPU: 121, RAM: 30, GPU: 60, Time: 61, Tasks: 1}}
	if len(got) != len(want) {
		t.Fatalf("%d days, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("day %d: %+v, want %+v", i, got[i], want[i])
		}
	}
	sum, err := usage.Sum(t.Context(), b, "ann", "", 3, now)
	if err != nil || sum.CPU != 125 || sum.Time != 63 {
		t.Errorf("sum: %+v, %v", sum, err)
	}
}
