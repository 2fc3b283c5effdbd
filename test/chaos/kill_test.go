package chaos

import (
	"bufio"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"godocker/api"
	"godocker/executor/fake"
	"godocker/test/daemon"
)

var quiet = slog.New(slog.DiscardHandler)

// TestKilledServer kills a server that runs containers fifty times.
func TestKilledServer(t *testing.T) {
	data := dataFolder(t)
	s := install(t, daemon.Options{Config: onDocker(data, "")})
	noneLeft(t, s.Cluster, "")
	rng := seeded(t)
	start(t, s)
	l := &load{servers: []*daemon.Server{s}, workers: 4, most: 250, pause: 800 * time.Millisecond, task: writesItsName}
	l.begin(t, rng)
	killAgain(t, s, rng, 50, 300*time.Millisecond, 1200*time.Millisecond)
	l.end()
	tasks := settle(t, s, 2*time.Minute)
	l.honest(t, tasks, lines(t, filepath.Join(data, "runs")))
	emptied(t, s.Cluster, "")
	s.Stop()
	gapless(t, s.DatabasePath())
}

// TestKilledServerUnderHeavyLoad does so with an engine that costs nothing, and so
// with many more tasks in all states.
func TestKilledServerUnderHeavyLoad(t *testing.T) {
	state := filepath.Join(t.TempDir(), "engine")
	s := install(t, daemon.Options{Config: fmt.Sprintf("executors: [fake]\nfake: {nodes: 20, cpu: 64, state_dir: %q}", state)})
	rng := seeded(t)
	start(t, s)
	l := &load{servers: []*daemon.Server{s}, workers: 8, most: 8000, pause: 10 * time.Millisecond, task: func(code int) api.Task {
		return task(fmt.Sprintf("#FAKE run=%dms exit=%d\n", 20+rand.IntN(100), code))
	}}
	l.begin(t, rng)
	killAgain(t, s, rng, 50, 150*time.Millisecond, 700*time.Millisecond)
	l.end()
	tasks := settle(t, s, 2*time.Minute)
	s.Stop()
	l.honest(t, tasks, executions(t, state))
	gapless(t, s.DatabasePath())
}

func task(script string) api.Task {
	off := false
	return api.Task{Meta: api.Meta{Name: "chaos"}, Command: api.Command{Cmd: script},
		Requirements: api.Requirements{CPU: api.Num(0.05), RAM: api.Num(0.05)},
		Container:    api.Container{Image: image, Network: &off}}
}

// writesItsName is a task that leaves a line where all tasks do.
func writesItsName(code int) api.Task {
	one := task(fmt.Sprintf("#!/bin/sh\necho $GODOCKER_JID >> /data/runs\nexit %d\n", code))
	one.Container.Volumes = []api.Volume{{Name: "data", ACL: "rw"}}
	return one
}

// dataFolder is a folder that tasks may write to.
func dataFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// onDocker is the configuration of a server that runs containers, on the engine at
// url ("" = the machine's own).
func onDocker(data, url string) string {
	text := fmt.Sprintf("executors: [docker]\nvolumes:\n  - {name: data, acl: rw, path: %q, mount: /data}\n", data)
	if url != "" {
		text += fmt.Sprintf("docker: {url: %q}\n", url)
	}
	return text
}

// lines counts how often each task left its line.
func lines(t *testing.T, path string) map[int64]int {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	runs := map[int64]int{}
	for s := bufio.NewScanner(f); s.Scan(); {
		id, err := strconv.ParseInt(s.Text(), 10, 64)
		if err != nil {
			t.Fatalf("a line that no task wrote: %q", s.Text())
		}
		runs[id]++
	}
	return runs
}

// executions counts how often the fake engine began each task.
func executions(t *testing.T, state string) map[int64]int {
	t.Helper()
	begun, err := fake.Executions(state)
	if err != nil {
		t.Fatal(err)
	}
	runs := map[int64]int{}
	for name, n := range begun { // god-CLUSTER-TASK-ATTEMPT-MARK
		parts := strings.Split(name, "-")
		id, err := strconv.ParseInt(parts[len(parts)-3], 10, 64)
		if err != nil {
			t.Fatalf("an attempt with a strange name: %q", name)
		}
		runs[id] += n
	}
	return runs
}

// containers lists what an engine still has of a cluster.
func containers(t *testing.T, cluster, host string) []string {
	t.Helper()
	args := []string{"ps", "-aq", "--filter", "label=godocker.cluster=" + cluster}
	if host != "" {
		args = append([]string{"-H", host}, args...)
	}
	out, err := exec.Command("docker", args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// emptied waits until the engine has nothing left of the cluster.
func emptied(t *testing.T, cluster, host string) {
	t.Helper()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); ; <-tick.C {
		left := containers(t, cluster, host)
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d containers are left: %v", len(left), left)
		}
	}
}

// noneLeft removes the containers of a cluster at the end, whatever happened.
func noneLeft(t *testing.T, cluster, host string) {
	t.Cleanup(func() {
		if left := containers(t, cluster, host); len(left) > 0 {
			_ = exec.Command("docker", append([]string{"rm", "-f"}, left...)...).Run()
		}
	})
}
