package app_test

import (
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/executor/fake"
)

// Quotas count what is over in the window, and what runs. A task whose turn comes
// when one is reached ends with the reason; others are not kept waiting by it.
func TestQuotas(t *testing.T) {
	lived(t, fake.Config{CPU: 10}, nil, func(h *house) {
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(h.store.CreateUser(h.t.Context(), godocker.User{ID: "ann", Quota: godocker.Quota{Time: 3600}}))
		must(h.store.CreateProject(h.t.Context(), godocker.Project{ID: "lab", Quota: godocker.Quota{CPU: 7200}}))
		of := func(user, project string) func(*godocker.Task) {
			return func(t *godocker.Task) { t.User.ID, t.User.Project = user, project }
		}
		refused := func(id int64, words string) {
			t.Helper()
			got := h.until(id, godocker.Over)
			if got.Outcome != godocker.OverQuota || !strings.Contains(got.Reason, words) || got.Attempt != 0 {
				t.Errorf("task %d ended %s after %d attempts: %q; want %q", id, got.Outcome, got.Attempt, got.Reason, words)
			}
			if word, _ := got.Secondary(); word != "quota reached" {
				t.Errorf("its status is %q", word)
			}
		}
		runs := func(id int64) {
			t.Helper()
			if got := h.until(id, godocker.Over); got.Outcome != godocker.Succeeded {
				t.Errorf("task %d ended %s: %s", id, got.Outcome, got.Reason)
			}
		}
		runs(h.submit("run=50m"))
		long := h.submit("run=2h") // 50 of 60 minutes are used
		h.until(long, godocker.Running)
		time.Sleep(11 * time.Minute)
		refused(h.submit("run=1m"), "The quota of ann is reached: 366")
		runs(h.submit("run=1m", of("bob", "default")))

		big := h.submit("run=3h", of("bob", "lab"), func(t *godocker.Task) { t.Requirements.CPU = 2 })
		runs(big)
		refused(h.submit("run=1m", of("eve", "lab")), "The quota of the project lab is reached: 21600 of 7200 cpu seconds")
		must(h.store.ResetUsage(h.t.Context(), "lab", time.Time{}))
		time.Sleep(10 * time.Second)
		runs(h.submit("run=1m", of("eve", "lab")))

		must(h.store.CreateProject(h.t.Context(), godocker.Project{ID: "full", Quota: godocker.Quota{Disk: 1}}))
		runs(h.submit("run=1m", of("eve", "full")))
		refused(h.submit("run=1m", of("eve", "full")), "The quota of the project full is reached: the files of its tasks take")

		h.until(long, godocker.Over)
		refused(h.submit("run=1m"), "of 3600 seconds of run time were used in the last 2 days")
		time.Sleep(2 * 24 * time.Hour) // the window has moved on
		runs(h.submit("run=1m"))
	})
}
