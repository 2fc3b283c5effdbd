package runner

import (
	"golang.org/x/sys/unix"

	"godocker/internal/runner/spec"
	"godocker/internal/volume"
)

// checkMounts refuses to go on if the engine mounted something else than the server
// saw. Nobody else's program has run in the container by now, so what is there is
// what the engine mounted.
func checkMounts(ms []spec.Mount) error {
	for _, m := range ms {
		got, err := volume.Identify(unix.AT_FDCWD, m.Target)
		if err != nil {
			return refuse(spec.ExitCannotRun, "what is mounted on %s cannot be looked at: %v", m.Target, err)
		}
		if got != m.Identity {
			return refuse(spec.ExitCannotRun, "the folder for %s was changed for another one while the task was started", m.Target)
		}
	}
	return nil
}
