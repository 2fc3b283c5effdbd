package kubernetes_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godocker"
	"godocker/executor"
	"godocker/executor/kubernetes"
)

// Whoever takes a pod from its node, that is told with the reason, and is no failure of the task.
func TestTakenAway(t *testing.T) {
	const more = "/apis/scheduling.k8s.io/v1/priorityclasses"
	must(t, call("POST", more, map[string]any{"metadata": map[string]any{"name": "urgent"}, "value": 1000}, nil))
	defer func() { must(t, call("DELETE", more+"/urgent", nil, nil)) }()
	e := engine(t, nil)
	forever := func() executor.Assignment { return shell(t, "trap 'exit 9' TERM; while :; do sleep 0.1; done") }
	for name, c := range map[string]struct {
		take  func(t *testing.T, pod string)
		words string
	}{
		"evicted": {func(t *testing.T, pod string) {
			must(t, call("POST", "/api/v1/namespaces/"+namespace+"/pods/"+pod+"/eviction",
				map[string]any{"apiVersion": "policy/v1", "kind": "Eviction", "metadata": map[string]any{"name": pod, "namespace": namespace}}, nil))
		}, "Eviction API"},
		"preempted": {func(t *testing.T, _ string) {
			urgent := engine(t, func(c *kubernetes.Config) { c.Priority = "urgent" })
			a := forever()
			a.GPUs = 2
			until(t, "what is urgent does not go before", func() bool {
				_, err := urgent.Start(t.Context(), a)
				return err == nil
			})
			must(t, urgent.Remove(t.Context(), executor.Handle(a.Name())))
		}, "preempt"},
		"drained": {func(t *testing.T, _ string) {
			taint := []any{map[string]any{"key": "leave", "effect": "NoExecute"}}
			must(t, call("PATCH", "/api/v1/nodes/node-1", map[string]any{"spec": map[string]any{"taints": taint}}, nil))
			t.Cleanup(func() {
				must(t, call("PATCH", "/api/v1/nodes/node-1", []map[string]any{{"op": "remove", "path": "/spec/taints"}}, nil))
			})
		}, "taint"},
	} {
		t.Run(name, func(t *testing.T) {
			a := forever()
			a.GPUs = 2
			until(t, "there is no room for it", func() bool { // what was there before it may end just now
				_, err := e.Start(t.Context(), a)
				return err == nil
			})
			got := start(t, e, a)
			c.take(t, pods(t, got.Handle)[0])
			s := wait(t, e, got.Handle, executor.Exited)
			if s.Outcome != godocker.NodeLost || !strings.Contains(s.Reason, "was taken from node-1") || !strings.Contains(s.Reason, c.words) || s.ExitCode != 9 {
				t.Errorf("%+v; want %q", s, c.words)
			}
		})
	}
}

// The processes of a task have the rights that are meant, and no more can come to them.
func TestRightsOfProcesses(t *testing.T) {
	const has = `grep -E "^(NoNewPrivs|Seccomp|CapBnd|Uid):" /proc/self/status >/out/has; ls /var/run/secrets >/out/secrets 2>/dev/null; true`
	e := engine(t, nil)
	for name, c := range map[string]struct {
		change func(*executor.Assignment)
		caps   []int // by their numbers in Linux
	}{
		"a task":          {func(*executor.Assignment) {}, []int{0, 1, 5, 6, 7, 8}},
		"a task as root":  {func(a *executor.Assignment) { a.Root = true }, []int{0, 1, 3, 4, 5, 6, 7}},
		"a task with ssh": {func(a *executor.Assignment) { a.Secret = &executor.Secret{Path: "/.x", Content: []byte("x")} }, []int{0, 1, 5, 6, 7, 8, 10}},
	} {
		out := t.TempDir()
		a := shell(t, has)
		a.Mounts = append(a.Mounts, executor.Mount{Source: out, Target: "/out"})
		c.change(&a)
		if s := wait(t, e, start(t, e, a).Handle, executor.Exited); s.ExitCode != 0 {
			t.Fatalf("%s: %+v", name, s)
		}
		mask := 0
		for _, n := range c.caps {
			mask |= 1 << n
		}
		want := fmt.Sprintf("Uid:\t0\t0\t0\t0\nCapBnd:\t%016x\nNoNewPrivs:\t1\nSeccomp:\t2\n", mask)
		if text, err := os.ReadFile(filepath.Join(out, "has")); err != nil || string(text) != want {
			t.Errorf("%s has\n%s%v; want\n%s", name, text, err, want)
		}
		if text, err := os.ReadFile(filepath.Join(out, "secrets")); err != nil || len(text) > 0 {
			t.Errorf("%s sees of the cluster %s, %v", name, text, err)
		}
	}
}
