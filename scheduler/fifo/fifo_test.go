package fifo_test

import (
	"slices"
	"testing"

	"godocker"
	"godocker/scheduler"
	"godocker/scheduler/fifo"
	"godocker/scheduler/schedulertest"
)

func TestProperties(t *testing.T) { schedulertest.Run(t, fifo.Scheduler{}) }

func TestOrderIsByID(t *testing.T) {
	s := scheduler.Snapshot{Queue: []godocker.Queued{{ID: 3, CPU: 64}, {ID: 5}, {ID: 9}}}
	if got := slices.Collect(fifo.Scheduler{}.Order(s)); !slices.Equal(got, []int{0, 1, 2}) {
		t.Fatalf("order = %v, want 0 1 2", got)
	}
}
