package kubernetes_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/executor/kubernetes"
	"godocker/internal/runner/spec"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var tasks atomic.Int64

// shell is an attempt that runs a script, with a name of its own.
func shell(t testing.TB, script string) executor.Assignment {
	n := 1_000_000 + tasks.Add(1)
	return executor.Assignment{Cluster: "own", Task: n, Attempt: 1, Mark: "0123456789ab", Image: busybox, Command: []string{"/bin/sh", "-c", script},
		CPU: 0.05, RAM: 64 << 20, Mounts: []executor.Mount{{Source: runner(t), Target: spec.Path, ReadOnly: true}}}
}

// start starts an attempt, which is removed after the test.
func start(t testing.TB, e executor.Executor, a executor.Assignment) executor.Started {
	t.Helper()
	got, err := e.Start(t.Context(), a)
	must(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), settle)
		defer cancel()
		must(t, e.Remove(ctx, got.Handle))
	})
	return got
}

func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(settle); !ok(); {
		if time.Now().After(deadline) {
			t.Fatalf("after %v: %s", settle, what)
		}
		<-time.After(50 * time.Millisecond)
	}
}

func inspect(t testing.TB, e executor.Executor, h executor.Handle) executor.Status {
	t.Helper()
	got, err := e.Inspect(t.Context(), []executor.Handle{h})
	must(t, err)
	return got[0]
}

func wait(t testing.TB, e executor.Executor, h executor.Handle, want executor.Phase) (got executor.Status) {
	t.Helper()
	until(t, "it is not "+string(want), func() bool { got = inspect(t, e, h); return got.Phase == want })
	return got
}

// pods are the names of an attempt's pods.
func pods(t testing.TB, h executor.Handle) (names []string) {
	t.Helper()
	var l struct {
		Items []struct{ Metadata struct{ Name string } }
	}
	must(t, call("GET", "/api/v1/namespaces/"+namespace+"/pods?labelSelector=batch.kubernetes.io/job-name="+string(h), nil, &l))
	for _, p := range l.Items {
		names = append(names, p.Metadata.Name)
	}
	return names
}

// A pod that somebody else deletes is not made again, and it is said how it ended.
func TestPodDeletedByOthers(t *testing.T) {
	e := engine(t, nil)
	got := start(t, e, shell(t, "trap 'exit 9' TERM; while :; do sleep 0.1; done"))
	for _, name := range pods(t, got.Handle) {
		must(t, call("DELETE", "/api/v1/namespaces/"+namespace+"/pods/"+name, nil, nil))
	}
	s := wait(t, e, got.Handle, executor.Exited)
	if s.Outcome != godocker.NodeLost || !strings.Contains(s.Reason, "deleted by somebody else") || s.ExitCode != 9 {
		t.Errorf("%+v", s)
	}
	later := start(t, e, shell(t, "true"))
	wait(t, e, later.Handle, executor.Exited) // by then the cluster would have made another
	if n := pods(t, got.Handle); len(n) != 1 {
		t.Errorf("it has the pods %q", n)
	}
	other := inspect(t, engine(t, nil), got.Handle)
	if other.Outcome != s.Outcome || other.ExitCode != 9 {
		t.Errorf("another process sees %+v", other)
	}
}

// A private image is fetched with the login of who asks, and with no other, also once the
// node has it. Nothing of the login stays.
func login(t *testing.T) {
	e := engine(t, nil)
	ann := &executor.RegistryLogin{Registry: locked, Username: "ann", Password: password}
	wrong := *ann
	wrong.Password = "wrong"
	for _, l := range []*executor.RegistryLogin{nil, &wrong, ann, nil, &wrong} {
		a := shell(t, "exit 3")
		a.Image, a.Login, a.Pull = locked+"/godocker/busybox:1", l, godocker.PullAlways
		if l != ann {
			got, err := e.Start(t.Context(), a)
			if _, no := errors.AsType[executor.RegistryRefusal](err); !no || strings.Contains(err.Error(), "sesame") {
				t.Errorf("with %v: %+v, %v", l, got, err)
			}
			continue
		}
		got := start(t, e, a)
		if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 3 || !strings.Contains(got.Digest, "/godocker/busybox@sha256:") {
			t.Errorf("%+v, %+v", got, s)
		}
	}
	var l struct {
		Items []struct{ Metadata struct{ Name string } }
	}
	until(t, "logins stay in the cluster", func() bool {
		must(t, call("GET", "/api/v1/namespaces/"+namespace+"/secrets", nil, &l))
		return len(l.Items) == 0
	})
}

// What the cluster has no room for goes back, with the words of its scheduler, and leaves
// nothing. So does what is beyond the quota of the namespace.
func TestNoRoom(t *testing.T) {
	e := engine(t, nil)
	refused := func(a executor.Assignment, words string) {
		t.Helper()
		got, err := e.Start(t.Context(), a)
		if s, ok := errors.AsType[executor.Scarce](err); !ok || !strings.Contains(s.What, words) {
			t.Errorf("%+v, %v; want %q", got, err, words)
		}
		if s := inspect(t, e, executor.Handle(a.Name())); s.Phase != executor.Lost || len(pods(t, executor.Handle(a.Name()))) > 0 {
			t.Errorf("it left %+v", s)
		}
	}
	big := shell(t, "true")
	big.CPU = 1000
	refused(big, "Insufficient cpu")
	gpus := shell(t, "true")
	gpus.GPUs = 3
	refused(gpus, "Insufficient nvidia.com/gpu")
	elsewhere := shell(t, "true")
	elsewhere.Node = "no-such-node"
	refused(elsewhere, "node")
	const quota = "/api/v1/namespaces/" + namespace + "/resourcequotas"
	must(t, call("POST", quota, map[string]any{"metadata": map[string]any{"name": "small"}, "spec": map[string]any{"hard": map[string]any{"requests.cpu": "100m"}}}, nil))
	defer func() { must(t, call("DELETE", quota+"/small", nil, nil)) }()
	until(t, "the quota is not counted", func() bool {
		var q struct {
			Status struct{ Hard map[string]string }
		}
		must(t, call("GET", quota+"/small", nil, &q))
		return len(q.Status.Hard) > 0
	})
	beyond := shell(t, "true")
	beyond.CPU = 0.2
	refused(beyond, "exceeded quota")
}

// What a rule of the namespace refuses cannot start, with the rule's words, and leaves nothing.
func TestForbiddenByRule(t *testing.T) {
	e := engine(t, nil)
	const limits = "/api/v1/namespaces/" + namespace + "/limitranges"
	must(t, call("POST", limits, map[string]any{"metadata": map[string]any{"name": "small"}, "spec": map[string]any{
		"limits": []any{map[string]any{"type": "Container", "max": map[string]any{"cpu": "100m"}}}}}, nil))
	defer func() { must(t, call("DELETE", limits+"/small", nil, nil)) }()
	var a executor.Assignment
	var err error
	until(t, "the rule is not obeyed", func() bool { // the API server sees it a moment later
		a = shell(t, "true")
		a.CPU = 0.2
		var got executor.Started
		if got, err = e.Start(t.Context(), a); err == nil {
			must(t, e.Remove(t.Context(), got.Handle))
		}
		return err != nil
	})
	if !errors.Is(err, executor.ErrCannotStart) || !strings.Contains(err.Error(), "maximum cpu usage per Container is 100m") {
		t.Errorf("Start = %v", err)
	}
	if s := inspect(t, e, executor.Handle(a.Name())); s.Phase != executor.Lost || len(pods(t, executor.Handle(a.Name()))) > 0 {
		t.Errorf("it left %+v", s)
	}
}

// While the API server is away nothing is known, and nothing forgotten: what ended meanwhile is
// told when it is back.
func TestServerAway(t *testing.T) {
	e := engine(t, nil)
	got := start(t, e, shell(t, "sleep 4; exit 5"))
	told := make(chan executor.Handle, 10)
	ctx, cancel := context.WithCancel(t.Context())
	var listener sync.WaitGroup
	defer listener.Wait()
	defer cancel()
	ready := make(chan struct{})
	listener.Go(func() {
		_ = e.(executor.Ender).Ends(ctx, "own", func() { close(ready) }, func(h executor.Handle) { told <- h })
	})
	<-ready
	_, err := cluster("kill", "apiserver")
	must(t, err)
	until(t, "it is not noticed", func() bool { _, err := e.Nodes(t.Context()); return err != nil })
	if got, err := e.Inspect(t.Context(), []executor.Handle{got.Handle}); err == nil {
		t.Errorf("Inspect = %+v without an API server", got)
	}
	if _, err := e.Start(t.Context(), shell(t, "true")); err == nil || errors.Is(err, executor.ErrCannotStart) || errors.Is(err, executor.ErrNoRoom) || errors.Is(err, executor.ErrEngine) {
		t.Errorf("Start without an API server: %v", err)
	}
	_, err = cluster("start", "apiserver")
	must(t, err)
	if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 5 || s.Outcome != "" {
		t.Errorf("%+v", s)
	}
	select {
	case h := <-told:
		if h != got.Handle {
			t.Errorf("the end of %q was told", h)
		}
	case <-time.After(settle):
		t.Error("the end was not told")
	}
}

// A node that is away is given up after a while, with or without others to go on; what it held is
// taken from it when it comes back.
func TestNodeLost(t *testing.T) {
	e := engine(t, nil)
	out := t.TempDir()
	a := shell(t, "while :; do date >/out/alive; sleep 0.2; done")
	a.Mounts = append(a.Mounts, executor.Mount{Source: out, Target: "/out"})
	got := start(t, e, a)
	told, ready := make(chan executor.Handle, 10), make(chan struct{})
	go func() {
		_ = e.(executor.Ender).Ends(t.Context(), "own", func() { close(ready) }, func(h executor.Handle) { told <- h })
	}()
	<-ready
	_, err := cluster("kill", "kubelet")
	must(t, err)
	back := sync.OnceFunc(func() {
		_, err := cluster("start", "kubelet")
		must(t, err)
	})
	defer back()
	select { // with no other node the cluster itself takes nothing from this one
	case h := <-told:
		if h != got.Handle {
			t.Errorf("the loss of %q was told", h)
		}
	case <-time.After(settle):
		t.Error("the loss was not told")
	}
	s := inspect(t, e, got.Handle)
	if s.Outcome != godocker.NodeLost || !strings.Contains(s.Reason, "node-1 went away") {
		t.Errorf("%+v", s)
	}
	nodes, err := e.Nodes(t.Context())
	if err != nil || len(nodes) != 1 || !nodes[0].Down {
		t.Errorf("nodes %+v, %v", nodes, err)
	}
	must(t, e.Remove(t.Context(), got.Handle))
	wait(t, e, got.Handle, executor.Lost)
	back()
	until(t, "the node does not come back", func() bool {
		nodes, err := e.Nodes(t.Context())
		return err == nil && len(nodes) == 1 && !nodes[0].Down
	})
	again := start(t, e, shell(t, "exit 4"))
	if s := wait(t, e, again.Handle, executor.Exited); s.ExitCode != 4 {
		t.Errorf("%+v", s)
	}
	until(t, "what the node held runs on", func() bool { return still(t, out) })
}

// A container that could not begin because its node was being stopped is the engine's failure, and
// no fault of the task.
func TestNodeStoppedDuringStart(t *testing.T) {
	e := engine(t, func(c *kubernetes.Config) { c.NodeLostAfter = 60 })
	_, err := cluster("kill", "kubelet")
	must(t, err)
	defer func() {
		_, err := cluster("start", "kubelet")
		must(t, err)
	}()
	now := time.Now().UTC().Format(time.RFC3339)
	for words, want := range map[string]error{
		"failed to create containerd task: failed to create shim task: context canceled: unknown": executor.ErrEngine,
		"exec: no such file or directory": executor.ErrCannotStart,
	} {
		a := shell(t, "true")
		done := make(chan error, 1)
		go func() {
			_, err := e.Start(t.Context(), a)
			done <- err
		}()
		h := executor.Handle(a.Name())
		said := func(phase string, state map[string]any) { // as the kubelet would
			must(t, call("PATCH", "/api/v1/namespaces/"+namespace+"/pods/"+pods(t, h)[0]+"/status", map[string]any{"status": map[string]any{"phase": phase,
				"containerStatuses": []any{map[string]any{"name": "task", "image": busybox, "imageID": "", "ready": false, "restartCount": 0, "state": state}}}}, nil))
		}
		until(t, "there is no pod", func() bool { return len(pods(t, h)) == 1 })
		if errors.Is(want, executor.ErrEngine) {
			said("Pending", map[string]any{"waiting": map[string]any{"reason": "CreateContainerError", "message": "context deadline exceeded"}})
		}
		said("Failed", map[string]any{"waiting": nil, "terminated": map[string]any{"reason": "StartError", "exitCode": 128, "message": words, "startedAt": "1970-01-01T00:00:00Z", "finishedAt": now}})
		if err := <-done; !errors.Is(err, want) || !strings.Contains(err.Error(), words) {
			t.Errorf("Start = %v, want %v", err, want)
		}
		if s := inspect(t, e, h); s.Outcome != map[error]godocker.Outcome{executor.ErrEngine: godocker.EngineError, executor.ErrCannotStart: godocker.CannotStart}[want] {
			t.Errorf("%+v", s)
		}
		must(t, e.Remove(t.Context(), h))
	}
}

// A node's taints and labels count, and so do the site's wishes.
func TestPlacement(t *testing.T) {
	must(t, call("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", map[string]any{"metadata": map[string]any{"name": "batch"}, "value": 100}, nil))
	must(t, call("PATCH", "/api/v1/nodes/node-1", map[string]any{"metadata": map[string]any{"labels": map[string]string{"disk": "ssd"}},
		"spec": map[string]any{"taints": []any{map[string]any{"key": "only", "value": "godocker", "effect": "NoSchedule"}}}}, nil))
	defer func() {
		must(t, call("PATCH", "/api/v1/nodes/node-1", []map[string]any{{"op": "remove", "path": "/spec/taints"}}, nil))
	}()
	plain := engine(t, nil)
	until(t, "the taint is not seen", func() bool {
		nodes, err := plain.Nodes(t.Context())
		must(t, err)
		return nodes[0].Down && nodes[0].Labels["disk"] == "ssd" && nodes[0].GPUs == 2
	})
	until(t, "the taint keeps nothing off", func() bool {
		got, err := plain.Start(t.Context(), shell(t, "true"))
		if err == nil { // the cluster's scheduler has not seen it yet
			must(t, plain.Remove(t.Context(), got.Handle))
		}
		return errors.Is(err, executor.ErrNoRoom)
	})
	e := engine(t, func(c *kubernetes.Config) {
		c.Tolerations = []kubernetes.Toleration{{Key: "only"}}
		c.Priority, c.Placement, c.NodeSelector = "batch", "kubernetes", map[string]string{"kubernetes.io/os": "linux"}
	})
	if !e.Capabilities().Places {
		t.Error("it does not say that it chooses nodes")
	}
	for constraint, ok := range map[string]bool{"disk==ssd": true, "disk==tape": false} {
		a := shell(t, "true")
		a.Constraints = []string{constraint}
		if !ok {
			if got, err := e.Start(t.Context(), a); !errors.Is(err, executor.ErrNoRoom) {
				t.Errorf("%s: %+v, %v", constraint, got, err)
			}
			continue
		}
		got := start(t, e, a)
		var p struct {
			Spec struct{ PriorityClassName string }
		}
		must(t, call("GET", "/api/v1/namespaces/"+namespace+"/pods/"+pods(t, got.Handle)[0], nil, &p))
		if got.Node != "node-1" || p.Spec.PriorityClassName != "batch" {
			t.Errorf("%+v, %+v", got, p)
		}
	}
}

// An attempt whose name is none for Kubernetes is known by its own nevertheless.
func TestLongName(t *testing.T) {
	e := engine(t, nil)
	a := shell(t, "exit 6")
	a.Cluster, a.Task = strings.Repeat("long-", 6)+"x", 1<<60
	a.Labels = map[string]string{"godocker.user": "Ann O'Neill <ann@example.org>"}
	got := start(t, e, a)
	if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 6 || string(got.Handle) != a.Name() {
		t.Errorf("%+v, %+v", got, s)
	}
	found, err := e.(executor.Lister).List(t.Context(), a.Cluster)
	if want := (executor.Found{Handle: got.Handle, Task: a.Task, Attempt: 1, Mark: a.Mark}); err != nil || !slices.Contains(found, want) {
		t.Errorf("List = %+v, %v", found, err)
	}
}

// still reports whether a folder's file alive was not written to for a while.
func still(t testing.TB, folder string) bool {
	t.Helper()
	info, err := os.Stat(filepath.Join(folder, "alive"))
	must(t, err)
	return time.Since(info.ModTime()) > 2*time.Second
}
