package kubernetes_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"godocker"
	"godocker/executor"
	"godocker/executor/kubernetes"
)

// A watch that expires, as its versions are too old, is no end: everything is listed anew, and what
// changed meanwhile is seen.
func TestWatchExpires(t *testing.T) {
	const one = `{"metadata":{"name":"p-1","uid":"u","resourceVersion":"%d","labels":{"godocker.task":"7","godocker.attempt":"1","godocker.cluster":"c","godocker.mark":"m",` +
		`"batch.kubernetes.io/job-name":"god-c-7-1-m"}},"spec":{"nodeName":"n","containers":[{}]},"status":{"phase":%q,"containerStatuses":[{"state":{%s}}]}}`
	var lists atomic.Int64
	listed := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		watch := r.URL.Query().Get("watch") != ""
		switch pods := strings.HasSuffix(r.URL.Path, "/pods"); {
		case r.URL.Path == "/version":
			fmt.Fprint(w, `{}`)
		case watch && pods && lists.Load() == 1:
			<-listed
			fmt.Fprint(w, `{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410,"message":"too old resource version"}}`)
		case watch:
			<-r.Context().Done()
		case pods:
			n := lists.Add(1)
			phase, state := "Running", `"running":{"startedAt":"2026-01-01T00:00:00Z"}`
			if n > 1 {
				phase, state = "Failed", `"terminated":{"exitCode":9,"startedAt":"2026-01-01T00:00:00Z","finishedAt":"2026-01-01T00:00:09Z"}`
			}
			fmt.Fprintf(w, `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"%d"},"items":[`+one+`]}`, n, n, phase, state)
		case strings.HasSuffix(r.URL.Path, "/nodes"):
			fmt.Fprint(w, `{"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"n"},"status":{"conditions":[{"type":"Ready","status":"True"}]}}]}`)
		default:
			fmt.Fprint(w, `{"kind":"EventList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}`)
		}
	}))
	t.Cleanup(server.Close)
	e := engine(t, func(c *kubernetes.Config) { *c = kubernetes.Config{Server: server.URL} })
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
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.URL.Path == "/version":
			fmt.Fprint(w, `{}`)
		case r.URL.Query().Get("watch") != "":
			<-r.Context().Done()
		case strings.HasSuffix(r.URL.Path, "/pods"):
			fmt.Fprint(w, `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"p-1","uid":"u","resourceVersion":"1",
				"labels":{"godocker.task":"7","godocker.attempt":"1","godocker.cluster":"c","godocker.mark":"m","batch.kubernetes.io/job-name":"god-c-7-1-m"}},
				"spec":{"nodeName":"new","containers":[{}]},"status":{"phase":"Running","containerStatuses":[{"state":{"running":{"startedAt":"2026-01-01T00:00:00Z"}}}]}}]}`)
		default:
			fmt.Fprintf(w, `{"kind":"%sList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}`, map[bool]string{true: "Node", false: "Event"}[strings.HasSuffix(r.URL.Path, "/nodes")])
		}
	}))
	t.Cleanup(server.Close)
	e := engine(t, func(c *kubernetes.Config) { *c = kubernetes.Config{Server: server.URL, NodeLostAfter: 5} })
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

// What the configuration must not say.
func TestConfig(t *testing.T) {
	for want, c := range map[string]kubernetes.Config{
		"token":                 {Token: "t"},
		"ca_cert":               {Server: "https://a", CACert: "/no/such"},
		"kubeconfig":            {Kubeconfig: "/no/such"},
		"placement":             {Server: "https://a", Placement: "anybody"},
		"ports":                 {Server: "https://a", Ports: "host"},
		"claims[0].path":        {Server: "https://a", Claims: []kubernetes.Claim{{Path: "a", Claim: "b"}}},
		"claims[0].claim":       {Server: "https://a", Claims: []kubernetes.Claim{{Path: "/a"}}},
		"claims[0].sub_path":    {Server: "https://a", Claims: []kubernetes.Claim{{Path: "/a", Claim: "b", SubPath: "../x"}}},
		"tolerations[0].effect": {Server: "https://a", Tolerations: []kubernetes.Toleration{{Key: "a", Effect: "b"}}},
		"tolerations[0].key":    {Server: "https://a", Tolerations: []kubernetes.Toleration{{}}},
		"start_timeout":         {Server: "https://a", StartTimeout: -1},
	} {
		if _, err := kubernetes.Through(t.Context(), c, nil); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), `"t"`) {
			t.Errorf("%+v: %v, want %s", c, err, want)
		}
	}
}
