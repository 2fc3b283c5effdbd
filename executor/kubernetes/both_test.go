package kubernetes_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"godocker/api"
)

// onDocker is the test image as this machine's Docker has it.
const onDocker = "godocker/busybox:1"

// A site with Docker and Kubernetes, of which one goes away: the tasks of the other start and end as
// always. Its own go on, wait and say why, and are known again when it is back.
func TestServerOfTwoExecutors(t *testing.T) {
	s := serveOn(t, "docker, kubernetes", fmt.Sprintf("kubernetes: {ca_cert: %s}\n", account.CACert))
	docker := func(d *api.Task) { d.Container.Image = onDocker }
	kubernetes := func(d *api.Task) { d.Requirements.Executor = "kubernetes" }
	quick := func(d *api.Task) { d.Command.Cmd = "echo once >>runs; exit 4" }
	long := []int64{s.submit(t, docker), s.submit(t, kubernetes)}
	killed := s.submit(t, kubernetes)
	for _, id := range append(long, killed) {
		s.state(t, id, running)
	}
	_, err := cluster("kill", "apiserver")
	must(t, err)
	back := sync.OnceFunc(func() {
		_, err := cluster("start", "apiserver")
		must(t, err)
	})
	defer back()
	until(t, "it is not noticed\n"+s.LogEnd(), func() bool {
		nodes, err := s.web.Nodes(t.Context())
		must(t, err)
		for _, n := range nodes {
			if n.Executor == "kubernetes" && n.Down {
				return true
			}
		}
		return false
	})
	waits := s.submit(t, func(d *api.Task) { kubernetes(d); quick(d) })
	s.state(t, waits, func(k api.Task) bool {
		return k.Status.Primary == "pending" && k.Status.Reason != nil && strings.Contains(*k.Status.Reason, "Waiting: the executor kubernetes ")
	})
	if out, err := s.god(t, "job", "kill", fmt.Sprint(killed)); err != nil {
		t.Error(err, out)
	}
	for range 3 {
		k := s.state(t, s.submit(t, func(d *api.Task) { docker(d); quick(d) }), over)
		if k.Status.Outcome != "failed" || k.Status.ExitCode == nil || *k.Status.ExitCode != 4 {
			t.Errorf("on the other: %+v", k.Status)
		}
	}
	for _, id := range long {
		must(t, os.WriteFile(filepath.Join(s.folder(t, id), "go"), nil, 0o600))
	}
	if k := s.state(t, long[0], over); k.Status.ExitCode == nil || *k.Status.ExitCode != 3 {
		t.Errorf("on the other, begun before: %+v", k.Status)
	}
	if k, err := s.web.Task(t.Context(), long[1]); err != nil || k.Status.Primary != "running" {
		t.Errorf("nobody can know of an end: %+v, %v", k.Status, err)
	}
	back()
	for id, want := range map[int64]int{long[1]: 3, waits: 4, killed: 137} {
		k := s.state(t, id, over)
		if k.Status.ExitCode == nil || *k.Status.ExitCode != want || k.Status.Outcome != map[bool]string{true: "killed", false: "failed"}[id == killed] {
			t.Errorf("when it is back: task %d %+v", id, k.Status)
		}
	}
	if said, err := os.ReadFile(filepath.Join(s.folder(t, waits), "runs")); err != nil || string(said) != "once\n" {
		t.Errorf("it ran: %q, %v", said, err)
	}
	until(t, "something stays", func() bool {
		left, err := exec.CommandContext(t.Context(), "docker", "ps", "-aq", "--filter", "label=godocker.cluster="+s.Cluster).CombinedOutput()
		must(t, err)
		return len(strings.TrimSpace(string(left))) == 0 && s.inCluster(t) == 0
	})
}

// folder is where a task's files are.
func (s site) folder(t *testing.T, id int64) string {
	t.Helper()
	k, err := s.web.Task(t.Context(), id)
	must(t, err)
	for _, v := range k.Container.Volumes {
		if v.Name == "go-docker" {
			return v.Path
		}
	}
	t.Fatalf("task %d has no folder: %+v", id, k.Container.Volumes)
	return ""
}
