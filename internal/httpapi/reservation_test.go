package httpapi_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/httpapi"
)

// oneNode gives a site a machine.
func oneNode(srv *httpapi.Server) {
	srv.Nodes = func(context.Context) []api.NodeState {
		return []api.NodeState{{Executor: "docker", Name: "localhost", CPU: 4, RAM: 8, GPUs: 1, Labels: map[string]string{"disk": "ssd"}}}
	}
}

// farm gives a site two executors with machines, and one that does not answer.
func farm(srv *httpapi.Server) {
	srv.Nodes = func(context.Context) []api.NodeState {
		return []api.NodeState{{Executor: "docker", Name: "n1"}, {Executor: "docker", Name: "n2", Labels: map[string]string{"reservation": "ann, lab"}},
			{Executor: "sge", Name: "n2"}, {Executor: "sge", Name: "n3"}, {Executor: "slurm", Down: true}}
	}
}

func TestReservations(t *testing.T) {
	s := newSite(t, farm)
	s.must(s.store.CreateProject(t.Context(), godocker.Project{ID: "lab"}))
	reserve := func(doc string) (r api.Reservation) {
		t.Helper()
		s.read(s.call("POST", "/api/1.0/reservation", "root1", doc), &r)
		return r
	}
	later := time.Now().Add(time.Hour).Truncate(time.Second)
	course := reserve(`{"nodes":["n1"," n1 "],"for":["bob","lab"],"from":"` + later.Format(time.RFC3339) + `","to":"` + later.Add(time.Hour).Format(time.RFC3339) + `","reason":"a  course"}`)
	if course.Executor != "docker" || !slices.Equal(course.Nodes, []string{"n1"}) || !slices.Equal(course.For, []string{"bob", "lab"}) || course.Active ||
		!course.From.Equal(later) || !course.To.Equal(later.Add(time.Hour)) || course.Reason != "a course" || course.By != "root1" {
		t.Errorf("the course: %+v", course)
	}
	drain := reserve(`{"executor":"sge","nodes":["*"],"reason":"new disks"}`)
	if !drain.Active || len(drain.Nodes) != 0 || len(drain.For) != 0 || !drain.To.IsZero() {
		t.Errorf("the drain: %+v", drain)
	}
	_, err := s.store.SaveReservation(t.Context(), time.Now().Add(-time.Hour), godocker.Reservation{Executor: "docker", To: time.Now().Add(-time.Minute)})
	s.must(err)

	var rs []api.Reservation
	s.read(s.call("GET", "/api/1.0/reservation", "bob", ""), &rs)
	if len(rs) != 2 || rs[0].ID != course.ID || rs[1].ID != drain.ID {
		t.Errorf("the list without what is over: %+v", rs)
	}
	var ns []api.NodeState
	s.read(s.call("GET", "/api/1.0/node", "bob", ""), &ns)
	var got []string
	for _, n := range ns {
		word := n.Executor + "/" + n.Name
		if n.Drained {
			word += " drained"
		}
		for _, r := range n.Reservations {
			word += " for " + strings.Join(r.For, "+")
		}
		got = append(got, word)
	}
	want := []string{"docker/n1 for bob+lab", "docker/n2 for ann+lab", "sge/n2 drained for ", "sge/n3 drained for ", "slurm/"}
	if !slices.Equal(got, want) {
		t.Errorf("the nodes are %q, want %q", got, want)
	}
	s.read(s.call("DELETE", "/api/1.0/reservation/"+itoa(course.ID), "root1", ""), &struct{}{})
	if a := s.call("DELETE", "/api/1.0/reservation/"+itoa(course.ID), "root1", ""); a.StatusCode != http.StatusNotFound {
		t.Errorf("removed twice: %d", a.StatusCode)
	}
	if a := s.call("DELETE", "/api/1.0/reservation/x", "root1", ""); a.StatusCode != http.StatusNotFound {
		t.Errorf("a word for an id: %d", a.StatusCode)
	}
}

func TestReservationsAreChecked(t *testing.T) {
	s := newSite(t, farm)
	for _, c := range []struct {
		doc  string
		code int
		says string
	}{
		{`{"nodes":[]}`, 400, "want the names"},
		{`{"nodes":["n9"],"executor":"docker"}`, 400, "it has: n1, n2"},
		{`{"nodes":["n1"],"executor":"swarm"}`, 400, "want one of: docker, sge"},
		{`{"nodes":["n1","n3"]}`, 503, "slurm does not answer"},
		{`{"nodes":["n2"]}`, 400, "want one of: docker, sge"},
		{`{"nodes":["*"]}`, 400, "want one of: docker, sge"},
		{`{"nodes":["n1"],"executor":"slurm"}`, 503, "does not answer"},
		{`{"nodes":["n9"]}`, 503, "does not answer"},
		{`{"nodes":["n1"],"for":["ann","eve"]}`, 400, `no project \"eve\"`},
		{`{"nodes":["n1"],"to":"2001-01-01T00:00:00Z"}`, 400, "a time to come"},
		{`{"nodes":["n1"],"from":"2901-01-02T00:00:00Z","to":"2901-01-01T00:00:00Z"}`, 400, "after from"},
		{`{"nodes":["n1"],"from":"tuesday"}`, 400, "want a time such as"},
		{`{"nodes":["n1"],"reason":"` + strings.Repeat("x", 501) + `"}`, 400, "at most 500"},
	} {
		a := s.call("POST", "/api/1.0/reservation", "root1", c.doc)
		if a.StatusCode != c.code || !strings.Contains(a.text, c.says) {
			t.Errorf("%s: %d %s", c.doc, a.StatusCode, a.text)
		}
	}
	awake := newSite(t, farm, func(srv *httpapi.Server) {
		all := srv.Nodes
		srv.Nodes = func(ctx context.Context) []api.NodeState { return all(ctx)[:4] }
	})
	a := awake.call("POST", "/api/1.0/reservation", "root1", `{"nodes":["n1","n3"]}`)
	if a.StatusCode != http.StatusBadRequest || !strings.Contains(a.text, "docker has n1, n2; sge has n2, n3") {
		t.Errorf("nodes of two executors: %d %s", a.StatusCode, a.text)
	}
	rs, err := s.store.Reservations(t.Context())
	s.must(err)
	if len(rs) != 0 {
		t.Errorf("kept all the same: %+v", rs)
	}
}
