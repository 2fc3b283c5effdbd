package kubernetes_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"godocker/api"
	"godocker/internal/carried"
	"godocker/test/daemon"
)

// A whole server on the cluster: batch tasks, shells beside them, sessions, and what is refused.
func TestServer(t *testing.T) {
	base, err := os.MkdirTemp("/var/tmp", "godocker-kubernetes-server-")
	must(t, err)
	t.Cleanup(func() { must(t, os.RemoveAll(base)) })
	must(t, os.Chmod(base, 0o755)) // tasks of users reach into it
	bin := filepath.Join(base, "bin")
	must(t, daemon.Build(bin))
	_, err = carried.Install(base)
	must(t, err)
	home := filepath.Join(base, "home")
	must(t, os.Mkdir(home, 0o700))
	s, err := daemon.New(daemon.Options{Bin: bin, Dir: filepath.Join(base, "server"), Cluster: daemon.Name("kube"), Config: fmt.Sprintf(
		"executors: [kubernetes]\nkube_server: %s\nkube_token: %s\nkube_namespace: %s\nkubernetes: {ca_cert: %s}\ndefault_images: [{name: busybox, url: %q}]\nssh: {listen: 127.0.0.1:23590}\n",
		account.Server, account.Token, namespace, account.CACert, busybox)})
	must(t, err)
	must(t, s.Start(t.Context()))
	t.Cleanup(s.Stop)
	c, err := s.Client(t.Context())
	must(t, err)
	god := func(args ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "god"), args...)
		cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CACHE_HOME="+home)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := god("login", "-a", s.Key, "-l", s.User, "-s", "http://"+s.Address); err != nil {
		t.Fatal(err, out)
	}
	submit := func(change func(*api.Task)) int64 {
		t.Helper()
		on := true
		doc := api.Task{Meta: api.Meta{Name: "on-kubernetes"}, Command: api.Command{Cmd: "echo begun; id -u; touch made; while ! [ -e go ]; do sleep 0.1; done; exit 3"},
			Requirements: api.Requirements{CPU: api.Num(0.2), RAM: api.Num(0.1)}, Container: api.Container{Image: busybox, Network: &on}}
		change(&doc)
		id, err := c.Submit(t.Context(), doc)
		must(t, err)
		return id
	}
	state := func(id int64, ok func(api.Task) bool) (k api.Task) {
		t.Helper()
		until(t, "task "+fmt.Sprint(id)+" does not come so far\n"+s.LogEnd(), func() bool {
			got, err := c.Task(t.Context(), id)
			must(t, err)
			k = got
			return ok(k)
		})
		return k
	}
	running := func(k api.Task) bool {
		return k.Status.Primary == "running" && k.Container.ID != nil && *k.Container.ID != ""
	}

	batch := submit(func(*api.Task) {})
	state(batch, running)
	until(t, "no shell beside it", func() bool {
		out, err := god("ssh", fmt.Sprint(batch), "cat god.log; id -un; touch go")
		return err == nil && strings.Contains(out, "begun\n1000\ngodocker\n")
	})
	k := state(batch, func(k api.Task) bool { return k.Status.Primary == "over" })
	if k.Status.Outcome != "failed" || k.Status.ExitCode == nil || *k.Status.ExitCode != 3 || k.Container.Meta.Node.Name != "node-1" {
		t.Errorf("%+v", k.Status)
	}

	session := submit(func(d *api.Task) { d.Command = api.Command{Interactive: true, Cmd: "echo prepared >ready.txt"} })
	until(t, "nobody can log in\n"+s.LogEnd(), func() bool {
		out, err := god("ssh", fmt.Sprint(session), "cat ready.txt; ls -ln /.godrun.session; cat /.godrun.session")
		return strings.Contains(out, "prepared\n") && strings.Contains(out, "-r--------") && strings.Contains(out, "Permission denied") && err != nil
	})
	if k, err := c.Task(t.Context(), session); err != nil || len(k.Container.PortMapping) != 1 || !strings.HasPrefix(k.Container.PortMapping[0].IP, "10.98.") {
		t.Errorf("%+v, %v", k.Container, err)
	}
	if out, err := god("job", "suspend", fmt.Sprint(session)); err == nil || !strings.Contains(out, "cannot suspend tasks") {
		t.Error(err, out)
	}
	if out, err := god("job", "kill", fmt.Sprint(session)); err != nil {
		t.Error(err, out)
	}
	if k := state(session, func(k api.Task) bool { return k.Status.Primary == "over" }); k.Status.Outcome != "killed" {
		t.Errorf("%+v", k.Status)
	}

	taken := submit(func(d *api.Task) { d.Requirements.GPUs = api.Num(2); d.Command.Cmd = "sleep 1000" })
	state(taken, running)
	waiting := submit(func(d *api.Task) { d.Requirements.GPUs = api.Num(2) })
	state(waiting, func(k api.Task) bool {
		return k.Status.Reason != nil && *k.Status.Reason != "" && k.Status.Primary == "pending"
	})
	for _, id := range []int64{taken, waiting} {
		if out, err := god("job", "kill", fmt.Sprint(id)); err != nil {
			t.Error(err, out)
		}
		state(id, func(k api.Task) bool { return k.Status.Primary == "over" })
	}
	off := false
	if _, err := c.Submit(context.WithoutCancel(t.Context()), api.Task{Meta: api.Meta{Name: "x"}, Command: api.Command{Cmd: "true"},
		Requirements: api.Requirements{CPU: api.Num(0.2), RAM: api.Num(0.1)}, Container: api.Container{Image: busybox, Network: &off}}); err == nil || !strings.Contains(err.Error(), "network") {
		t.Errorf("without network: %v", err)
	}
	until(t, "something stays in the cluster", func() bool {
		var l struct{ Items []any }
		must(t, call("GET", "/api/v1/namespaces/"+namespace+"/pods?labelSelector=godocker.cluster="+s.Cluster, nil, &l))
		n := len(l.Items)
		must(t, call("GET", "/apis/batch/v1/namespaces/"+namespace+"/jobs?labelSelector=godocker.cluster="+s.Cluster, nil, &l))
		return n+len(l.Items) == 0
	})
}
