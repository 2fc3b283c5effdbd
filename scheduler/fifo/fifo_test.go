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
	queue := []godocker.Queued{{ID: 3, CPU: 64, User: "ann"}, {ID: 5, User: "bob"}, {ID: 7, User: "bob", Nice: 1}, {ID: 9, User: "ann"}}
	got := schedulertest.IDs(fifo.Scheduler{}, scheduler.Snapshot{Groups: schedulertest.Groups(queue)}, true)
	if !slices.Equal(got, []int64{3, 5, 9, 7}) {
		t.Fatalf("order = %v, want 3 5 9 7", got)
	}
}
