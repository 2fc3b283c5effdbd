package kubernetes_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"godocker"
	"godocker/executor"
	"godocker/executor/kubernetes"
)

// Of thousands of pods little is kept, and of those that are gone nothing.
func TestMemory(t *testing.T) {
	const n = 10_000
	much := strings.Repeat("x", 2000) // of what nobody looks at
	name := func(i int) string { return godocker.AttemptName("many", int64(i), 1, "abcdef012345") }
	pod := func(i int, state string) string {
		return fmt.Sprintf(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"%[1]s-x","uid":"u%[2]d","resourceVersion":"%[2]d","annotations":{"much":%[3]q},"labels":{"godocker.task":"%[2]d","godocker.attempt":"1",`+
			`"godocker.cluster":"many","godocker.mark":"abcdef012345","batch.kubernetes.io/job-name":%[1]q}},"spec":{"nodeName":"n","containers":[{"env":[{"name":"much","value":%[3]q}]}]},"status":{"containerStatuses":[{"state":{%[4]s}}]}}`,
			name(i), i, much, state)
	}
	const runs, ended = `"running":{"startedAt":"2026-01-01T00:00:00Z"}`, `"terminated":{"exitCode":0,"startedAt":"2026-01-01T00:00:00Z","finishedAt":"2026-01-01T00:00:09Z"}`
	changes := make(chan string)
	at := pretended(t, func(w http.ResponseWriter, r *http.Request) bool {
		switch pods := strings.HasSuffix(r.URL.Path, "/pods"); {
		case watches(r) && pods:
			for {
				select {
				case change := <-changes:
					fmt.Fprintln(w, change)
					_ = http.NewResponseController(w).Flush()
				case <-r.Context().Done():
					return true
				}
			}
		case watches(r):
			return false
		case pods:
			fmt.Fprint(w, `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[`)
			for i := range n {
				fmt.Fprint(w, map[bool]string{false: ","}[i == 0], pod(i, runs))
			}
			fmt.Fprint(w, "]}")
		case strings.HasSuffix(r.URL.Path, "/nodes"):
			fmt.Fprint(w, readyNode)
		default:
			return false
		}
		return true
	})
	held := func() int64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc) //nolint:gosec // it is small
	}
	none := held()
	e := engine(t, func(c *kubernetes.Config) { *c = kubernetes.Config{Server: at} })
	told, ready := make(chan executor.Handle, n), make(chan struct{})
	active := func(first int) {
		t.Helper()
		for i := first; i < first+n; i++ {
			if s := inspect(t, e, executor.Handle(name(i))); s.Phase != executor.Active || s.Node != "n" {
				t.Fatalf("%d: %+v", i, s)
			}
		}
	}
	active(0)
	go func() {
		_ = e.(executor.Ender).Ends(t.Context(), "many", func() { close(ready) }, func(h executor.Handle) { told <- h })
	}()
	<-ready
	// Others come in the place of each that ends.
	round := func(first int) {
		t.Helper()
		for i := first; i < first+n; i++ {
			changes <- fmt.Sprintf(`{"type":"ADDED","object":%s}`, pod(i+n, runs))
			changes <- fmt.Sprintf(`{"type":"MODIFIED","object":%s}`, pod(i, ended))
			changes <- fmt.Sprintf(`{"type":"DELETED","object":%s}`, pod(i, ended))
			if i%500 == 499 {
				for range 500 {
					<-told
				}
			}
		}
		active(first + n)
	}
	round(0)
	before := held()
	if each := (before - none) / n; each > 2500 {
		t.Errorf("of each pod %d bytes are kept", each)
	}
	for i := range 2 {
		round((i + 1) * n)
	}
	if more := held() - before; more > 1<<20 {
		t.Errorf("%d bytes more are held after %d more pods", more, 2*n)
	}
}
