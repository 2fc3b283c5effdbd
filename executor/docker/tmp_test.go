package docker_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"godocker/executor"
	"godocker/executor/docker"
)

func out(t *testing.T, name string, args ...string) string {
	t.Helper()
	text, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, text)
	}
	return strings.TrimSpace(string(text))
}

// gone checks that nothing is left of an attempt's temporary storage.
func gone(t *testing.T, dir, name string) {
	t.Helper()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	if loops := out(t, "losetup", "--list", "--noheadings", "--output", "BACK-FILE"); strings.Contains(loops, dir) {
		t.Errorf("loop devices are left: %s", loops)
	}
	if _, err := rawClient(t).VolumeInspect(t.Context(), name+"-tmp", client.VolumeInspectOptions{}); !errdefs.IsNotFound(err) {
		t.Errorf("the volume is left: %v", err)
	}
	if mounts, err := os.ReadFile("/proc/self/mountinfo"); err != nil || strings.Contains(string(mounts), name) {
		t.Errorf("a mount is left, %v", err)
	}
}

// Temporary storage is the user's, ends at its size, and goes with the attempt,
// whatever an earlier try left of it.
func TestTmp(t *testing.T) {
	const fill = `dd if=/dev/zero of=/tmp-data/x bs=1M count=15 2>/dev/null || exit 4
rm /tmp-data/x
dd if=/dev/zero of=/tmp-data/x bs=1M count=25 2>&1 | grep -q "No space left on device" || exit 5`
	for _, before := range []string{"nothing", "file", "loop", "volume", "other volume"} {
		t.Run(before, func(t *testing.T) {
			dir := t.TempDir()
			e := engine(t, docker.Config{TmpDir: dir})
			if !e.Capabilities().TmpStorage {
				t.Fatal("there is no temporary storage")
			}
			a := shell(fill)
			a.Tmp = 20_000_000
			a = named(t, a)
			h := executor.Handle(a.Name())
			t.Cleanup(func() { must(t, e.Remove(context.WithoutCancel(t.Context()), h)) })
			leave := func() {
				file := filepath.Join(dir, a.Name()+".img")
				if before != "nothing" {
					must(t, os.WriteFile(file, []byte("half"), 0o600))
				}
				if before == "loop" || strings.Contains(before, "volume") {
					must(t, os.Truncate(file, 1<<20))
					device := out(t, "losetup", "--find", "--show", file)
					if before == "other volume" {
						device = "/dev/none"
					}
					if strings.Contains(before, "volume") {
						out(t, "docker", "volume", "create", "--opt", "type=ext4", "--opt", "device="+device, a.Name()+"-tmp")
					}
				}
			}
			leave()
			must(t, e.Remove(t.Context(), h))
			gone(t, dir, a.Name())
			if before != "volume" { // a whole one is used
				leave()
			}
			got, err := e.Start(t.Context(), a)
			must(t, err)
			if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 0 {
				t.Errorf("%+v", s)
			}
			again, err := e.Start(t.Context(), a)
			if err != nil || again.EngineID != got.EngineID {
				t.Errorf("Start again: %+v, %v", again, err)
			}
			must(t, e.Remove(t.Context(), h))
			must(t, e.Remove(t.Context(), h))
			gone(t, dir, a.Name())
		})
	}
}

func TestTmpThatNoDiskHas(t *testing.T) {
	dir := t.TempDir()
	e := engine(t, docker.Config{TmpDir: dir})
	a := shell("true")
	a.Tmp = 1 << 60
	a = named(t, a)
	if _, err := e.Start(t.Context(), a); !errors.Is(err, executor.ErrCannotStart) {
		t.Errorf("Start: %v", err)
	}
	gone(t, dir, a.Name())
}
