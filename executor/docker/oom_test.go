package docker_test

import (
	"testing"

	"godocker"
	"godocker/executor"
	"godocker/executor/docker"
)

// What the engine told in its events alone counts, and nothing that looks like it.
func TestOutOfMemoryInEventsAlone(t *testing.T) {
	e := engine(t, docker.Config{})
	for script, want := range map[string]bool{"tail /dev/zero": true, "kill -9 $$": false, "exit 137": false} {
		a := named(t, shell(script))
		a.RAM = 32 << 20
		got, err := e.Start(t.Context(), a)
		must(t, err)
		if s := wait(t, e, got.Handle, executor.Exited); (s.Outcome == godocker.OutOfMemory) != want {
			t.Errorf("%q: %+v", script, s)
		}
		if late, err := docker.ToldLate(t.Context(), e, got.Handle); err != nil || late != want {
			t.Errorf("%q, not in the state: %v, %v", script, late, err)
		}
	}
}
