package httpapi_test

import (
	"strings"
	"testing"

	"godocker"
	"godocker/api"
)

func (s *site) asks(method, path, who string) api.TaskStatus {
	s.Helper()
	var got api.TaskStatus
	s.read(s.call(method, "/api/1.0"+path, who, ""), &got)
	return got
}

func TestSuspendAndResume(t *testing.T) {
	s := newSite(t)
	id := itoa(s.submit("ann").ID)
	s.problem(s.call("GET", "/api/1.0/task/"+id+"/resume", "ann", ""), 409)
	got := s.asks("GET", "/task/"+id+"/suspend", "ann")
	if *got.Status.Secondary != "suspend requested" || got.Status.Wish.By != "ann" || got.Status.Wish.Asked.IsZero() || !got.Status.Wish.Done.IsZero() {
		t.Errorf("asked to suspend: %+v", got)
	}
	if got := s.asks("POST", "/task/"+id+"/resume", "root1"); *got.Status.Secondary != "resume requested" { // before it was suspended
		t.Errorf("asked to resume: %+v", got)
	}
	waits := s.submit("ann").ID
	s.suspend(waits)
	s.problem(s.call("GET", "/api/1.0/task/"+itoa(waits)+"/suspend", "ann", ""), 409)
	s.asks("DELETE", "/task/"+itoa(waits), "ann")
	s.problem(s.call("GET", "/api/1.0/task/"+itoa(waits)+"/resume", "ann", ""), 409) // it is being killed
	over := s.submit("ann").ID
	s.end(s.begin(over), 0)
	s.problem(s.call("GET", "/api/1.0/task/"+itoa(over)+"/suspend", "ann", ""), 409)
	s.problem(s.call("GET", "/api/1.0/task/4711/suspend", "ann", ""), 404)
}

func TestReschedule(t *testing.T) {
	s := newSite(t)
	var added api.Added
	s.read(s.call("POST", "/api/1.0/task", "ann", `{"meta":{"name":"n","tags":["a"]},"requirements":{"cpu":0.5},"command":{"cmd":"true"}}`), &added)
	id := added.ID
	s.problem(s.call("GET", "/api/1.0/task/"+itoa(id)+"/reschedule", "ann", ""), 409) // it waits
	k := s.begin(id)
	if got := s.asks("GET", "/task/"+itoa(id)+"/reschedule", "ann"); got.ID != id || *got.Status.Secondary != "reschedule requested" {
		t.Errorf("rescheduled while it runs: %+v", got)
	}
	s.end(k, 0)
	got := s.asks("GET", "/task/"+itoa(id)+"/reschedule", "root1")
	fresh := s.task(got.ID)
	if got.ID == id || fresh.Meta.RescheduledFrom != id || fresh.State != godocker.Pending || fresh.User.ID != "ann" || !strings.Contains(got.Msg, itoa(got.ID)) {
		t.Errorf("rescheduled after its end: %+v, %+v", got, fresh)
	}
	if fresh.Meta.Name != "n" || fresh.Meta.Tags[0] != "a" || fresh.Requirements.CPU != 0.5 || fresh.Command.Script != "true" {
		t.Errorf("it is another task: %+v", fresh)
	}
}

func TestRescheduleOfArrays(t *testing.T) {
	s := newSite(t)
	var added api.Added
	s.read(s.call("POST", "/api/1.0/task", "ann", `{"requirements":{"array":{"values":"3:5:2"}},"command":{"cmd":"true"}}`), &added)
	s.problem(s.call("GET", "/api/1.0/task/"+itoa(added.ID)+"/reschedule", "ann", ""), 409)
	for _, e := range s.task(added.ID).Requirements.Array.Tasks {
		s.end(s.begin(e), 0)
	}
	whole := s.task(s.asks("GET", "/task/"+itoa(added.ID)+"/reschedule", "ann").ID)
	if a := whole.Requirements.Array; a.Values != "3:5:2" || a.Count != 2 || whole.Meta.RescheduledFrom != added.ID {
		t.Errorf("the array: %+v", whole)
	}
	one := s.task(s.asks("GET", "/task/"+itoa(added.ID+2)+"/reschedule", "ann").ID)
	if a := one.Requirements.Array; a.Values != "5:5" || a.Count != 1 || one.Meta.RescheduledFrom != added.ID+2 {
		t.Errorf("an element: %+v", one)
	}
}

func TestKillAll(t *testing.T) {
	s := newSite(t)
	tagged := func(who string) int64 {
		var added api.Added
		s.read(s.call("POST", "/api/1.0/task", who, `{"meta":{"tags":["red"]},"command":{"cmd":"true"}}`), &added)
		return added.ID
	}
	red, plain, bobs := tagged("ann"), s.submit("ann").ID, tagged("bob")
	s.end(s.begin(s.submit("ann").ID), 0)
	var got api.Many
	s.read(s.call("DELETE", "/api/1.0/user/ann/task?tag=red", "ann", ""), &got)
	if itoaAll(got.Tasks) != itoaAll([]int64{red}) || got.Msg != "1 task will be killed" {
		t.Errorf("with the tag: %+v", got)
	}
	s.read(s.call("DELETE", "/api/1.0/user/ann/task", "root1", ""), &got)
	if itoaAll(got.Tasks) != itoaAll([]int64{plain, red}) {
		t.Errorf("all: %+v", got)
	}
	s.problem(s.call("DELETE", "/api/1.0/user/ann/task", "bob", ""), 404)
	if s.task(bobs).Wish.Kind != "" {
		t.Error("bob's task is killed, too")
	}
}

func TestArchive(t *testing.T) {
	s := newSite(t)
	runs := s.submit("ann").ID
	s.problem(s.call("GET", "/api/1.0/task/"+itoa(runs)+"/archive", "ann", ""), 409)
	s.problem(s.call("DELETE", "/api/1.0/task/"+itoa(runs)+"/archive", "ann", ""), 409)
	id, bobs := s.submit("ann").ID, s.submit("bob").ID
	for _, id := range []int64{id, bobs} {
		s.end(s.begin(id), 0)
	}
	if got := s.asks("GET", "/task/"+itoa(id)+"/archive", "ann"); got.Status.Wish.Kind != "archive" || got.Msg != "Task will be archived" {
		t.Errorf("archived: %+v", got)
	}
	var many api.Many
	s.read(s.call("GET", "/api/1.0/archive/1", "ann", ""), &many)
	if len(many.Tasks) != 0 || many.Msg != "0 tasks will be archived" {
		t.Errorf("over for more than a day: %+v", many)
	}
	s.read(s.call("DELETE", "/api/1.0/archive/0?tag=none", "ann", ""), &many)
	if len(many.Tasks) != 0 {
		t.Errorf("with another tag: %+v", many)
	}
	s.read(s.call("DELETE", "/api/1.0/archive/0", "ann", ""), &many)
	if itoaAll(many.Tasks) != itoaAll([]int64{id}) || s.task(bobs).Wish.Kind != "" {
		t.Errorf("purged: %+v", many)
	}
	s.problem(s.call("GET", "/api/1.0/archive/x", "ann", ""), 400)
}
