package swarm_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"godocker"
	"godocker/executor"
	driver "godocker/executor/swarm"
)

// Of thousands of tasks no more is kept than where their statuses go.
func TestMemory(t *testing.T) {
	const n = 10_000
	name := func(i int) string { return godocker.AttemptName("many", int64(i), 1, "abcdef012345") }
	labels := func(i int) string {
		return fmt.Sprintf(`{"godocker.cluster":"many","godocker.task":"%d","godocker.attempt":"1","godocker.mark":"abcdef012345"}`, i)
	}
	much := strings.Repeat("x", 2000) // of what nobody looks at
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		w.Header().Set("Content-Type", "application/json")
		item := func(i int) string {
			return fmt.Sprintf(`{"ID":"s%d","Spec":{"Name":%q,"Labels":%s,"Env":%q}}`, i, name(i), labels(i), much)
		}
		switch {
		case strings.HasSuffix(r.URL.Path, "/nodes"):
			fmt.Fprint(w, `[{"ID":"n","Description":{"Hostname":"node"},"Status":{"State":"ready"}}]`)
			return
		case strings.HasSuffix(r.URL.Path, "/tasks"):
			item = func(i int) string {
				return fmt.Sprintf(`{"ID":"t%d","ServiceID":"s%d","NodeID":"n","DesiredState":"running","Status":{"State":"running"},"Spec":{"ContainerSpec":{"Labels":%s,"Env":[%q]}}}`, i, i, labels(i), much)
			}
		case !strings.HasSuffix(r.URL.Path, "/services"):
			return
		}
		for i := range n {
			fmt.Fprint(w, map[bool]string{true: "[", false: ","}[i == 0], item(i))
		}
		fmt.Fprint(w, "]")
	}))
	defer srv.Close()
	e := connect(t, driver.Config{URL: strings.Replace(srv.URL, "http", "tcp", 1)})
	hs := make([]executor.Handle, n)
	for i := range hs {
		hs[i] = executor.Handle(name(i))
	}
	held := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc) //nolint:gosec // it is small
	}
	round := func() {
		got, err := e.Inspect(t.Context(), hs)
		must(t, err)
		for i, x := range got {
			if x.Phase != executor.Active || x.Node != "node" || x.Handle != hs[i] {
				t.Fatalf("%d: %+v", i, x)
			}
		}
	}
	round()
	before := held()
	for range 3 {
		round()
	}
	if more := held() - before; more > 1<<20 {
		t.Errorf("%d bytes more are held after three more rounds", more)
	}
}
