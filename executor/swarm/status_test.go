package swarm_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/executor"
	driver "godocker/executor/swarm"
)

// Whatever a swarm says of a task is told in the contract's words, with the reason in its own.
func TestReasons(t *testing.T) {
	type says struct{ node, status, label string }
	cases := []struct {
		what    string
		says    []says
		phase   executor.Phase
		code    int
		outcome godocker.Outcome
		reason  string
	}{
		{"no task yet", nil, executor.Waiting, 0, "", ""},
		{"no place", []says{{"", `"State":"pending","Err":"no suitable node (insufficient resources on 3 nodes)"`, ""}}, executor.Waiting, 0, "", "no suitable node (insufficient resources on 3 nodes)"},
		{"being made ready", []says{{"up", `"State":"preparing"`, ""}}, executor.Waiting, 0, "", ""},
		{"running", []says{{"up", `"State":"running"`, ""}}, executor.Active, 0, "", ""},
		{"complete", []says{{"up", `"State":"complete","Timestamp":"2026-01-01T00:01:00Z","ContainerStatus":{"ExitCode":0}`, ""}}, executor.Exited, 0, "", ""},
		{"failed", []says{{"up", `"State":"failed","Err":"task: non-zero exit (9)","ContainerStatus":{"ExitCode":9}`, ""}}, executor.Exited, 9, "", ""},
		{"never begun", []says{{"up", `"State":"failed","Err":"starting container failed: no such file"`, ""}}, executor.Exited, 0, godocker.CannotStart, "no such file"},
		{"container gone", []says{{"up", `"State":"failed","Err":"No such container: x"`, ""}}, executor.Exited, 0, godocker.NodeLost, "the engine of up has lost its container: No such container: x"},
		{"rejected", []says{{"up", `"State":"rejected","Err":"invalid mount config for type \"bind\""`, ""}}, executor.Exited, 0, godocker.CannotStart, "invalid mount config"},
		{"ended by the swarm", []says{{"up", `"State":"shutdown"`, ""}}, executor.Exited, 0, godocker.NodeLost, "the node up was away for a while"},
		{"drained", []says{{"drained", `"State":"shutdown"`, ""}}, executor.Exited, 0, godocker.NodeLost, "the node drained was drained"},
		{"killed", []says{{"up", `"State":"shutdown","ContainerStatus":{"ExitCode":143}`, ""}, {"", `"State":"pending"`, "true"}}, executor.Exited, 143, "", ""},
		{"killed, and nothing known", []says{{"", `"State":"pending"`, "true"}}, executor.Exited, godocker.KilledExitCode, "", ""},
		{"node down", []says{{"down", `"State":"running"`, ""}}, executor.Exited, 0, godocker.NodeLost, "the swarm has lost the node down"},
		{"node removed", []says{{"none", `"State":"running"`, ""}}, executor.Exited, 0, godocker.NodeLost, "the swarm has lost the node that it ran on"},
		{"orphaned", []says{{"down", `"State":"orphaned"`, ""}}, executor.Exited, 0, godocker.NodeLost, "does not know what became of it on the node down"},
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/_ping") {
			return
		}
		if strings.HasSuffix(r.URL.Path, "/nodes") {
			fmt.Fprint(w, `[{"ID":"up","Description":{"Hostname":"up"},"Status":{"State":"ready"}},{"ID":"down","Description":{"Hostname":"down"},"Status":{"State":"down"}},
				{"ID":"drained","Description":{"Hostname":"drained"},"Status":{"State":"ready"},"Spec":{"Availability":"drain"}}]`)
			return
		}
		for i, c := range cases {
			if !strings.Contains(r.URL.Query().Get("filters"), fmt.Sprintf(`"god-c-%d-1-`, i+1)) {
				continue
			}
			var all []string
			for k, x := range c.says {
				all = append(all, fmt.Sprintf(`{"ID":"t%d","NodeID":%q,"CreatedAt":"2026-01-01T00:00:0%dZ","Status":{%s},"Spec":{"ContainerSpec":{"Labels":
					{"godocker.cluster":"c","godocker.task":"%d","godocker.attempt":"1","godocker.mark":"abcdef012345","godocker.ended":%q}}}}`, k, x.node, k, x.status, i+1, x.label))
			}
			fmt.Fprintf(w, "[%s]", strings.Join(all, ","))
			return
		}
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"message":"service not found"}`)
	}))
	defer srv.Close()
	e := connect(t, driver.Config{URL: strings.Replace(srv.URL, "http", "tcp", 1)})
	var hs []executor.Handle
	for i := range len(cases) + 1 {
		hs = append(hs, executor.Handle(godocker.AttemptName("c", int64(i+1), 1, "abcdef012345")))
	}
	got, err := e.Inspect(t.Context(), hs)
	must(t, err)
	for i, c := range cases {
		x := got[i]
		if x.Phase != c.phase || x.ExitCode != c.code || x.Outcome != c.outcome || !strings.Contains(x.Reason, c.reason) || c.reason == "" && x.Reason != "" {
			t.Errorf("%s: %+v", c.what, x)
		}
	}
	for i, c := range cases {
		if x := got[i]; c.what == "complete" && x.Ended.Sub(x.Started) != time.Minute { // its start was not seen: it was created then
			t.Errorf("it ran from %v to %v", x.Started, x.Ended)
		}
	}
	if x := got[len(cases)]; x.Phase != executor.Lost {
		t.Errorf("unknown: %+v", x)
	}
}
