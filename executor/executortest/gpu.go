package executortest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"godocker/executor"
)

// gpus holds that an attempt has the gpus that it is given, and no others, and that one
// which is given what the node does not have is never started.
func (s suite) gpus(t *testing.T) {
	e := s.New(t)
	if !e.Capabilities().GPUs {
		t.Skip("the engine has no gpus")
	}
	nodes, err := e.Nodes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(nodes, func(n executor.Node) bool { return n.GPUs >= 2 })
	if i < 0 {
		t.Fatal("no node has two gpus to look at")
	}
	n := nodes[i]
	if len(n.Devices) == 0 {
		t.Skip("the engine does not tell its gpus apart")
	}
	if distinct := slices.Compact(slices.Sorted(slices.Values(n.Devices))); len(distinct) != n.GPUs || slices.Contains(distinct, "") {
		t.Fatalf("%d gpus are called %q", n.GPUs, n.Devices)
	}
	for _, devices := range [][]string{nil, n.Devices[:1], n.Devices[1:2], n.Devices} {
		a := s.task(s.Run(time.Hour, 0))
		if s.Shell != nil {
			a = s.task(s.Shell(s.seen(n.Devices, devices)))
		}
		a.Node, a.GPUs, a.Devices = n.Name, len(devices), devices
		h := s.start(t, e, a)
		if again := s.start(t, s.New(t), a); again != h {
			t.Errorf("Start again = %q, want %q", again, h)
		}
		if s.Shell == nil {
			s.wait(t, e, h, executor.Active)
		} else if got := s.wait(t, e, h, executor.Exited); got.ExitCode != 0 {
			t.Errorf("with %q of %q: %+v", devices, n.Devices, got)
		}
	}
	a := s.task(s.Run(0, 0))
	a.Node, a.GPUs, a.Devices = n.Name, 1, []string{"no-such-gpu"}
	if got, err := e.Start(t.Context(), a); !errors.Is(err, executor.ErrCannotStart) || !contains(err.Error(), "no-such-gpu") {
		t.Errorf("with a gpu that nobody has: %+v, %v", got, err)
	}
	s.wait(t, e, executor.Handle(a.Name()), executor.Lost)
}

// seen is a script that ends with 0 if it sees just these gpus of all.
func (s suite) seen(all, mine []string) string {
	text := "true"
	for _, name := range all {
		if text += " && "; !slices.Contains(mine, name) {
			text += "! "
		}
		text += "{ " + s.SeesGPU(name) + "; }"
	}
	return text
}
