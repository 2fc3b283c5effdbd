package app_test

import (
	"testing"
	"time"

	"godocker"
	"godocker/executor/fake"
	"godocker/plugin"
	"godocker/scheduler/fairshare"
)

// Where shares are looked at, who used less comes first, whoever came first.
func TestFairShareInTheHouse(t *testing.T) {
	policy, err := fairshare.New(t.Context(), plugin.Env{}, fairshare.Config{UserTime: 1})
	if err != nil {
		t.Fatal(err)
	}
	ordered(t, policy, fake.Config{CPU: 1}, nil, func(h *house) {
		for _, id := range []string{"ann", "bob"} {
			if err := h.store.CreateUser(h.t.Context(), godocker.User{ID: id, Priority: godocker.DefaultPriority}); err != nil {
				t.Fatal(err)
			}
		}
		of := func(user string) func(*godocker.Task) { return func(t *godocker.Task) { t.User.ID = user } }
		h.until(h.submit("run=2h", of("ann")), godocker.Over)
		holds := h.submit("run=30m", of("eve"))
		h.until(holds, godocker.Running)
		first, second := h.submit("run=10m", of("ann")), h.submit("run=10m", of("ann"))
		time.Sleep(time.Minute)
		late := h.submit("run=10m", of("bob"))
		h.until(late, godocker.Over)
		if a, b := h.task(first), h.task(second); a.State != godocker.Pending && b.State != godocker.Pending {
			t.Errorf("bob used nothing and came after ann: %s, %s", a.State, b.State)
		}
		h.until(second, godocker.Over)
		if a, b := h.task(first), h.task(second); !a.Started.Before(b.Started) {
			t.Errorf("of the tasks of one person the later came first")
		}
	})
}
