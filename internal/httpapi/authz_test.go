package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/authz"
	"godocker/internal/httpapi"
	"godocker/store"
)

// gate decides for the engines of the cluster lab.
func gate(t *testing.T, st store.Store) *authz.Gate {
	t.Helper()
	key, err := authz.NewKey(passphrase, "lab")
	if err != nil {
		t.Fatal(err)
	}
	return &authz.Gate{Key: key, Users: []string{"ops"}, Live: authz.Attempts(st)}
}

// engineAsks sends what an engine would, and returns what it is told.
func (s *site) engineAsks(doc api.EngineRequest) (got api.EngineAnswer) {
	s.Helper()
	text, err := json.Marshal(doc)
	s.must(err)
	s.read(s.call("POST", "/AuthZPlugin.AuthZReq", "", string(text)), &got)
	if got.Allow != (got.Msg == "") {
		s.Errorf("%+v: what is refused says why, and nothing else does", got)
	}
	return got
}

func (s *site) attempt(id int64, number int) string {
	s.Helper()
	t, err := s.store.Task(s.Context(), id)
	s.must(err)
	return godocker.AttemptName("lab", id, number, t.Mark())
}

// A token lives as long as its attempt, however often it is used.
func TestTokenDiesWithItsAttempt(t *testing.T) {
	s := newSite(t, func(srv *httpapi.Server) { srv.Authz = gate(t, srv.Store) })
	id := s.submit("ann").ID
	name := s.attempt(id, 1)
	create := authz.Request{Method: "POST", URI: "/v1.41/containers/create?name=" + name, Body: []byte(`{"Image":"busybox:1"}`)}
	token, err := s.server.Authz.Key.Sign(name, create)
	s.must(err)
	doc := api.EngineRequest{RequestMethod: create.Method, RequestURI: create.URI, RequestBody: create.Body, RequestHeaders: map[string]string{authz.Header: token}}
	start, remove := doc, doc
	start.RequestURI, start.RequestBody = "/v1.41/containers/"+name+"/start", nil
	remove.RequestMethod, remove.RequestURI, remove.RequestBody = "DELETE", "/v1.41/containers/"+name+"?force=1", nil
	check := func(when string, begins bool) {
		t.Helper()
		for what, doc := range map[string]api.EngineRequest{"create": doc, "start": start} {
			if got := s.engineAsks(doc); got.Allow != begins || !begins && !strings.Contains(got.Msg, "is over") {
				t.Errorf("%s, %s: %+v", what, when, got)
			}
		}
		if got := s.engineAsks(remove); !got.Allow {
			t.Errorf("remove, %s: %+v", when, got)
		}
	}
	check("while the task waits", false)
	k := s.begin(id)
	check("while it runs", true)
	check("once more", true)
	s.must(s.store.Condemn(t.Context(), time.Now(), k, godocker.TimedOut, "Max duration reached"))
	check("while it is being ended", false)
	s.end(k, 0)
	check("when it is over", false)
	_, err = s.store.Archive(t.Context(), time.Now(), []int64{id})
	s.must(err)
	_, err = s.store.Purge(t.Context(), time.Now(), []int64{id})
	s.must(err)
	check("when it was removed", false)
}

// A second attempt has another token.
func TestTokenOfAnEarlierAttempt(t *testing.T) {
	s := newSite(t, func(srv *httpapi.Server) { srv.Authz = gate(t, srv.Store) })
	id := s.submit("ann").ID
	k := s.begin(id)
	_, err := s.store.Ended(t.Context(), time.Now(), []store.End{{AttemptKey: k, Ended: time.Now()}})
	s.must(err)
	_, err = s.store.Finish(t.Context(), time.Now(), []store.Finish{{AttemptKey: k, Outcome: godocker.NodeLost, Again: true}})
	s.must(err)
	s.begin(id)
	for attempt, want := range map[int]bool{1: false, 2: true, 3: false} {
		name := s.attempt(id, attempt)
		token, err := s.server.Authz.Key.Sign(name)
		s.must(err)
		got := s.engineAsks(api.EngineRequest{RequestMethod: "POST", RequestURI: "/containers/" + name + "/start", RequestHeaders: map[string]string{authz.Header: token}})
		if got.Allow != want {
			t.Errorf("attempt %d: %+v", attempt, got)
		}
	}
}

// Only what the engine itself checked makes somebody an administrator.
func TestEngineAdministrators(t *testing.T) {
	s := newSite(t, func(srv *httpapi.Server) { srv.Authz = gate(t, srv.Store) })
	for _, c := range []struct {
		user, method string
		want         bool
	}{{"ops", "TLS", true}, {"ops", "", false}, {"root", "TLS", false}, {"", "TLS", false}} {
		if got := s.engineAsks(api.EngineRequest{User: c.user, UserAuthNMethod: c.method, RequestMethod: "GET", RequestURI: "/v1.41/containers/json"}); got.Allow != c.want {
			t.Errorf("%q by %q: %+v", c.user, c.method, got)
		}
	}
}

// While the tasks cannot be looked up nothing begins.
func TestEngineWithoutStore(t *testing.T) {
	s := newSite(t, func(srv *httpapi.Server) { srv.Authz = gate(t, srv.Store) })
	token, err := s.server.Authz.Key.Sign("god-lab-1-1-0123456789ab")
	s.must(err)
	s.must(s.store.Close())
	start := api.EngineRequest{RequestMethod: "POST", RequestURI: "/containers/god-lab-1-1-0123456789ab/start", RequestHeaders: map[string]string{authz.Header: token}}
	for _, doc := range []api.EngineRequest{start, {}} { // nothing at all is what comes of an engine's second try
		if got := s.engineAsks(doc); got.Allow || got.Err == "" || !strings.Contains(got.Msg, "try again") {
			t.Errorf("%+v: %+v", doc, got)
		}
	}
}

// What an engine sends may be large, as long as engines may ask at all.
func TestEngineBodies(t *testing.T) {
	s := newSite(t, func(srv *httpapi.Server) { srv.Authz = gate(t, srv.Store) })
	large := strings.Repeat("A", 2<<20)
	if got := s.engineAsks(api.EngineRequest{RequestMethod: "POST", RequestURI: "/containers/create", RequestBody: []byte(large)}); got.Allow {
		t.Errorf("%+v", got)
	}
	for _, path := range []string{"/AuthZPlugin.AuthZReq", "/AuthZPlugin.AuthZRes"} {
		s.problem(s.call("POST", path, "", large+large), http.StatusRequestEntityTooLarge)
		s.problem(newSite(t).call("POST", path, "", large), http.StatusRequestEntityTooLarge)
	}
	s.problem(s.call("POST", "/AuthZPlugin.AuthZReq", "", `{"RequestBody":"not base64!"}`), http.StatusBadRequest)
}
