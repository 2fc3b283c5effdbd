package kubernetes_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"godocker/api"
	"godocker/internal/carried"
	"godocker/internal/runner/spec"
	"godocker/test/daemon"
)

// A site is a server on the cluster, and people at it.
type site struct {
	*daemon.Server
	web  *api.Client
	home string // of whoever types
}

func (s site) god(t *testing.T, args ...string) (string, error) {
	return s.types(t, "", s.Bin+"/god", args...)
}

// types runs a command with something on its standard input.
func (s site) types(t *testing.T, input, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env = append(os.Environ(), "HOME="+s.home, "XDG_CACHE_HOME="+s.home, "TERM=xterm")
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// submit submits a task that says that it begun and waits for a file.
func (s site) submit(t *testing.T, change func(*api.Task)) int64 {
	t.Helper()
	on := true
	doc := api.Task{Meta: api.Meta{Name: "on-kubernetes"}, Command: api.Command{Cmd: "echo begun; id -u; touch made; while ! [ -e go ]; do sleep 0.1; done; exit 3"},
		Requirements: api.Requirements{CPU: api.Num(0.2), RAM: api.Num(0.1)}, Container: api.Container{Image: busybox, Network: &on}}
	change(&doc)
	id, err := s.web.Submit(t.Context(), doc)
	must(t, err)
	return id
}

// state waits until a task is as wanted.
func (s site) state(t *testing.T, id int64, ok func(api.Task) bool) (k api.Task) {
	t.Helper()
	until(t, "task "+fmt.Sprint(id)+" does not come so far\n"+s.LogEnd(), func() bool {
		got, err := s.web.Task(t.Context(), id)
		must(t, err)
		k = got
		return ok(k)
	})
	return k
}

func running(k api.Task) bool {
	return k.Status.Primary == "running" && k.Container.ID != nil && *k.Container.ID != ""
}

func over(k api.Task) bool { return k.Status.Primary == "over" }

// kill ends a task and waits for that.
func (s site) kill(t *testing.T, id int64) {
	t.Helper()
	if out, err := s.god(t, "job", "kill", fmt.Sprint(id)); err != nil {
		t.Error(err, out)
	}
	if k := s.state(t, id, over); k.Status.Outcome != "killed" {
		t.Errorf("%+v", k.Status)
	}
}

// serve starts a server on the cluster, for the test.
func serve(t *testing.T, config string) site {
	t.Helper()
	return serveOn(t, "kubernetes", config)
}

// serveOn starts one with several executors.
func serveOn(t *testing.T, executors, config string) site {
	t.Helper()
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
		"executors: [%s]\nkube_server: %s\nkube_token: %s\nkube_namespace: %s\ndefault_images: [{name: busybox, url: %q}, {name: box, url: %q}]\n", executors, account.Server, account.Token, namespace, busybox, onDocker) + config})
	must(t, err)
	must(t, s.Start(t.Context()))
	t.Cleanup(s.Stop)
	c, err := s.Client(t.Context())
	must(t, err)
	all := site{s, c, home}
	if out, err := all.god(t, "login", "-a", s.Key, "-l", s.User, "-s", "http://"+s.Address); err != nil {
		t.Fatal(err, out)
	}
	return all
}

// A whole server on the cluster: batch tasks, shells beside them, sessions, and what is refused.
func TestServer(t *testing.T) {
	s := serve(t, fmt.Sprintf("kubernetes: {ca_cert: %s}\nssh: {listen: 127.0.0.1:23780}\nweb_port: {listen: %q, domain: tasks.localhost}\n", account.CACert, webDoor))
	batch := s.submit(t, func(*api.Task) {})
	s.state(t, batch, running)
	until(t, "no shell beside it", func() bool {
		out, err := s.god(t, "ssh", fmt.Sprint(batch), "cat god.log; id -un")
		return err == nil && strings.Contains(out, "begun\n1000\ngodocker\n")
	})
	beside(t, s, batch)
	if out, err := s.god(t, "ssh", fmt.Sprint(batch), "touch go"); err != nil {
		t.Error(err, out)
	}
	k := s.state(t, batch, over)
	if k.Status.Outcome != "failed" || k.Status.ExitCode == nil || *k.Status.ExitCode != 3 || k.Container.Meta.Node.Name != "node-1" {
		t.Errorf("%+v", k.Status)
	}

	session := s.submit(t, func(d *api.Task) { d.Command = api.Command{Interactive: true, Cmd: "echo prepared >ready.txt"} })
	canLogIn(t, s, session)
	if k, err := s.web.Task(t.Context(), session); err != nil || len(k.Container.PortMapping) != 1 || !strings.HasPrefix(k.Container.PortMapping[0].IP, "10.98.") {
		t.Errorf("%+v, %v", k.Container, err)
	}
	if out, err := s.god(t, "job", "suspend", fmt.Sprint(session)); err == nil || !strings.Contains(out, "cannot suspend tasks") {
		t.Error(err, out)
	}
	s.kill(t, session)

	taken := s.submit(t, func(d *api.Task) { d.Requirements.GPUs = api.Num(2); d.Command.Cmd = "sleep 1000" })
	s.state(t, taken, running)
	waiting := s.submit(t, func(d *api.Task) { d.Requirements.GPUs = api.Num(2) })
	s.state(t, waiting, func(k api.Task) bool {
		return k.Status.Reason != nil && *k.Status.Reason != "" && k.Status.Primary == "pending"
	})
	s.kill(t, taken)
	s.kill(t, waiting)
	off := false
	if _, err := s.web.Submit(context.WithoutCancel(t.Context()), api.Task{Meta: api.Meta{Name: "x"}, Command: api.Command{Cmd: "true"},
		Requirements: api.Requirements{CPU: api.Num(0.2), RAM: api.Num(0.1)}, Container: api.Container{Image: busybox, Network: &off}}); err == nil || !strings.Contains(err.Error(), "network") {
		t.Errorf("without network: %v", err)
	}
	until(t, "something stays in the cluster", func() bool { return s.inCluster(t) == 0 })
}

// inCluster counts what the cluster has of a server's tasks.
func (s site) inCluster(t *testing.T) (n int) {
	t.Helper()
	for _, kind := range []string{"/api/v1/namespaces/" + namespace + "/pods", "/apis/batch/v1/namespaces/" + namespace + "/jobs"} {
		var l struct{ Items []any }
		must(t, call("GET", kind+"?labelSelector=godocker.cluster="+s.Cluster, nil, &l))
		n += len(l.Items)
	}
	return n
}

// canLogIn waits for a session to let its owner in, who finds no secret there.
func canLogIn(t *testing.T, s site, session int64) {
	t.Helper()
	until(t, "nobody can log in\n"+s.LogEnd(), func() bool {
		out, err := s.god(t, "ssh", fmt.Sprint(session), "cat ready.txt; ls -ln /.godrun.session; cat /.godrun.session")
		return strings.Contains(out, "prepared\n") && strings.Contains(out, "-r--------") && strings.Contains(out, "Permission denied") && err != nil
	})
}

// webDoor is where what tasks serve is reached.
const webDoor = "127.0.0.1:23781"

// beside is what people see of a task while it runs: what it uses, its node, a terminal beside it,
// and what it serves.
func beside(t *testing.T, s site, batch int64) {
	t.Helper()
	until(t, "nothing is written of what it uses", func() bool {
		body, _, err := s.web.Download(t.Context(), batch, spec.UseFile(1))
		if err != nil {
			return false
		}
		defer body.Close()
		text, err := io.ReadAll(body)
		must(t, err)
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		last := strings.Split(lines[len(lines)-1], ",") // when, seconds of cpu, bytes of memory
		return len(last) > 2 && last[1] > "0.01" && last[2] != "0"
	})
	nodes, err := s.web.Nodes(t.Context())
	if err != nil || len(nodes) != 1 || nodes[0].Labels["kubernetes.io/hostname"] != "node-1" || nodes[0].Tasks != 1 || nodes[0].HeldCPU != 0.2 || nodes[0].GPUs != 2 || nodes[0].CPU < 1 || nodes[0].Down {
		t.Errorf("nodes %+v, %v", nodes, err)
	}
	out, err := s.types(t, "echo typed-$((1+1)); exit 4\n", "script", "-qefc", s.Bin+"/god attach "+fmt.Sprint(batch), "/dev/null")
	if err == nil || !strings.Contains(out, "typed-2") {
		t.Errorf("attached: %v %s", err, out)
	}

	web := s.submit(t, func(d *api.Task) {
		d.Requirements.WebPort = api.Num(8888)
		d.Command.Cmd = `while :; do printf 'HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nserved' | nc -l -p 8888; done`
	})
	s.state(t, web, running)
	if text := visit(t, s, web); text != "served" {
		t.Errorf("it serves %q", text)
	}
	s.kill(t, web)
}

// visit enters by the door to what a task serves, as the page does, and tells what is seen at last.
func visit(t *testing.T, s site, id int64) (text string) {
	t.Helper()
	ask := func(r *http.Request, err error) (status int, cookies []*http.Cookie, text []byte) {
		t.Helper()
		must(t, err)
		a, err := http.DefaultTransport.RoundTrip(r)
		must(t, err)
		defer a.Body.Close()
		text, err = io.ReadAll(a.Body)
		must(t, err)
		return a.StatusCode, a.Cookies(), text
	}
	var in struct{ Token string }
	_, _, said := ask(http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.Address+"/api/1.0/authenticate", strings.NewReader(fmt.Sprintf(`{"user":%q,"apikey":%q}`, s.User, s.Key))))
	must(t, json.Unmarshal(said, &in))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, fmt.Sprintf("http://%s/api/1.0/task/%d/web", s.Address, id), nil)
	must(t, err)
	r.Header.Set("Authorization", "bearer "+in.Token)
	var door struct{ URL, Ticket string }
	_, _, said = ask(r, nil)
	must(t, json.Unmarshal(said, &door))
	host := fmt.Sprintf("%d.tasks.localhost:23781", id)
	r, err = http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+webDoor+"/.godocker/enter", strings.NewReader(url.Values{"ticket": {door.Ticket}}.Encode()))
	must(t, err)
	r.Host = host
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	status, cookies, said := ask(r, nil)
	if len(cookies) == 0 {
		t.Fatalf("%d %s", status, said)
	}
	until(t, "nothing is served", func() bool {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+webDoor+"/", nil)
		must(t, err)
		r.Host = host
		r.AddCookie(cookies[0])
		status, _, said := ask(r, nil)
		text = string(said)
		return status == http.StatusOK
	})
	return text
}

// Where the ports of nodes are used, a session is reached at one.
func TestServerAtNodePorts(t *testing.T) {
	s := serve(t, fmt.Sprintf("kubernetes: {ca_cert: %s, ports: node}\nssh: {listen: 127.0.0.1:23782}\n", account.CACert))
	session := s.submit(t, func(d *api.Task) {
		d.Command, d.Requirements.Ports = api.Command{Interactive: true, Cmd: "echo prepared >ready.txt"}, []api.Text{"8000"}
	})
	canLogIn(t, s, session)
	k, err := s.web.Task(t.Context(), session)
	if err != nil || len(k.Container.PortMapping) != 2 || k.Container.PortMapping[1].IP != "10.99.0.1" || k.Container.PortMapping[1].Host < 30000 {
		t.Errorf("%+v, %v", k.Container, err)
	}
	s.kill(t, session)
}
