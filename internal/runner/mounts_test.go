package runner_test

import (
	"strings"
	"testing"

	"github.com/moby/moby/api/types/mount"
	"golang.org/x/sys/unix"

	"godocker/internal/runner/spec"
	"godocker/internal/volume"
)

// The engine mounted another folder than the one that the server saw.
func TestSwappedMount(t *testing.T) {
	seen, other := t.TempDir(), t.TempDir()
	id, err := volume.Identify(unix.AT_FDCWD, seen)
	must(t, err)
	for source, code := range map[string]int{seen: 0, other: spec.ExitCannotRun} {
		b := newBox(t, busybox, "touch ran")
		b.host.Mounts = append(b.host.Mounts, mount.Mount{Type: mount.TypeBind, Source: source, Target: "/data"})
		b.spec.Mounts = []spec.Mount{{Target: "/data", Identity: id}}
		if got := b.run(t); got != code {
			t.Errorf("exit code %d, want %d: %s", got, code, b.read(t, spec.ErrLog))
		}
		if said := b.read(t, spec.ErrLog); (code != 0) != strings.Contains(said, "the folder for /data was changed") {
			t.Errorf("it says %q", said)
		}
	}
}
