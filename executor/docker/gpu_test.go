package docker_test

import (
	"testing"

	"godocker/executor"
	"godocker/executor/docker"
	"godocker/plugin"
)

func TestGPUs(t *testing.T) {
	e := engine(t, docker.Config{GPUs: []docker.GPU{
		{Name: "a", Devices: []string{"/dev/kmsg"}, Env: map[string]string{"VISIBLE": "0"}},
		{Name: "b", Devices: []string{"/dev/loop-control"}, Env: map[string]string{"VISIBLE": "1"}},
	}})
	nodes, err := e.Nodes(t.Context())
	must(t, err)
	if n := nodes[0]; n.GPUs != 2 || len(n.Devices) != 2 || n.Devices[1] != "b" {
		t.Errorf("the node is %+v", n)
	}
	for script, names := range map[string][]string{
		`[ ! -e /dev/kmsg ] && [ ! -e /dev/loop-control ] && [ -z "$VISIBLE" ]`:  nil,
		`[ ! -e /dev/kmsg ] && [ -c /dev/loop-control ] && [ "$VISIBLE" = 1 ]`:   {"b"},
		`[ -c /dev/kmsg ] && [ -c /dev/loop-control ] && [ "$VISIBLE" = "0,1" ]`: {"a", "b"},
	} {
		a := shell(script)
		a.GPUs, a.Devices = len(names), names
		a = named(t, a)
		got, err := e.Start(t.Context(), a)
		must(t, err)
		if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 0 {
			t.Errorf("%s: %+v", script, s)
		}
	}
	for _, bad := range []docker.GPU{{}, {Name: "a,b"}, {Name: "a", Devices: []string{"/etc/passwd"}}, {Name: "a", Devices: []string{"/dev/../etc"}}} {
		if _, err := docker.New(t.Context(), plugin.Env{}, docker.Config{GPUs: []docker.GPU{bad}}); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

func TestShm(t *testing.T) {
	e := engine(t, docker.Config{})
	a := shell("df -k /dev/shm | grep -q ' 2048 ' && ! dd if=/dev/zero of=/dev/shm/x bs=1k count=3000 2>/dev/null")
	a.Shm = 2 << 20
	a = named(t, a)
	got, err := e.Start(t.Context(), a)
	must(t, err)
	if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 0 {
		t.Errorf("%+v", s)
	}
}
