package docker_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"godocker/executor"
	"godocker/executor/docker"
)

// What is mounted inside the folder of a read-only mount must not be written to
// either.
func TestReadOnlyIsDeep(t *testing.T) {
	dir := t.TempDir()
	inner := filepath.Join(dir, "inner")
	must(t, os.Mkdir(inner, 0o755))
	must(t, syscall.Mount("tmpfs", inner, "tmpfs", 0, "size=1m,mode=777"))
	t.Cleanup(func() { must(t, syscall.Unmount(inner, syscall.MNT_DETACH)) })
	must(t, os.WriteFile(filepath.Join(inner, "file"), nil, 0o666))
	e := engine(t, docker.Config{})
	a := shell("touch /ro/x || touch /ro/inner/x || touch /ro/inner/file || exit 7")
	a.Mounts = []executor.Mount{{Source: dir, Target: "/ro", ReadOnly: true}}
	a = named(t, a)
	got, err := e.Start(t.Context(), a)
	must(t, err)
	if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 7 {
		t.Errorf("%+v", s)
	}
	if left, err := os.ReadDir(inner); err != nil || len(left) != 1 {
		t.Errorf("the inner folder holds %v, %v", left, err)
	}
}
