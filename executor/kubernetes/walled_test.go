package kubernetes_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godocker/executor"
	"godocker/executor/kubernetes"
	"godocker/internal/runner/spec"
)

// Where the cluster forbids root and folders of the node, the runner begins as the task's
// user, and all folders are of claims.
func TestWithoutRoot(t *testing.T) {
	const ns = "walled"
	shared := t.TempDir()
	must(t, os.Chmod(shared, 0o755))
	must(t, create(map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": ns,
		"labels": map[string]string{"pod-security.kubernetes.io/enforce": "restricted"}}}))
	claim(t, ns, "shared", shared)
	folder := filepath.Join(shared, "inside", "tasks", "1")
	must(t, os.MkdirAll(folder, 0o755))
	must(t, os.Chown(folder, 1234, 1235))
	must(t, os.WriteFile(filepath.Join(folder, "cmd.sh"), []byte("#!/bin/sh\nid -u; id -g; id -G; touch made; grep -c . /proc/self/status >/dev/null; grep CapEff /proc/self/status; exit 7\n"), 0o755))
	text, err := os.ReadFile(runner(t))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(shared, "inside", "godrun"), text, 0o755))

	as := func(c *kubernetes.Config) {
		c.Namespace, c.Token, c.User = ns, admin.BearerToken, true
		c.Claims = []kubernetes.Claim{{Path: "/elsewhere", Claim: "shared", SubPath: "inside"}}
	}
	e := engine(t, as)
	if can := e.Capabilities(); can.Root || can.Interactive {
		t.Errorf("%+v", can)
	}
	a := shell(t, "")
	a.User = &executor.Identity{UID: 1234, GID: 1235, Groups: []int{1300}}
	a.Command = spec.Spec{Task: a.Task, Attempt: 1, UID: 1234, GID: 1235, Groups: []int{1300}}.Args()
	a.WorkDir = spec.Dir
	a.Mounts = []executor.Mount{{Source: "/elsewhere/godrun", Target: spec.Path, ReadOnly: true}, {Source: "/elsewhere/tasks/1", Target: spec.Dir}}
	got := start(t, e, a)
	if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 7 {
		t.Errorf("%+v", s)
	}
	said, err := os.ReadFile(filepath.Join(folder, spec.Log))
	if want := "1234\n1235\n1235 1300\nCapEff:\t0000000000000000\n"; err != nil || string(said) != want {
		t.Errorf("it said %q, %v; want %q", said, err, want)
	}
	if _, err := os.Stat(filepath.Join(folder, "made")); err != nil {
		t.Error(err)
	}

	root := shell(t, "true")
	if got, err := engine(t, func(c *kubernetes.Config) { as(c); c.User = false }).Start(t.Context(), root); !errors.Is(err, executor.ErrCannotStart) || !strings.Contains(err.Error(), "PodSecurity") {
		t.Errorf("as root: %+v, %v", got, err)
	}
}
