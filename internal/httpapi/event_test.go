package httpapi_test

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/httpapi"
	"godocker/store"
)

// event is the next change.
func (f *feed) event() api.Event {
	f.s.Helper()
	var e api.Event
	m, ok := f.next()
	if !ok || m.event != "task" || json.Unmarshal([]byte(m.data), &e) != nil || m.id != strconv.FormatInt(e.Seq, 10) {
		f.s.Fatalf("want a change, got %+v", m)
	}
	return e
}

func TestEventsShowOnlyWhatOneMaySee(t *testing.T) {
	s := newSite(t, func(srv *httpapi.Server) { srv.ShareProjects = true })
	s.must(s.store.CreateProject(t.Context(), godocker.Project{ID: "lab", Members: []string{"ann", "bob"}}))
	anns, roots := s.feed("/event", "ann", ""), s.feed("/event", "root1", "")
	mine, other := s.submit("ann"), s.submit("bob")
	var shared api.Added
	s.read(s.call("POST", "/api/1.0/task", "bob", `{"user":{"project":"lab"},"command":{"cmd":"true"}}`), &shared)
	last := s.submit("ann")
	for _, want := range []int64{mine.ID, shared.ID, last.ID} {
		if e := anns.event(); e.TaskID != want || e.Kind != "submitted" || e.Primary != "pending" {
			t.Errorf("ann sees %+v, want task %d", e, want)
		}
	}
	for _, want := range []int64{mine.ID, other.ID, shared.ID, last.ID} {
		if e := roots.event(); e.TaskID != want {
			t.Errorf("the administrator sees %+v, want task %d", e, want)
		}
	}
}

func TestEventsGoOnWithoutAGap(t *testing.T) {
	s := newSite(t)
	first := s.feed("/event", "ann", "")
	a := s.submit("ann")
	seen := first.event()
	if first.stop(); seen.TaskID != a.ID {
		t.Fatalf("the first event is %+v", seen)
	}
	s.end(s.begin(a.ID), 0)
	b := s.submit("ann")
	again := s.feed("/event", "ann", strconv.FormatInt(seen.Seq, 10))
	want := []string{"starting", "running", "ending", "over"}
	for i, state := range want {
		if e := again.event(); e.TaskID != a.ID || e.State != state || e.Seq != seen.Seq+int64(i)+1 {
			t.Errorf("after the break comes %+v, want the task %s", e, state)
		}
	}
	if e := again.event(); e.TaskID != b.ID || e.Kind != "submitted" {
		t.Errorf("then comes %+v", e)
	}
	all := s.feed("/event", "ann", "0")
	if e := all.event(); e.Seq != 1 {
		t.Errorf("from the start comes %+v", e)
	}
}

// Whoever was away longer than events are kept hears of the next ones.
func TestEventsAfterThoseThatWereForgotten(t *testing.T) {
	s := newSite(t)
	s.submit("ann")
	s.must(s.store.Forget(t.Context(), time.Now().Add(time.Hour)))
	f := s.feed("/event", "ann", "0")
	b := s.submit("ann")
	for e := f.event(); e.TaskID != b.ID; e = f.event() {
		if e.TaskID > b.ID {
			t.Fatalf("got %+v", e)
		}
	}
}

// Whoever is disabled hears nothing more, also on a stream that is open.
func TestStreamsEndForTheDisabled(t *testing.T) {
	s := newSite(t)
	f := s.feed("/event", "ann", "")
	s.disable("ann")
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for _, more := f.next(); more; _, more = f.next() {
		}
	}()
	tick, late := time.NewTicker(100*time.Millisecond), time.After(patience/2)
	defer tick.Stop()
	for {
		_, err := s.store.Submit(t.Context(), []godocker.Task{{User: godocker.Owner{ID: "ann", Project: "default"}}})
		s.must(err)
		select {
		case <-ended:
			return
		case <-late:
			t.Fatal("the stream goes on")
		case <-tick.C:
		}
	}
}

// Killing a task that waits is answered when the scheduler has ended it, so the
// answer says so; here the test is the scheduler.
func TestKillOfAWaitingTask(t *testing.T) {
	s := newSite(t)
	task := s.submit("ann")
	f := s.feed("/event", "ann", "")
	done := make(chan error, 1)
	go func() {
		defer close(done)
		for f.event().Kind != string(godocker.EventWished) {
		}
		code := godocker.KilledExitCode
		l, _, err := s.store.Acquire(t.Context(), "schedule", "test", time.Now(), time.Hour)
		if err == nil {
			_, err = s.store.Decide(t.Context(), l, time.Now(), []store.Verdict{{ID: task.ID, Outcome: godocker.Killed, ExitCode: &code}})
		}
		done <- err
	}()
	var got api.TaskStatus
	s.read(s.call("DELETE", "/api/1.0/task/"+itoa(task.ID), "ann", ""), &got)
	s.must(<-done)
	st := got.Status
	if got.ID != task.ID || st.Primary != "over" || st.Secondary == nil || *st.Secondary != "killed" || *st.ExitCode != 137 || st.DateOver.IsZero() {
		t.Errorf("the answer is %+v", got)
	}
	s.problem(s.call("DELETE", "/api/1.0/task/"+itoa(task.ID), "ann", ""), 409)

	running := s.submit("ann")
	s.begin(running.ID)
	s.read(s.call("DELETE", "/api/1.0/task/"+itoa(running.ID), "ann", ""), &got)
	if st := got.Status; st.Primary != "running" || st.Secondary == nil || *st.Secondary != "kill requested" {
		t.Errorf("a running task that is killed is %+v", got)
	}
}

func TestAdministratorsHearOfReservations(t *testing.T) {
	s := newSite(t, oneNode)
	anns, roots := s.feed("/event", "ann", ""), s.feed("/event", "root1", "")
	s.read(s.call("POST", "/api/1.0/reservation", "root1", `{"nodes":["localhost"]}`), &struct{}{})
	a := s.submit("ann")
	if m, ok := roots.next(); !ok || m.event != "node" {
		t.Errorf("the administrator sees %+v", m)
	}
	if e := roots.event(); e.TaskID != a.ID {
		t.Errorf("and then %+v", e)
	}
	if e := anns.event(); e.TaskID != a.ID {
		t.Errorf("ann sees %+v", e)
	}
}
