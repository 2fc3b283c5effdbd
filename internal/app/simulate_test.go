package app_test

import (
	"testing"
	"time"

	"godocker"
	"godocker/executor/fake"
	"godocker/internal/simulate"
	"godocker/scheduler/fifo"
)

// What ran in the house is what a simulation of its history runs, and those who are
// preferred there are preferred here.
func TestHistoryIsReadFromTheStore(t *testing.T) {
	ordered(t, fifo.Scheduler{}, fake.Config{CPU: 1}, nil, func(h *house) {
		if err := h.store.CreateUser(h.t.Context(), godocker.User{ID: "ann", Priority: 80, Quota: godocker.Quota{Running: godocker.Limits{Tasks: 3}}}); err != nil {
			t.Fatal(err)
		}
		ann := func(t *godocker.Task) {
			t.User.ID, t.Requirements.Nice, t.Requirements.MaxLifespan = "ann", 7, 9*time.Hour
		}
		first, second := h.submit("run=2h", ann), h.submit("run=30m", ann)
		h.until(second, godocker.Over)
		array := h.submit("run=10m", ann, func(t *godocker.Task) { t.Requirements.Array.Values = "1:2" })
		h.until(array, godocker.Over)
		waits := h.submit("run=2h", ann)
		h.until(waits, godocker.Running) // and is not history yet

		tasks, span, err := (&simulate.History{}).Read(h.t.Context(), h.store, time.Now())
		if err != nil || len(tasks) != 4 {
			t.Fatalf("%d tasks, %v", len(tasks), err)
		}
		for i, id := range []int64{first, second, array + 1, array + 2} {
			was, got := h.task(id), tasks[i]
			if got.User != "ann" || got.Nice != 7 || got.CPU != was.Requirements.CPU || got.Asks != 9*time.Hour ||
				!got.Submitted.Equal(was.Submitted) || got.Runs != was.Ended.Sub(was.Started) {
				t.Errorf("%+v was %+v", got, was)
			}
		}
		if d := 24 * time.Hour; span.From.After(tasks[0].Submitted) || !span.To.After(tasks[3].Submitted) || span.From.Truncate(d) != span.From {
			t.Errorf("span %v", span)
		}
		people, err := simulate.ReadPeople(h.t.Context(), h.store)
		if err != nil {
			t.Fatal(err)
		}
		site := (&simulate.File{}).Site()
		people(&site)
		if site.Priorities.Users["ann"] != 80 || len(site.Limits) != 1 {
			t.Errorf("%+v", site)
		}
	})
}
