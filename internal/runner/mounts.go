package runner

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"godocker/internal/runner/spec"
	"godocker/internal/volume"
)

// giveTmp makes the temporary storage the user's. The image may hold a link in its
// place, which is refused.
func giveTmp(path string, uid, gid int) error {
	d, err := os.OpenFile(path, syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
	if err == nil {
		err = d.Chown(uid, gid)
		_ = d.Close()
	}
	if err != nil {
		return refuse(spec.ExitCannotRun, "the temporary storage cannot be given to the user: %v", err)
	}
	return nil
}

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
