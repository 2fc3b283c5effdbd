package docker_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/executor/docker"
	"godocker/executor/executortest"
	"godocker/internal/authz"
	"godocker/internal/httpapi"
	"godocker/plugin"
)

const mark = "0123456789ab"

// A guarded engine asks a server of this house about everything.
type guarded struct {
	url     string
	key     *authz.Key
	cluster string
	over    map[int64]bool // tasks that are
}

func newGuarded(t *testing.T) *guarded {
	t.Helper()
	g := &guarded{cluster: fmt.Sprintf("e%d", time.Now().UnixNano()), over: map[int64]bool{}}
	var err error
	g.key, err = authz.NewKey("0123456789abcdef0123456789abcdef", g.cluster)
	must(t, err)
	home, err := os.MkdirTemp("", "engine-") // short: a path of a socket has few letters
	must(t, err)
	t.Cleanup(func() { out(t, privateEngine, "down", home) })
	must(t, os.Mkdir(filepath.Join(home, "plugins"), 0o755))
	sock, err := net.Listen("unix", filepath.Join(home, "plugins", "godocker-auth.sock"))
	must(t, err)
	t.Cleanup(func() { sock.Close() })
	server := httpapi.Server{Log: slog.New(slog.DiscardHandler), Authz: &authz.Gate{Key: g.key,
		Live: func(_ context.Context, a authz.Attempt) (bool, error) { return !g.over[a.Task], nil }}}
	go func() { _ = http.Serve(sock, server.Handler()) }()
	out(t, privateEngine, "start", home) // which gets its image before it obeys the plug-in
	out(t, privateEngine, "kill", home)
	must(t, os.WriteFile(filepath.Join(home, "daemon.json"), []byte(`{"authorization-plugins": ["godocker-auth"]}`), 0o600))
	g.url = out(t, privateEngine, "start", home)
	return g
}

// engine is a driver whose requests are signed. The engine has no network.
func (g *guarded) engine(t *testing.T, cfg docker.Config) executor.Executor {
	t.Helper()
	cfg.URL = g.url
	e, err := docker.New(t.Context(), plugin.Env{Sign: func(method, uri string, body []byte) (string, error) {
		return g.key.Vouch(authz.Request{Method: method, URI: uri, Body: body}, time.Now())
	}}, cfg)
	must(t, err)
	return offline{e.(*docker.Engine)}
}

type offline struct{ *docker.Engine }

func (p offline) Capabilities() executor.Capabilities {
	c := p.Engine.Capabilities()
	c.Ports, c.Network = false, false
	return c
}

// The driver does on an engine that asks everything that it does on others.
func TestGuardedConformance(t *testing.T) {
	g := newGuarded(t)
	tmp := t.TempDir()
	executortest.Run(t, executortest.Harness{
		New:   func(t *testing.T) executor.Executor { return g.engine(t, docker.Config{TmpDir: tmp}) },
		Shell: shell,
		Run: func(d time.Duration, code int) executor.Assignment {
			return shell(fmt.Sprintf("sleep %g; exit %d", d.Seconds(), code))
		},
		Impossible: func() (executor.Assignment, string) {
			return executor.Assignment{Image: "localhost:1/no-such-image:1", Command: []string{"true"}}, "localhost:1"
		},
		Cluster: g.cluster,
		Settle:  settle,
	})
}

// ask sends one request to the engine, as somebody on its machine could.
func (g *guarded) ask(t *testing.T, r authz.Request, token string) (int, string) {
	t.Helper()
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, ExpectContinueTimeout: settle, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", strings.TrimPrefix(g.url, "unix://"))
	}}}
	req, err := http.NewRequestWithContext(t.Context(), r.Method, "http://docker"+r.URI, bytes.NewReader(r.Body))
	must(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Expect", "100-continue") // or the connection may break before a large body is refused
	if token != "" {
		req.Header.Set(authz.Header, token)
	}
	resp, err := c.Do(req)
	must(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	must(t, err)
	return resp.StatusCode, string(text)
}

// cli runs the docker command with a token, as somebody on the engine's machine could.
func (g *guarded) cli(t *testing.T, token string, args ...string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	text, err := json.Marshal(map[string]any{"HttpHeaders": map[string]string{authz.Header: token}})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "config.json"), text, 0o600))
	said, err := exec.CommandContext(t.Context(), "docker", append([]string{"--config", dir, "-H", g.url}, args...)...).CombinedOutput()
	return strings.TrimSpace(string(said)), err
}

// What people can do with the token of an attempt, and what they cannot.
func TestGuardedEngine(t *testing.T) {
	g := newGuarded(t)
	name := godocker.AttemptName(g.cluster, 1, 1, mark)
	data := t.TempDir()
	create := authz.Request{Method: "POST", URI: "/v1.41/containers/create?name=" + name, Body: fmt.Appendf(nil,
		`{"Image":%q,"Cmd":["sh","-c","[ $(id -u) = 1234 ] && cat /data/x && exit 7"],"User":"1234:1234","HostConfig":{"Binds":["%s:/data:ro"],"NetworkMode":"none","CapDrop":["ALL"]}}`, busybox, data)}
	must(t, os.WriteFile(filepath.Join(data, "x"), []byte("it ran\n"), 0o644))
	must(t, os.Chmod(data, 0o755)) //nolint:gosec // another user reads it
	token, err := g.key.Sign(name, create)
	must(t, err)

	changed := func(old, new string) authz.Request {
		r := create
		if r.Body = bytes.Replace(r.Body, []byte(old), []byte(new), 1); bytes.Equal(r.Body, create.Body) {
			t.Fatalf("%q is not in the body", old)
		}
		return r
	}
	for what, r := range map[string]authz.Request{
		"another bind":    changed(data+":/data", "/etc:/data"),
		"privileged":      changed(`"CapDrop"`, `"Privileged":true,"CapDrop"`),
		"another image":   changed(busybox, "godocker/busybox:2"),
		"another user":    changed("1234:1234", "0:0"),
		"another case":    changed(`}}`, `},"hostconfig":{"Privileged":true}}`),
		"another name":    {Method: "POST", URI: create.URI + "2", Body: create.Body},
		"another version": {Method: "POST", URI: strings.Replace(create.URI, "1.41", "1.40", 1), Body: create.Body},
		"a large body":    changed(`{"Image"`, `{`+strings.Repeat(" ", 1<<20)+`"Image"`),
	} {
		if status, said := g.ask(t, r, token); status != http.StatusForbidden || !strings.Contains(said, "send what GO-Docker signed") {
			t.Errorf("%s: %d %s", what, status, said)
		}
	}
	if status, said := g.ask(t, create, ""); status != http.StatusForbidden || !strings.Contains(said, "submit yours with: god job create") {
		t.Errorf("without a token: %d %s", status, said)
	}

	if status, said := g.ask(t, create, token); status != http.StatusCreated {
		t.Fatalf("create: %d %s", status, said)
	}
	if status, said := g.ask(t, create, token); status != http.StatusConflict {
		t.Errorf("create once more: %d %s", status, said)
	}
	cli := func(want string, ok bool, args ...string) {
		t.Helper()
		said, err := g.cli(t, token, args...)
		if !strings.Contains(said, want) || (err == nil) != ok {
			t.Errorf("docker %s: %v, %s, want %q", strings.Join(args, " "), err, said, want)
		}
	}
	cli(name, true, "start", name)
	cli("7", true, "wait", name)
	if status, said := g.ask(t, authz.Request{Method: "GET", URI: "/v1.41/containers/" + name + "/logs?stdout=1"}, token); status != http.StatusOK || !strings.Contains(said, "it ran") {
		t.Errorf("logs: %d %q", status, said)
	}
	cli("called by this name and not by its id", false, "logs", name) // docker asks for the id
	cli(`"ExitCode": 7`, true, "inspect", "--type", "container", name)
	for _, args := range [][]string{
		{"ps"}, {"images"}, {"info", "--format", "{{.ID}}"}, {"exec", name, "true"}, {"cp", name + ":/etc/passwd", "-"}, {"cp", data, name + ":/"},
		{"commit", name, "mine"}, {"update", "--memory", "1g", name}, {"rename", name, "other"}, {"export", name}, {"diff", name},
		{"restart", name}, {"volume", "create", "v"}, {"volume", "ls"}, {"network", "create", "n"}, {"plugin", "install", "p"}, {"swarm", "init"},
		{"system", "prune", "-f"}, {"pull", "busybox"}, {"rmi", busybox}, {"run", "--privileged", busybox, "true"}, {"run", "-v", "/:/host", busybox, "true"},
	} {
		said, err := g.cli(t, token, args...)
		if err == nil && args[0] != "info" || !strings.Contains(said, "authorization denied by plugin godocker-auth: ") || !strings.Contains(said, "GO-Docker") {
			t.Errorf("docker %s: %v, %s", strings.Join(args, " "), err, said)
		}
	}
	cli("the token is for the container "+name, false, "kill", "0123456789ab")
	cli("the token is for the container "+name, false, "rm", "-f", godocker.AttemptName(g.cluster, 2, 1, mark))

	cli(name, true, "rm", "-f", name)
	if status, said := g.ask(t, create, token); status != http.StatusCreated { // it went away before it ended
		t.Errorf("create after the removal: %d %s", status, said)
	}
	g.over[1] = true
	cli("the attempt that the token is for is over", false, "start", name)
	cli(name, true, "rm", name)
	if status, said := g.ask(t, create, token); status != http.StatusForbidden || !strings.Contains(said, "submit the task again") {
		t.Errorf("create after the end: %d %s", status, said)
	}
}

// Where the plug-in says no, the driver does not take it for the task's fault.
func TestGuardedDriverWithoutTokens(t *testing.T) {
	g := newGuarded(t)
	a := shell("true")
	a.Cluster, a.Task, a.Attempt, a.Mark = g.cluster, 1, 1, mark
	check := func(what string, e executor.Executor) {
		t.Helper()
		for _, pull := range []godocker.PullPolicy{"", godocker.PullAlways} {
			a.Pull = pull
			_, err := e.Start(t.Context(), a)
			if err == nil || errors.Is(err, executor.ErrCannotStart) || errors.Is(err, executor.ErrEngine) || errors.Is(err, executor.ErrNoRoom) || !strings.Contains(err.Error(), "authorization denied by plugin godocker-auth") {
				t.Errorf("%s, pull %q: %v", what, pull, err)
			}
		}
		if err := e.Remove(t.Context(), executor.Handle(a.Name())); err == nil {
			t.Errorf("%s: Remove: no error", what)
		}
	}
	check("no tokens", engine(t, docker.Config{URL: g.url}))
	g.key, _ = authz.NewKey("another passphrase, of another server", g.cluster)
	check("tokens of others", g.engine(t, docker.Config{}))
}
