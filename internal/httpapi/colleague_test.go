package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/internal/account"
	"godocker/internal/httpapi"
)

// known adds a person who is logged in.
func (s *site) known(id string) {
	s.Helper()
	s.must(s.store.CreateUser(s.Context(), godocker.User{ID: id, Active: true, Source: "local"}))
	key, _, err := account.NewKey(s.Context(), s.store, godocker.Key{User: id}, time.Now())
	s.must(err)
	s.tokens[id], err = s.server.Desk.Exchange(s.Context(), id, key, time.Now())
	s.must(err)
}

// Who is disabled is nobody, whatever they still hold.
func TestAccessOfTheDisabled(t *testing.T) {
	s := newSite(t)
	s.known("dan")
	_, err := s.store.UpdateUser(t.Context(), "dan", func(u *godocker.User) error { u.Active = false; return nil })
	s.must(err)
	for name, want := range access {
		s.tryAccess(name, "dan", want[0])
	}
}

// Where tasks are shared, the members of a project see each other's tasks in it and
// change none; all else of one another stays their own. What a task serves is for those
// who see it.
func TestAccessOfColleagues(t *testing.T) {
	s := newSite(t, webPorts, func(s *httpapi.Server) { s.ShareProjects = true })
	s.known("cat")
	s.must(s.store.CreateProject(t.Context(), godocker.Project{ID: "lab", Members: []string{"ann", "cat"}}))
	s.project = "lab"
	for name, want := range access {
		code := want[2] // as another user, but for tasks
		switch {
		case !strings.Contains(name, " /task/{id}"):
		case want[4] == http.StatusOK, name == "POST /task/{id}/web": // what a key that only reads may
			code = http.StatusOK
		default:
			code = http.StatusForbidden
		}
		s.tryAccess(name, "cat", code)
	}
}
