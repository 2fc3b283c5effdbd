package kubernetes_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"godocker"
	"godocker/executor"
	"godocker/executor/kubernetes"
	"godocker/plugin"
)

// A watch that expires, as its versions are too old, is no end: everything is listed anew, and what
// changed meanwhile is seen.
func TestWatchExpires(t *testing.T) {
	const one = `{"metadata":{"name":"p-1","uid":"u","resourceVersion":"%d","labels":{"godocker.task":"7","godocker.attempt":"1","godocker.cluster":"c","godocker.mark":"m",` +
		`"batch.kubernetes.io/job-name":"god-c-7-1-m"}},"spec":{"nodeName":"n","containers":[{}]},"status":{"phase":%q,"containerStatuses":[{"state":{%s}}]}}`
	var lists atomic.Int64
	listed := make(chan struct{})
	at := pretended(t, func(w http.ResponseWriter, r *http.Request) bool {
		switch pods := strings.HasSuffix(r.URL.Path, "/pods"); {
		case watches(r) && pods && lists.Load() == 1:
			<-listed
			fmt.Fprint(w, `{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410,"message":"too old resource version"}}`)
		case watches(r):
			return false
		case pods:
			n := lists.Add(1)
			phase, state := "Running", `"running":{"startedAt":"2026-01-01T00:00:00Z"}`
			if n > 1 {
				phase, state = "Failed", `"terminated":{"exitCode":9,"startedAt":"2026-01-01T00:00:00Z","finishedAt":"2026-01-01T00:00:09Z"}`
			}
			fmt.Fprintf(w, `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"%d"},"items":[`+one+`]}`, n, n, phase, state)
		case strings.HasSuffix(r.URL.Path, "/nodes"):
			fmt.Fprint(w, readyNode)
		default:
			return false
		}
		return true
	})
	e := engine(t, func(c *kubernetes.Config) { *c = kubernetes.Config{Server: at} })
	if s := inspect(t, e, "god-c-7-1-m"); s.Phase != executor.Active {
		t.Fatalf("%+v", s)
	}
	ended := make(chan executor.Handle, 1)
	ready := make(chan struct{})
	go func() {
		_ = e.(executor.Ender).Ends(t.Context(), "c", func() { close(ready) }, func(h executor.Handle) { ended <- h })
	}()
	<-ready
	close(listed)
	if h := <-ended; h != "god-c-7-1-m" {
		t.Errorf("the end of %q was told", h)
	}
	if s := inspect(t, e, "god-c-7-1-m"); s.Phase != executor.Exited || s.ExitCode != 9 {
		t.Errorf("%+v", s)
	}
}

// A pod may be seen before its node is, and is lost with it only after a while, which is told.
func TestNodeIsNotThere(t *testing.T) {
	at := pretended(t, func(w http.ResponseWriter, r *http.Request) bool {
		if watches(r) || !strings.HasSuffix(r.URL.Path, "/pods") {
			return false
		}
		fmt.Fprint(w, `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"p-1","uid":"u","resourceVersion":"1",
			"labels":{"godocker.task":"7","godocker.attempt":"1","godocker.cluster":"c","godocker.mark":"m","batch.kubernetes.io/job-name":"god-c-7-1-m"}},
			"spec":{"nodeName":"new","containers":[{}]},"status":{"phase":"Running","containerStatuses":[{"state":{"running":{"startedAt":"2026-01-01T00:00:00Z"}}}]}}]}`)
		return true
	})
	e := engine(t, func(c *kubernetes.Config) { *c = kubernetes.Config{Server: at, NodeLostAfter: 5} })
	if s := inspect(t, e, "god-c-7-1-m"); s.Phase != executor.Active {
		t.Fatalf("%+v", s)
	}
	told := make(chan executor.Handle, 10)
	go func() {
		_ = e.(executor.Ender).Ends(t.Context(), "c", func() {}, func(h executor.Handle) { told <- h })
	}()
	if h := <-told; h != "god-c-7-1-m" {
		t.Errorf("the loss of %q was told", h)
	}
	if s := inspect(t, e, "god-c-7-1-m"); s.Phase != executor.Exited || s.Outcome != godocker.NodeLost {
		t.Errorf("%+v", s)
	}
}

// What the configuration must not say: all of it is told, by the names of the keys, and no
// secret.
func TestConfig(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		return filepath.Join(dir, name)
	}
	const token = "sesame"
	for want, c := range map[string]kubernetes.Config{
		"server: is missing": {Token: token},
		"token: is missing":  {Server: "https://a"},
		"server: want https://host:port, got \"http://a:80\"": {Server: "http://a:80", Token: token},
		"server: want https://host:port, got \"a:6443\"":      {Server: "a:6443", Token: token},
		"server: want no user and no password":                {Server: "https://u:" + token + "@a", Token: "t"},
		"ca_cert: open":                                       {Server: "https://a", Token: token, CACert: "/no/such"},
		"ca_cert: want certificates in PEM":                   {Server: "https://a", Token: token, CACert: write("ca", "none")},
		"server, kubeconfig":                                  {Kubeconfig: "/no/such"},
		"placement":                                           {Placement: "anybody"},
		"ports":                                               {Ports: "host"},
		"claims[0].path":                                      {Claims: []kubernetes.Claim{{Path: "a", Claim: "b"}}},
		"claims[0].claim":                                     {Claims: []kubernetes.Claim{{Path: "/a"}}},
		"claims[0].sub_path":                                  {Claims: []kubernetes.Claim{{Path: "/a", Claim: "b", SubPath: "../x"}}},
		"tolerations[0].effect":                               {Tolerations: []kubernetes.Toleration{{Key: "a", Effect: "b"}}},
		"tolerations[0].key":                                  {Tolerations: []kubernetes.Toleration{{}}},
		"start_timeout: want seconds from 1 on, got -1":       {StartTimeout: -1},
		"node_lost_after: want seconds from 1 on, got -2":     {NodeLostAfter: -2},
	} {
		if c.Server == "" && c.Token == "" && c.Kubeconfig == "" {
			c.Server, c.Token = "https://a", token
		}
		if _, err := kubernetes.New(t.Context(), plugin.Env{}, c); err == nil || !strings.HasPrefix(err.Error(), "kubernetes: "+want) || strings.Contains(err.Error(), token) {
			t.Errorf("%+v: %v, want %s", c, err, want)
		}
	}
	_, err := kubernetes.New(t.Context(), plugin.Env{}, kubernetes.Config{Server: "http://a", Token: token, Ports: "host", Placement: "x", CACert: "/no/such", StartTimeout: -1})
	if n := strings.Count(fmt.Sprint(err), "kubernetes: "); n != 5 {
		t.Errorf("told %d of 5 mistakes: %v", n, err)
	}
	for _, c := range []kubernetes.Config{{Server: "http://127.0.0.1:8001"}, {Server: "https://a:6443", Token: token}} {
		_, err := kubernetes.New(t.Context(), plugin.Env{}, c)
		must(t, err)
	}
}
