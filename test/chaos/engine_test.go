package chaos

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/test/daemon"
)

// An engine is a Docker engine that a test may break.
type engine struct {
	dir string
	url string
}

func newEngine(t *testing.T) *engine {
	t.Helper()
	dir, err := os.MkdirTemp("", "engine-") // short: a path of a socket has few letters
	if err != nil {
		t.Fatal(err)
	}
	e := &engine{dir: dir}
	t.Cleanup(func() { e.do(t, "down") })
	e.url = e.do(t, "start")
	return e
}

func (e *engine) do(t *testing.T, verb string) string {
	t.Helper()
	var complaints bytes.Buffer
	c := exec.Command("../backends/docker/private.sh", verb, e.dir)
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil {
		t.Fatalf("private.sh %s: %v\n%s", verb, err, complaints.String())
	}
	return strings.TrimSpace(string(out))
}

// TestKilledEngine crashes the engine while tasks run on it, and others wait.
func TestKilledEngine(t *testing.T) {
	e := newEngine(t)
	data := dataFolder(t)
	s := install(t, daemon.Options{Config: onDocker(data, e.url)})
	start(t, s)
	c, err := s.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	submit := func(script string, cpu float64) int64 {
		t.Helper()
		one := task("#!/bin/sh\necho $GODOCKER_JID >> /data/runs\n" + script)
		one.Container.Volumes = []api.Volume{{Name: "data", ACL: "rw"}}
		one.Requirements.CPU = api.Num(cpu)
		id, err := c.Submit(t.Context(), one)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	long := submit("sleep 600\n", 0.1)
	deaf := submit("trap '' TERM\nwhile :; do sleep 1; done\n", 0.1) // needs a KILL when the engine comes back
	short := submit("while [ ! -e /data/go ]; do sleep 0.1; done\n", 0.1)
	for _, id := range []int64{long, deaf, short} {
		until(t, c, id, "it runs", func(one api.Task) bool { return one.Status.Primary == "running" && ran(t, data, id) })
	}
	e.do(t, "kill")
	if err := os.WriteFile(filepath.Join(data, "go"), nil, 0o644); err != nil { // short ends with 0 while nobody looks
		t.Fatal(err)
	}
	waiting := submit("exit 3\n", 0.1)
	until(t, c, waiting, "it says what it waits for", func(one api.Task) bool {
		return strings.Contains(one.Container.Status, "executor docker") && one.Status.Primary != "over"
	})
	t.Logf("waiting: %s", must(t, c, waiting).Container.Status)
	for _, id := range []int64{long, deaf, short} {
		if one := must(t, c, id); one.Status.Primary != "running" {
			t.Errorf("task %d ended although nobody could know: %s", id, ending(one))
		}
	}
	if one := must(t, c, waiting); one.Status.Primary == "over" {
		t.Errorf("the task that came while the engine was away ended %s", ending(one))
	}

	e.do(t, "start")
	after := submit("exit 0\n", 0.1)
	tasks := settle(t, s, 2*time.Minute)
	for id, one := range tasks {
		t.Logf("task %d: %s", id, ending(one))
	}
	for _, id := range []int64{long, deaf} {
		if one := tasks[id]; one.Status.Outcome != string(godocker.NodeLost) || !strings.Contains(*one.Status.Reason, "restarted") {
			t.Errorf("task %d was ended by the engine's crash, and the system says: %s", id, ending(one))
		}
	}
	for id, code := range map[int64]int{short: 0, waiting: 3, after: 0} {
		if one := tasks[id]; one.Status.ExitCode == nil || *one.Status.ExitCode != code {
			t.Errorf("task %d is to end with %d and ended %s", id, code, ending(one))
		}
	}
	for id, n := range lines(t, filepath.Join(data, "runs")) {
		if n != 1 {
			t.Errorf("task %d ran %d times", id, n)
		}
	}
	emptied(t, s.Cluster, e.url)
}

// TestKilledEngineUnderLoad crashes the engine again and again while it is starting
// and removing containers. What was running may be lost; nothing may run twice or
// succeed without having run.
func TestKilledEngineUnderLoad(t *testing.T) {
	e := newEngine(t)
	data := dataFolder(t)
	s := install(t, daemon.Options{Config: onDocker(data, e.url)})
	rng := seeded(t)
	start(t, s)
	l := &load{servers: []*daemon.Server{s}, workers: 4, most: 100, pause: 500 * time.Millisecond, task: writesItsName}
	l.begin(t, rng)
	for range 4 {
		moment := time.NewTimer(time.Second + time.Duration(rng.Int64N(int64(2*time.Second))))
		<-moment.C
		e.do(t, "kill")
		e.do(t, "start")
	}
	l.end()
	tasks := settle(t, s, 3*time.Minute)
	runs := lines(t, filepath.Join(data, "runs"))
	lost := 0
	for id, code := range l.want {
		one := tasks[id]
		switch {
		case runs[id] > 1:
			t.Errorf("task %d ran %d times", id, runs[id])
		case one.Status.Outcome == string(godocker.NodeLost):
			lost++
		case one.Status.ExitCode == nil || *one.Status.ExitCode != code || runs[id] != 1:
			t.Errorf("task %d is to end with %d, ran %d times and ended %s", id, code, runs[id], ending(one))
		}
	}
	t.Logf("%d tasks, %d lost by the crashes", len(l.want), lost)
	emptied(t, s.Cluster, e.url)
}

// ran reports whether a task has left its line.
func ran(t *testing.T, data string, id int64) bool {
	t.Helper()
	text, _ := os.ReadFile(filepath.Join(data, "runs"))
	return strings.Contains("\n"+string(text), fmt.Sprintf("\n%d\n", id))
}

func must(t *testing.T, c *api.Client, id int64) api.Task {
	t.Helper()
	one, err := c.Task(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return one
}

// until waits for a task to be as ok wants it.
func until(t *testing.T, c *api.Client, id int64, what string, ok func(api.Task) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		one := must(t, c, id)
		if ok(one) {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("task %d: not so: %s; it is %s: %s; %s", id, what, one.Status.Primary, one.Container.Status, ending(one))
		}
	}
}
