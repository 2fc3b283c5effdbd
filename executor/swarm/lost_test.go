package swarm_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"godocker"
	"godocker/executor"
	driver "godocker/executor/swarm"
)

// The loss of a node is told after the very first answer that has it: the managers are asked for
// tasks once more, and for nothing else before, though they still want the task to run there.
func TestLossIsToldAtOnce(t *testing.T) {
	h := executor.Handle(godocker.AttemptName("c", 1, 1, "abcdef012345"))
	var mu sync.Mutex
	var said []string
	state := "ready"
	say := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, what)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "/nodes"):
			say(state)
			fmt.Fprintf(w, `[{"ID":"n","Description":{"Hostname":"node"},"Status":{"State":%q}}]`, state)
			state = "down"
		case strings.HasSuffix(r.URL.Path, "/tasks"):
			say("tasks")
			if strings.Contains(r.URL.RawQuery, "shutdown") { // the manager has done nothing about it yet
				fmt.Fprint(w, "[]")
				return
			}
			fmt.Fprint(w, `[{"ID":"t","ServiceID":"s","NodeID":"n","DesiredState":"running","Status":{"State":"running"},"Spec":{"ContainerSpec":{"Labels":
				{"godocker.cluster":"c","godocker.task":"1","godocker.attempt":"1","godocker.mark":"abcdef012345"}}}}]`)
		}
	}))
	defer srv.Close()
	e := connect(t, driver.Config{URL: strings.Replace(srv.URL, "http", "tcp", 1)})
	ctx, cancel := context.WithCancel(t.Context())
	_ = e.(executor.Ender).Ends(ctx, "c", func() {}, func(got executor.Handle) {
		say("told " + string(got))
		cancel()
	})
	mu.Lock()
	defer mu.Unlock()
	down := slices.Index(said, "down")
	if want := []string{"down", "tasks", "told " + string(h)}; down < 0 || !slices.Equal(said[down:], want) {
		t.Errorf("the order was %q, want the end to be %q", said, want)
	}
}
