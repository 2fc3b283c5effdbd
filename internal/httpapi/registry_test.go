package httpapi_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"godocker"
	"godocker/api"
	"godocker/internal/credential"
	"godocker/internal/httpapi"
)

// What is kept opens again, and is seen by nobody.
func TestRegistryLogins(t *testing.T) {
	var log bytes.Buffer
	s := newSite(t, func(srv *httpapi.Server) { srv.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	var said strings.Builder
	call := func(method, path, body string) answer {
		a := s.call(method, "/api/1.0/user/ann/registry"+path, "ann", body)
		said.WriteString(a.text)
		return a
	}
	var one api.Registry
	s.read(call("PUT", "/Lab.org:5000", `{"username":"ann1","password":"open sesame"}`), &one)
	s.read(call("PUT", "/index.docker.io", `{"username":"ann2","password":"sesame"}`), &one)
	if one.Registry != "docker.io" || one.Username != "ann2" || one.Date.IsZero() {
		t.Errorf("%+v", one)
	}
	s.read(call("PUT", "/lab.org:5000", `{"username":"ann3","password":"open, sesame"}`), &one)
	var all []api.Registry
	s.read(call("GET", "", ""), &all)
	if len(all) != 2 || all[0].Registry != "docker.io" || all[1].Registry != "lab.org:5000" || all[1].Username != "ann3" {
		t.Errorf("%+v", all)
	}
	kept, err := s.store.Logins(t.Context(), "ann")
	s.must(err)
	secret, err := s.server.Seal.Open(kept[1])
	if want := (credential.Secret{Password: "open, sesame"}); err != nil || secret != want || strings.Contains(kept[1].Secret, "sesame") {
		t.Errorf("%+v opens to %v, %v", kept[1], secret, err)
	}
	s.read(call("DELETE", "/docker.io", ""), &struct{}{})
	s.problem(call("DELETE", "/docker.io", ""), 404)
	s.problem(s.call("DELETE", "/api/1.0/user/bob/registry/lab.org:5000", "bob", ""), 404) // which is ann's
	for path, want := range map[string]string{"/lab": "registry", "/a%2Fb": "registry", "/lab.org": "username, password", "/lab.org?": "username, password"} {
		doc := s.problem(call("PUT", path, `{"username":"a:b","password":""}`), 400)
		for _, field := range strings.Split(want, ", ") {
			if !strings.Contains(doc.Detail, field+": want") {
				t.Errorf("%s: %+v", path, doc)
			}
		}
	}
	s.problem(call("PUT", "/lab.org", `{"username":"a","password":["sesame"]}`), 400)
	s.problem(call("PUT", "/lab.org", `{"username":"a","password":"sesame`), 400)
	s.problem(call("PUT", "/lab.org", `{"username":"a","password":"`+strings.Repeat("sesame", 4000)+`"}`), 400)
	if text := said.String() + log.String(); strings.Contains(text, "sesame") {
		t.Errorf("the password is told: %s", text)
	}
	if u, err := s.store.User(t.Context(), "ann"); err != nil || u.ID != "ann" {
		t.Error(err)
	}
	s.must(s.store.DeleteUser(t.Context(), "bob"))
	if err := s.store.SaveLogin(t.Context(), godocker.Login{User: "bob", Registry: "lab.org"}); err == nil {
		t.Error("a login of nobody is kept")
	}
}
