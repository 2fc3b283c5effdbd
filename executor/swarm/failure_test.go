package swarm_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/moby/moby/api/types/swarm"
	"github.com/moby/moby/client"

	"godocker"
	"godocker/executor"
)

// field is a swarm to be broken: three managers, two workers, and a folder where attempts
// leave a line when they begin.
type field struct {
	*cluster
	folder string
	name   string // of the godocker cluster
	last   int64
	mu     sync.Mutex
}

func newField(t *testing.T) *field {
	c, err := newCluster(5, 3, false)
	must(t, err)
	t.Cleanup(c.down)
	f := &field{cluster: c, folder: t.TempDir(), name: "f" + strconv.FormatInt(time.Now().UnixNano(), 36)}
	must(t, os.Chmod(f.folder, 0o777))
	return f
}

// task is an attempt that leaves a line, on a node, and then runs a script.
func (f *field) task(node, script string) executor.Assignment {
	f.mu.Lock()
	f.last++
	n := f.last
	f.mu.Unlock()
	a := shell(fmt.Sprintf("echo $(hostname) >>/runs/%d; %s", n, script))
	a.Cluster, a.Task, a.Attempt, a.Mark, a.Node = f.name, n, 1, "abcdef012345", node
	a.Mounts = []executor.Mount{{Source: f.folder, Target: "/runs"}}
	return a
}

// runs is how often a task began.
func (f *field) runs(t *testing.T, a executor.Assignment) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(f.folder, strconv.FormatInt(a.Task, 10)))
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	must(t, err)
	return strings.Count(string(text), "\n")
}

// start starts again until there is room.
func (f *field) start(t *testing.T, e executor.Executor, a executor.Assignment) executor.Started {
	t.Helper()
	var got executor.Started
	var err error
	eventually(t, func() bool {
		got, err = e.Start(t.Context(), a)
		return err == nil || errors.Is(err, executor.ErrCannotStart) || errors.Is(err, executor.ErrEngine)
	}, func() string { return fmt.Sprint(err) })
	must(t, err)
	return got
}

func eventually(t *testing.T, ok func() bool, complaint func() string) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(2 * settle); !ok(); {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatal(complaint())
		}
	}
}

// wait waits for a phase, whatever the managers' troubles.
func wait(t *testing.T, e executor.Executor, h executor.Handle, want executor.Phase) executor.Status {
	t.Helper()
	var got []executor.Status
	var err error
	eventually(t, func() bool {
		got, err = e.Inspect(t.Context(), []executor.Handle{h})
		return err == nil && got[0].Phase == want
	}, func() string { return fmt.Sprintf("%+v, %v; want %s", got, err, want) })
	return got[0]
}

func nodeOf(t *testing.T, e executor.Executor, name string) executor.Node {
	t.Helper()
	nodes, err := e.Nodes(t.Context())
	must(t, err)
	for _, n := range nodes {
		if n.Name == name {
			return n
		}
	}
	t.Fatalf("there is no node %s among %+v", name, nodes)
	return executor.Node{}
}

// listen collects the ends that are told.
func listen(t *testing.T, e executor.Executor, cluster string) *sync.Map {
	told := &sync.Map{}
	ctx, cancel := context.WithCancel(t.Context())
	done, ready := make(chan struct{}), make(chan struct{})
	var once sync.Once
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			_ = e.(executor.Ender).Ends(ctx, cluster, func() { once.Do(func() { close(ready) }) }, func(h executor.Handle) { told.Store(h, true) })
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	<-ready
	return told
}

// A swarm breaks in all the ways that it can, one after the other.
func TestFailures(t *testing.T) {
	t.Parallel() // beside the suite, as both wait more than they do
	f := newField(t)
	e := connect(t, f.config(1, 2, 3))
	told := listen(t, e, f.name)
	ended := func(a executor.Assignment) {
		t.Helper()
		eventually(t, func() bool { _, ok := told.Load(executor.Handle(a.Name())); return ok }, func() string { return "the end of " + a.Name() + " is not told" })
	}

	// Each runs where it is to.
	failed := f.task("node2", "exit 7")
	all := []executor.Assignment{failed}
	for k := range 5 {
		a := f.task(fmt.Sprintf("node%d", k+1), "sleep 1000")
		all = append(all, a)
	}
	for _, a := range all {
		if got := f.start(t, e, a); got.Node != a.Node {
			t.Errorf("%s was to run on %s, and runs on %s", a.Name(), a.Node, got.Node)
		}
	}
	if got := wait(t, e, executor.Handle(failed.Name()), executor.Exited); got.ExitCode != 7 {
		t.Errorf("%+v", got)
	}
	running := all[1:]

	t.Run("drained", func(t *testing.T) {
		f.availability(t, swarm.NodeAvailabilityDrain, "node3")
		got := wait(t, e, executor.Handle(running[2].Name()), executor.Exited)
		if got.Outcome != godocker.NodeLost || !strings.Contains(got.Reason, "node3 was drained") {
			t.Errorf("%+v", got)
		}
		ended(running[2])
		if !nodeOf(t, e, "node3").Down {
			t.Error("node3 is said to take tasks")
		}
		if _, err := e.Start(t.Context(), f.task("node3", "true")); !errors.Is(err, executor.ErrNoRoom) || !strings.Contains(err.Error(), "no suitable node") {
			t.Errorf("Start on a drained node: %v", err)
		}
		f.availability(t, swarm.NodeAvailabilityActive, "node3")
	})

	t.Run("killed and cut off", func(t *testing.T) {
		_, err := f.do("cut", "4")
		must(t, err)
		_, err = f.do("kill", "5")
		must(t, err)
		f.until(t, swarm.NodeStateDown, "node4", "node5")
		later := f.task("node3", "sleep 2")
		f.start(t, e, later)
		ended(later)
		for k, a := range running[3:5] {
			if _, ok := told.Load(executor.Handle(a.Name())); !ok {
				t.Errorf("what ended with %s is told later than what began after the swarm had given it up, and took two seconds", a.Node)
			}
			got := wait(t, e, executor.Handle(a.Name()), executor.Exited)
			if got.Outcome != godocker.NodeLost || !strings.Contains(got.Reason, a.Node) {
				t.Errorf("%d: %+v", k, got)
			}
		}
		// The container of the one that was cut off still runs, until the node is back.
		far := f.engine(t, 4)
		if got, err := far.ContainerList(t.Context(), client.ContainerListOptions{}); err != nil || len(got.Items) != 1 {
			t.Fatalf("on the node that was cut off: %+v, %v", got, err)
		}
		again := running[3]
		again.Attempt, again.Node = 2, "node3"
		f.start(t, e, again)
		must(t, e.Remove(t.Context(), executor.Handle(running[3].Name())))
		_, err = f.do("heal", "4")
		must(t, err)
		eventually(t, func() bool {
			got, err := far.ContainerList(t.Context(), client.ContainerListOptions{All: true})
			return err == nil && len(got.Items) == 0
		}, func() string { return "the container of the node that was cut off stays" })
		if got := wait(t, e, executor.Handle(running[3].Name()), executor.Lost); got.Outcome != "" {
			t.Errorf("%+v", got)
		}
		if n := f.runs(t, again); n != 2 { // once for each attempt
			t.Errorf("its two attempts began %d times", n)
		}
		_, err = f.do("start", "5")
		must(t, err)
		eventually(t, func() bool { return !nodeOf(t, e, "node4").Down && !nodeOf(t, e, "node5").Down }, func() string { return "the nodes do not come back" })
		if n := f.runs(t, running[4]); n != 1 {
			t.Errorf("what ran on the node that was killed began %d times", n)
		}
	})

	t.Run("leader killed", func(t *testing.T) {
		out, err := exec.Command("docker", "-H", "unix://"+filepath.Join(f.dir, "1", "docker.sock"), "swarm", "update", "--dispatcher-heartbeat", "5s").CombinedOutput()
		if err != nil { // which nodes may need to find the next leader
			t.Fatalf("%v: %s", err, out)
		}
		leader := f.leader(t)
		_, err = f.do("kill", strconv.Itoa(leader))
		must(t, err)
		other := leader%3 + 1
		a := f.task(fmt.Sprintf("node%d", other), "sleep 1; exit 5")
		f.start(t, e, a)
		if got := wait(t, e, executor.Handle(a.Name()), executor.Exited); got.ExitCode != 5 {
			t.Errorf("%+v", got)
		}
		ended(a)
		if got := wait(t, e, executor.Handle(all[other].Name()), executor.Active); got.Node != fmt.Sprintf("node%d", other) && other != 3 {
			t.Errorf("%+v", got)
		}
		_, err = f.do("start", strconv.Itoa(leader))
		must(t, err)
	})

	t.Run("rolling restart under load", func(t *testing.T) { f.roll(t, e) })

	for _, a := range all { // whatever happened since
		if n := f.runs(t, a); n != 1 && a.Task != running[3].Task {
			t.Errorf("%s began %d times", a.Name(), n)
		}
	}
}

// until waits until the managers say that of nodes.
func (f *field) until(t *testing.T, state swarm.NodeState, names ...string) {
	t.Helper()
	api := f.engine(t, 1)
	eventually(t, func() bool {
		got, err := api.NodeList(t.Context(), client.NodeListOptions{})
		must(t, err)
		n := 0
		for _, x := range got.Items {
			if slices.Contains(names, x.Description.Hostname) && x.Status.State == state {
				n++
			}
		}
		return n == len(names)
	}, func() string { return fmt.Sprintf("%v do not become %s", names, state) })
}

// leader is the number of the node that leads.
func (f *field) leader(t *testing.T) int {
	t.Helper()
	got, err := f.engine(t, 1).NodeList(t.Context(), client.NodeListOptions{})
	must(t, err)
	for _, n := range got.Items {
		if n.ManagerStatus != nil && n.ManagerStatus.Leader {
			k, err := strconv.Atoi(strings.TrimPrefix(n.Description.Hostname, "node"))
			must(t, err)
			return k
		}
	}
	t.Fatal("nobody leads")
	return 0
}

// roll restarts one engine after the other, while tasks come and go. Each ends once: by
// itself, or as its engine was stopped.
func (f *field) roll(t *testing.T, e executor.Executor) {
	var work sync.WaitGroup
	stop := make(chan struct{})
	ends := map[godocker.Outcome]int{}
	for range 3 {
		work.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				a := f.task("", "sleep 1; exit 3")
				h := executor.Handle(a.Name())
				var err error
				eventually(t, func() bool {
					_, err = e.Start(t.Context(), a)
					return err == nil || errors.Is(err, executor.ErrEngine) || errors.Is(err, executor.ErrNoRoom)
				},
					func() string { return fmt.Sprint(err) })
				if err != nil {
					continue
				}
				got := wait(t, e, h, executor.Exited)
				if got.ExitCode != 3 && got.Outcome != godocker.NodeLost && got.ExitCode != 137 && got.ExitCode != 143 {
					t.Errorf("%+v", got)
				}
				if n := f.runs(t, a); n != 1 {
					t.Errorf("%s began %d times: %+v", a.Name(), n, got)
				}
				eventually(t, func() bool { err = e.Remove(t.Context(), h); return err == nil }, func() string { return fmt.Sprint(err) })
				f.mu.Lock()
				ends[got.Outcome]++
				f.mu.Unlock()
			}
		})
	}
	leader := f.leader(t)
	order := slices.DeleteFunc([]int{1, 2, 3, 4, 5}, func(k int) bool { return k == leader })
	for _, k := range append(order, leader) { // so that only one other is chosen
		_, err := f.do("stop", strconv.Itoa(k))
		must(t, err)
		_, err = f.do("start", strconv.Itoa(k))
		must(t, err)
		eventually(t, func() bool {
			nodes, err := e.Nodes(t.Context())
			down := 0
			for _, n := range nodes {
				if n.Down {
					down++
				}
			}
			return err == nil && down == 0
		}, func() string { return "a node does not come back" })
	}
	close(stop)
	work.Wait()
	t.Logf("ends: %v", ends)
	if ends[""] == 0 {
		t.Error("nothing ended by itself")
	}
}
