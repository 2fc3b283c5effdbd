package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"godocker"
	"godocker/api"
)

// A recipe is seen and run where it is shared, and changed by its owner and by who leads
// the project.
func TestRecipesOfAProject(t *testing.T) {
	s := newSite(t)
	s.known("cat")
	s.must(s.store.CreateProject(t.Context(), godocker.Project{ID: "lab", Members: []string{"ann", "bob", "cat"}, Leaders: []string{"cat"}}))
	var r api.Recipe
	s.read(s.call("POST", "/api/1.0/recipe", "ann", `{"name":"r","project":"lab","inputs":[{"name":"N","kind":"number"}],"task":{"command":{"cmd":"true"}}}`), &r)
	at := "/api/1.0/recipe/" + itoa(r.ID)
	if !r.Mine || r.Owner != "ann" {
		t.Errorf("made: %+v", r)
	}
	for who, mine := range map[string]bool{"ann": true, "bob": false, "cat": true, "root1": true} {
		var all []api.Recipe
		s.read(s.call("GET", "/api/1.0/recipe", who, ""), &all)
		if len(all) != 1 || all[0].Mine != mine {
			t.Errorf("%s sees %+v", who, all)
		}
	}
	var added api.Added
	s.read(s.call("POST", at+"/task", "bob", `{"inputs":{"N":4}}`), &added)
	if got := s.task(added.ID); got.User.ID != "bob" || got.User.Project != "lab" || got.Command.Env["N"] != "4" {
		t.Errorf("the task is %+v", got)
	}
	s.problem(s.call("PUT", at, "bob", `{"name":"b"}`), http.StatusForbidden)
	s.problem(s.call("DELETE", at, "bob", ""), http.StatusForbidden)
	s.read(s.call("PUT", at, "cat", `{"name":"c"}`), &r)
	if r.Name != "c" || r.Owner != "ann" {
		t.Errorf("changed by who leads: %+v", r)
	}
	for project, words := range map[string]string{"other": "not a member", "default": "only administrators"} {
		if p := s.problem(s.call("PUT", at, "ann", `{"project":"`+project+`"}`), http.StatusBadRequest); !strings.Contains(p.Detail, words) {
			t.Errorf("shared in %s: %s", project, p.Detail)
		}
	}
	s.read(s.call("PUT", at, "ann", `{"project":""}`), &r)
	for _, who := range []string{"bob", "cat"} {
		s.problem(s.call("GET", at, who, ""), http.StatusNotFound)
		s.problem(s.call("POST", at+"/task", who, `{}`), http.StatusNotFound)
	}
	s.read(s.call("PUT", at, "root1", `{"project":"default"}`), &r)
	s.read(s.call("GET", at, "bob", ""), &r)
}

// A recipe whose owner is gone is theirs who takes it out of the project.
func TestRecipeLeftBehind(t *testing.T) {
	s := newSite(t)
	s.known("cat")
	s.must(s.store.CreateProject(t.Context(), godocker.Project{ID: "lab", Members: []string{"ann", "cat"}, Leaders: []string{"ann"}}))
	var r api.Recipe
	s.read(s.call("POST", "/api/1.0/recipe", "cat", `{"name":"r","project":"lab","task":{"command":{"cmd":"true"}}}`), &r)
	s.must(s.store.DeleteUser(t.Context(), "cat"))
	at := "/api/1.0/recipe/" + itoa(r.ID)
	s.read(s.call("PUT", at, "ann", `{"name":"mine"}`), &r)
	if r.Owner != "" || !r.Mine {
		t.Errorf("in the project: %+v", r)
	}
	s.read(s.call("PUT", at, "ann", `{"project":" "}`), &r)
	if r.Owner != "ann" || r.Project != "" {
		t.Errorf("out of it: %+v", r)
	}
	s.read(s.call("GET", at, "ann", ""), &r)
}

// Who leads a project changes who is in it, and nothing that costs the site something.
func TestLeadersOfAProject(t *testing.T) {
	s := newSite(t)
	s.must(s.store.CreateProject(t.Context(), godocker.Project{ID: "lab", Members: []string{"ann"}, Leaders: []string{"ann"}, Priority: 50}))
	var p api.Project
	s.read(s.call("POST", "/api/1.0/project/lab", "ann", `{"members":["ann","bob"],"description":"new","prio":100,"quota_cpu":9,"volumes":[{"name":"v","path":"/etc"}],"leaders":["ann","bob"]}`), &p)
	if len(p.Members) != 2 || p.Description != "new" || p.Prio != 50 || p.QuotaCPU != 0 || len(p.Volumes) != 0 || len(p.Leaders) != 1 {
		t.Errorf("after its leader: %+v", p)
	}
	s.problem(s.call("POST", "/api/1.0/project/lab", "bob", `{"members":["bob"]}`), http.StatusForbidden)
	s.problem(s.call("POST", "/api/1.0/project/lab", "ann", `{"members":["bob"]}`), http.StatusBadRequest)
	s.problem(s.call("POST", "/api/1.0/project/lab", "root1", `{"leaders":["root1"]}`), http.StatusBadRequest)
	s.problem(s.call("POST", "/api/1.0/project/lab", "root1", `{"members":["bob"],"leaders":["ann"]}`), http.StatusBadRequest)
	s.read(s.call("POST", "/api/1.0/project/lab", "root1", `{"members":["bob"]}`), &p)
	if len(p.Leaders) != 0 {
		t.Errorf("who is a member no more leads still: %+v", p)
	}
}

// Of the use of a project, those who lead it see everybody's, others their own and the
// rest as one.
func TestUseByMember(t *testing.T) {
	s := newSite(t)
	s.server.Window = 3
	s.must(s.store.CreateProject(t.Context(), godocker.Project{ID: "lab", Members: []string{"ann", "bob"}, Leaders: []string{"ann"}}))
	for _, who := range []string{"ann", "bob"} {
		var added api.Added
		s.read(s.call("POST", "/api/1.0/task", who, `{"user":{"project":"lab"},"command":{"cmd":"true"}}`), &added)
		s.begin(added.ID)
	}
	for who, want := range map[string]string{"ann": "ann bob", "bob": " bob", "root1": "ann bob"} {
		var lines []api.MemberUsage
		s.read(s.call("GET", "/api/1.0/project/lab/member/usage", who, ""), &lines)
		var names []string
		for _, l := range lines {
			names = append(names, l.User)
		}
		if strings.Join(names, " ") != want {
			t.Errorf("%s sees %q, want %q", who, names, want)
		}
	}
}

func TestPreferences(t *testing.T) {
	s := newSite(t)
	var doc map[string]any
	s.read(s.call("PUT", "/api/1.0/user/ann/preference", "ann", `{"email":true,"of others":{"a":1}}`), &doc)
	s.read(s.call("GET", "/api/1.0/user/ann/preference", "ann", ""), &doc)
	if doc["email"] != true || doc["of others"] == nil {
		t.Errorf("kept: %v", doc)
	}
	s.problem(s.call("PUT", "/api/1.0/user/ann/preference", "ann", `{"a":"`+strings.Repeat("x", 20_000)+`"}`), http.StatusRequestEntityTooLarge)
}
