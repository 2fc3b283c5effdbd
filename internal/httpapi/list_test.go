package httpapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/httpapi"
	"godocker/store"
)

func TestListsOfFields(t *testing.T) {
	s := newSite(t)
	id := itoa(s.submit("ann").ID)
	for fields, want := range map[string]string{
		"id":                          `{"id":` + id + `}`,
		"id, status.primary ,":        `{"id":` + id + `,"status":{"primary":"pending"}}`,
		"status.date_over,meta.tags":  `{"meta":{"tags":[]},"status":{"date_over":null}}`,
		"status.wish.kind,id":         `{"id":` + id + `,"status":{}}`, // there is no wish
		"notify,notify.email":         `{"notify":{"email":false}}`,
		"notify.email,notify":         `{"notify":{"email":false}}`,
		"requirements.array.nb_tasks": `{"requirements":{"array":{"nb_tasks":null}}}`,
		"requirements.cpu,date":       "",
	} {
		a := s.call("GET", "/api/1.0/task?fields="+url.QueryEscape(fields), "ann", "")
		var page struct{ Tasks []json.RawMessage }
		if s.read(a, &page); len(page.Tasks) != 1 || want != "" && string(page.Tasks[0]) != want {
			t.Errorf("%q: %s, want %s", fields, a.text, want)
		}
	}
	for fields, message := range map[string]string{
		"nothing": `a task has no field "nothing"; want one of id, parent_task_id, date, user, meta,`, "status.nothing": `"status.nothing"; want one of primary, secondary`,
		"id.x": `no field "id.x"`, "date.Time": "no field", "requirements.cpu.Value": "no field", ".": "no field", "status.": "no field", "ID": "no field",
		"status,status.no": `no field "status.no"`,
	} {
		doc := s.problem(s.call("GET", "/api/1.0/task?fields="+url.QueryEscape(fields), "ann", ""), 400)
		if len(doc.Errors) != 1 || doc.Errors[0].Field != "fields" || !strings.Contains(doc.Errors[0].Message, message) {
			t.Errorf("%q: %+v, want %q", fields, doc, message)
		}
	}
	whole, all := s.call("GET", "/api/1.0/task?limit=1", "ann", ""), s.call("GET", "/api/1.0/task/"+id, "ann", "")
	var page api.Page
	var task api.Task
	s.read(whole, &page)
	if s.read(all, &task); page.Tasks[0].ID != task.ID || !strings.Contains(whole.text, `"requirements"`) {
		t.Errorf("without fields the list has %s", whole.text)
	}
}

func TestListsByDate(t *testing.T) {
	s := newSite(t)
	for _, at := range []int64{1000, 2000, 3000} {
		var added api.Added
		s.read(s.call("POST", "/api/1.0/task", "ann", fmt.Sprintf(`{"date":%d,"command":{"cmd":"true"}}`, at)), &added)
	}
	for query, want := range map[string]string{
		"": "[3,2,1]", "since=2000": "[3,2]", "until=2000": "[1]", "since=1500.5&until=3000": "[2]", "since=0&until=0": "[3,2,1]", "since=3000.5": "[]",
	} {
		var page api.Page
		s.read(s.call("GET", "/api/1.0/task?"+query, "ann", ""), &page)
		if got := idsOf(page.Tasks); got != want {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
	}
	for _, query := range []string{"since=-1", "until=1e18", "since=NaN", "since=yesterday"} {
		s.problem(s.call("GET", "/api/1.0/task?"+query, "ann", ""), 400)
	}
}

func TestListsByOutcome(t *testing.T) {
	s := newSite(t)
	array := `{"command":{"cmd":"true"},"requirements":{"array":{"values":"1:5"}}}`
	s.read(s.call("POST", "/api/1.0/task", "ann", array), &api.Added{})
	for id := int64(2); id < 6; id++ {
		if k := s.begin(id); id%2 == 0 {
			s.end(k, 0)
		} else {
			s.fail(k, 3)
		}
	}
	for query, want := range map[string]string{
		"parent=1&order=oldest":                               "[2,3,4,5,6]",
		"parent=1&order=oldest&outcome=unsuccessful":          "[3,5]",
		"parent=1&order=oldest&outcome=unsuccessful&limit=1":  "[3]",
		"parent=1&order=oldest&outcome=unsuccessful&before=3": "[5]",
		"parent=1&state=over&outcome=succeeded, failed":       "[5,4,3,2]",
		"parent=1&state=pending&outcome=failed":               "[]",
		"parent=1&outcome=killed,":                            "[]",
		"outcome=failed":                                      "[]", // the array is not over
	} {
		var page api.Page
		s.read(s.call("GET", "/api/1.0/task?"+strings.ReplaceAll(query, " ", "+"), "ann", ""), &page)
		if got := idsOf(page.Tasks); got != want {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
	}
	doc := s.problem(s.call("GET", "/api/1.0/task?outcome=lost", "ann", ""), 400)
	if len(doc.Errors) != 1 || doc.Errors[0].Field != "outcome" || !strings.Contains(doc.Errors[0].Message, "out_of_memory") {
		t.Errorf("%+v", doc)
	}
}

func idsOf(ts []api.Task) string {
	var ids []int64
	for _, k := range ts {
		ids = append(ids, k.ID)
	}
	return itoaAll(ids)
}

// Whoever turns the pages sees each task once that was there all the time, and no task
// twice, whatever comes, moves and goes meanwhile.
func TestPagesWhileTasksChange(t *testing.T) {
	s := newSite(t)
	for range 20 {
		s.submit("ann")
	}
	var seen []int64
	for before, turn := int64(0), 0; turn == 0 || before != 0; turn++ {
		var page api.Page
		s.read(s.call("GET", fmt.Sprintf("/api/1.0/task?limit=3&before=%d&fields=id", before), "ann", ""), &page)
		for _, k := range page.Tasks {
			seen = append(seen, k.ID)
		}
		before = page.Next
		s.submit("ann")
		s.end(s.begin(int64(20-turn)), 0)
		if turn == 2 { // one that is yet to come goes away
			s.end(s.begin(5), 0)
			s.must(s.purge(5))
		}
	}
	var want []int64
	for id := int64(20); id > 0; id-- {
		if id != 5 {
			want = append(want, id)
		}
	}
	if !slices.Equal(seen, want) {
		t.Errorf("the pages show %v", seen)
	}
}

func (s *site) purge(id int64) error {
	if _, err := s.store.Archive(s.Context(), time.Now(), []int64{id}); err != nil {
		return err
	}
	_, err := s.store.Purge(s.Context(), time.Now(), []int64{id})
	return err
}

func TestImagesThatSucceeded(t *testing.T) {
	s := newSite(t, func(srv *httpapi.Server) {
		srv.Config.Images = append(srv.Config.Images, api.Image{Name: "ssh", URL: "ssh:1", Interactive: true})
	})
	run := func(who, image string, code int) {
		var added api.Added
		s.read(s.call("POST", "/api/1.0/task", who, `{"container":{"image":"`+image+`"},"command":{"cmd":"true"}}`), &added)
		k := s.begin(added.ID)
		if code == 0 {
			s.end(k, 0)
			return
		}
		s.fail(k, code)
	}
	run("ann", "busybox:1", 0)
	run("bob", "busybox:1", 0)
	run("ann", "debian:12", 1)
	for who, want := range map[string]string{"ann": "debian:12 true false|ssh:1 true false|busybox:1 false true", "root1": "debian:12 true false|ssh:1 true false"} {
		var ims []api.UsedImage
		s.read(s.call("GET", "/api/1.0/image", who, ""), &ims)
		var got []string
		for _, im := range ims {
			got = append(got, fmt.Sprintf("%s %t %t", im.URL, im.Configured, !im.Used.IsZero()))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s has %q, want %q", who, got, want)
		}
	}
}

func TestNodesAndWhatIsHeld(t *testing.T) {
	s := newSite(t, func(srv *httpapi.Server) {
		srv.Nodes = func(context.Context) []api.NodeState {
			return []api.NodeState{{Executor: "docker", Name: "localhost", CPU: 4, RAM: 8, Labels: map[string]string{"disk": "ssd"}},
				{Executor: "sge", Down: true, Labels: map[string]string{}, Reason: "the executor does not answer: x509: certificate signed by unknown authority"}}
		}
	})
	a, b := s.submit("ann"), s.submit("bob")
	s.submit("ann")
	s.begin(a.ID)
	s.end(s.begin(b.ID), 0)
	var ns []api.NodeState
	s.read(s.call("GET", "/api/1.0/node", "bob", ""), &ns)
	if len(ns) != 2 || ns[0].HeldCPU != 1 || ns[0].HeldRAM != 2 || ns[0].Tasks != 1 || ns[0].Labels["disk"] != "ssd" || !ns[1].Down || ns[1].Tasks != 0 || ns[1].Reason != "the executor does not answer" {
		t.Errorf("the nodes are %+v", ns)
	}
	s.read(s.call("GET", "/api/1.0/node", "root1", ""), &ns)
	if len(ns) != 2 || !strings.HasSuffix(ns[1].Reason, ": x509: certificate signed by unknown authority") {
		t.Errorf("an administrator sees the nodes %+v", ns)
	}
	none := newSite(t)
	if a := none.call("GET", "/api/1.0/node", "bob", ""); strings.TrimSpace(a.text) != "[]" {
		t.Errorf("without executors the answer is %s", a.text)
	}
}

// fail moves a running task to over without success.
func (s *site) fail(k store.AttemptKey, code int) {
	s.Helper()
	_, err := s.store.Ended(s.Context(), time.Now(), []store.End{{AttemptKey: k, ExitCode: &code, Ended: time.Now()}})
	s.must(err)
	_, err = s.store.Finish(s.Context(), time.Now(), []store.Finish{{AttemptKey: k, ExitCode: &code, Outcome: godocker.Failed}})
	s.must(err)
}
