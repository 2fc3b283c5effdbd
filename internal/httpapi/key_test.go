package httpapi_test

import (
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/account"
)

const keysOfAnn = "/api/1.0/user/ann/key"

func (s *site) keysOf(who, user string) (list []api.Key) {
	s.Helper()
	s.read(s.call("GET", "/api/1.0/user/"+user+"/key", who, ""), &list)
	return list
}

func TestOwnKeys(t *testing.T) {
	s := newSite(t)
	before := len(s.keysOf("ann", "ann"))
	var made api.Key
	s.read(s.call("POST", keysOfAnn, "ann", `{"name":" robot ","scopes":["read","submit","read"],"expires":4102444800}`), &made)
	if !strings.HasPrefix(made.Key, "god_") || made.Name != "robot" || strings.Join(made.Scopes, " ") != "read submit" || made.Expires.Year() != 2100 ||
		strings.TrimSuffix(made.Prefix, "…") != made.Key[:8] || !made.Last.IsZero() {
		t.Errorf("made %+v", made)
	}
	a := s.call("GET", keysOfAnn, "ann", "")
	if strings.Contains(a.text, made.Key) || strings.Contains(a.text, account.Digest(made.Key)) {
		t.Error("the list has the key itself")
	}
	list := s.keysOf("ann reads", "ann")
	if len(list) != before+1 || list[before].ID != made.ID || list[before].Name != "robot" || list[0].Scopes[0] != "full" {
		t.Errorf("the list is %+v", list)
	}
	var token api.Token
	s.read(s.authenticate(`{"user":"ann","apikey":"`+made.Key+`"}`), &token)
	s.tokens["robot"] = token.Token
	if last := s.keysOf("ann", "ann")[before].Last; last.IsZero() {
		t.Error("its use is not recorded")
	}
	s.problem(s.call("POST", keysOfAnn, "robot", `{"name":"more"}`), 403) // nobody gets more with less
	s.problem(s.call("DELETE", keysOfAnn+"/"+itoa(made.ID), "robot", ""), 403)
	s.problem(s.call("DELETE", keysOfAnn+"/"+itoa(made.ID), "bob", ""), 404)
	s.problem(s.call("DELETE", "/api/1.0/user/bob/key/"+itoa(made.ID), "bob", ""), 404)
	var done map[string]string
	s.read(s.call("DELETE", keysOfAnn+"/"+itoa(made.ID), "ann", ""), &done)
	s.problem(s.call("GET", "/api/1.0/session", "robot", ""), 401)
	for _, id := range []string{itoa(made.ID), "0", "-1", "x", "99999999999999999999"} {
		s.problem(s.call("DELETE", keysOfAnn+"/"+id, "ann", ""), 404)
	}
	s.read(s.call("POST", keysOfAnn, "root1", `{"name":"by the administrator","scopes":["full","read"]}`), &made)
	if made.Scopes[0] != "full" || len(made.Scopes) != 1 {
		t.Errorf("a full key has the scopes %q", made.Scopes)
	}
	s.problem(s.call("POST", "/api/1.0/user/nobody/key", "root1", `{"name":"x"}`), 404)
}

func TestBadKeys(t *testing.T) {
	s := newSite(t)
	for body, field := range map[string]string{
		`{}`:                  "name",
		`{"name":"  "}`:       "name",
		`{"name":"a\nb"}`:     "name",
		`{"name":"a\u202eb"}`: "name",
		`{"name":"` + strings.Repeat("x", 65) + `"}`: "name",
		`{"name":"a","scopes":["write"]}`:            "scopes",
		`{"name":"a","scopes":[""]}`:                 "scopes",
		`{"name":"a","scopes":"read"}`:               "scopes",
		`{"name":"a","expires":1}`:                   "expires",
		`{"name":"a","expires":-1}`:                  "expires",
		`{"name":"a","expires":"tomorrow"}`:          "expires",
	} {
		doc := s.problem(s.call("POST", keysOfAnn, "ann", body), 400)
		if len(doc.Errors) != 1 || doc.Errors[0].Field != field {
			t.Errorf("%s: %+v, want an error of %s", body, doc, field)
		}
	}
	for i := len(s.keysOf("ann", "ann")); i < 100; i++ {
		_, _, err := account.NewKey(t.Context(), s.store, godocker.Key{User: "ann", Name: "one of many"}, time.Now())
		s.must(err)
	}
	s.problem(s.call("POST", keysOfAnn, "ann", `{"name":"one too many"}`), 409)
}
