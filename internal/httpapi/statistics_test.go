package httpapi_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/httpapi"
	"godocker/internal/simulate"
)

// People see their own tasks and those of their projects, whose owners they are told only
// where tasks are shared; administrators see all.
func TestStatisticsTellWhatOneMaySee(t *testing.T) {
	for _, shared := range []bool{false, true} {
		s := newSite(t, func(srv *httpapi.Server) { srv.ShareProjects = shared })
		s.must(s.store.CreateProject(t.Context(), godocker.Project{ID: "lab", Members: []string{"ann", "bob"}}))
		var added api.Added
		s.read(s.call("POST", "/api/1.0/task", "bob", `{"user":{"project":"lab"},"command":{"cmd":"true"}}`), &added)
		s.fail(s.begin(added.ID), 3)
		s.end(s.begin(s.submit("bob").ID), 0)
		s.end(s.begin(s.submit("ann").ID), 0)
		s.begin(s.submit("bob").ID)
		s.submit("ann")

		of := func(who string) (doc api.Statistics, ended map[[2]string]int) {
			s.read(s.call("GET", "/api/1.0/statistics", who, ""), &doc)
			ended = map[[2]string]int{}
			for _, p := range doc.Parts {
				ended[[2]string{p.User, p.Project}] = p.Tasks
			}
			return doc, ended
		}
		whose := map[bool]string{true: "bob"}[shared]
		doc, ended := of("ann")
		if len(ended) != 2 || ended[[2]string{"ann", "default"}] != 1 || ended[[2]string{whose, "lab"}] != 1 || doc.Site || len(doc.Holders) != 0 {
			t.Errorf("shared %v: ann sees %v, holders %v", shared, ended, doc.Holders)
		}
		if doc.Waiting != 1 || doc.Running != 0 {
			t.Errorf("shared %v: ann sees %d waiting and %d running", shared, doc.Waiting, doc.Running)
		}
		last := doc.Moments[len(doc.Moments)-1]
		if last.Submitted != 3 || last.Ended != 2 || last.Failed != 1 || last.Waiting != 1 {
			t.Errorf("shared %v: the newest moment of ann: %+v", shared, last)
		}
		doc, ended = of("root1")
		if len(ended) != 3 || ended[[2]string{"bob", "default"}] != 1 || !doc.Site || len(doc.Holders) != 1 || doc.Running != 1 {
			t.Errorf("shared %v: an administrator sees %v, %d running", shared, ended, doc.Running)
		}
	}
}

// A window in the past begins with what waited then.
func TestStatisticsOfThePast(t *testing.T) {
	s := newSite(t)
	k := s.task(s.submit("ann").ID)
	k.ID, k.Submitted = 0, time.Now().Add(-49*time.Hour)
	_, err := s.store.Submit(t.Context(), []godocker.Task{k})
	s.must(err)
	var doc api.Statistics
	to := time.Now().Add(-24 * time.Hour).Unix()
	s.read(s.call("GET", "/api/1.0/statistics?from="+itoa(to-48*3600)+"&to="+itoa(to)+"&step=1", "root1", ""), &doc)
	first, last := doc.Moments[0], doc.Moments[len(doc.Moments)-1]
	if doc.Waiting != 2 || first.Waiting != 0 || last.Waiting != 1 {
		t.Errorf("now %d wait; then %d, and %d in the end", doc.Waiting, first.Waiting, last.Waiting)
	}
}

// What is done to others is written down, what people do with their own tasks is not, and
// nothing that is secret.
func TestWhatIsWrittenDown(t *testing.T) {
	s := newSite(t)
	theirs, own := s.submit("ann"), s.submit("root1")
	for _, id := range []int64{theirs.ID, own.ID} {
		s.call("DELETE", "/api/1.0/task/"+itoa(id), "root1", "")
	}
	s.call("POST", "/api/1.0/user/ann/key", "ann", `{"name":"laptop"}`)
	s.call("POST", "/api/1.0/authenticate", "", annsPassword)
	s.call("POST", "/api/1.0/authenticate", "", `{"user":"ann","password":"not the password"}`)
	s.call("PUT", "/api/1.0/user/ann", "root1", `{"credentials":{"public":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZnSCjSPhxphAJlPafw6xdLFAS04NQdjzVeH6KdMemb"}}`)
	var doc api.Acts
	s.read(s.call("GET", "/api/1.0/audit", "root1", ""), &doc)
	type line struct{ who, action, object, refused string }
	var got []line
	for _, a := range doc.Acts {
		got = append(got, line{a.Who, a.Action, a.Object, a.Refused})
		for _, secret := range []string{"AAAA", "not the password", "correct horse"} {
			if containsAny(secret, a.Detail, a.Object, a.Refused) {
				t.Errorf("%s tells a secret: %+v", a.Action, a)
			}
		}
	}
	want := []line{
		{"root1", "user.change", "user ann", ""},
		{"", "login", "user ann", "the password is wrong"},
		{"ann", "login", "user ann", ""},
		{"ann", "user.key.add", "user ann", ""},
		{"root1", "task.kill", "task " + itoa(theirs.ID) + " of ann", ""},
	}
	same(t, got, want)
}

func containsAny(part string, in ...string) bool {
	return slices.ContainsFunc(in, func(text string) bool { return strings.Contains(text, part) })
}

func same[T comparable](t *testing.T, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%v, want\n%v", got, want)
	}
}

// One simulation runs at a time, and none for long.
func TestSimulationIsBounded(t *testing.T) {
	s := newSite(t)
	ctx, stop := context.WithCancel(t.Context())
	begun := make(chan struct{})
	s.server.Simulate = func(ctx context.Context, _, _ string) ([]simulate.Named, error) {
		close(begun)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	req := s.request("POST", at("/simulation"), "root1", strings.NewReader(`{"file":"x"}`)).WithContext(ctx)
	over := make(chan struct{})
	go func() {
		defer close(over)
		if resp, err := noRedirects.Do(req); err == nil {
			resp.Body.Close()
		}
	}()
	<-begun
	s.problem(s.call("POST", "/api/1.0/simulation", "root1", `{"file":"x"}`), 429)
	stop()
	<-over
}
