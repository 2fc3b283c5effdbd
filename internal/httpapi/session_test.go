package httpapi_test

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/account"
	"godocker/internal/httpapi"
)

func (s *site) authenticate(body string, head ...string) answer {
	s.Helper()
	req := s.request("POST", "/api/1.0/authenticate", "", strings.NewReader(body))
	for i := 0; i+1 < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	return s.do(req)
}

func (s *site) cookie(body string, head ...string) *http.Cookie {
	s.Helper()
	a := s.authenticate(body, head...)
	if a.StatusCode != http.StatusOK || len(a.Cookies()) != 1 {
		s.Fatalf("logging in: %s, cookies %v: %s", a.Status, a.Cookies(), a.text)
	}
	return a.Cookies()[0]
}

const annsPassword = `{"user":"ann","password":"correct horse"}`

func TestAPIKeyBecomesAToken(t *testing.T) {
	s := newSite(t)
	var got api.Token
	a := s.authenticate(`{"user":"ann","apikey":"` + s.keys["ann"] + `"}`)
	if s.read(a, &got); len(a.Cookies()) != 0 {
		t.Error("an API key sets a cookie")
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(got.Token, ".")[1])
	s.must(err)
	if text := string(payload); !strings.Contains(text, `"urn:godocker/api"`) || strings.Contains(text, `"exp"`) || strings.Contains(text, s.keys["ann"]) {
		t.Errorf("the token says %s; want the audience, no end, and no key", text)
	}
	for _, wrong := range []string{
		`{"user":"ann","apikey":"wrong"}`, `{"user":"bob","apikey":"` + s.keys["ann"] + `"}`, `{"user":"nobody","apikey":"x"}`, `{"user":"ann","apikey":""}`,
		`{"user":"","apikey":"` + s.keys["ann"] + `"}`, `{}`, `{"user":"ann","password":"wrong"}`, `{"user":"nobody","password":"x"}`,
		`{"user":"ann","password":"` + s.keys["bob"] + `"}`, `{"user":"ann","password":"` + s.keys["ann reads"] + `"}`,
	} {
		if doc := s.problem(s.authenticate(wrong), 401); doc.Code != string(godocker.Unauthorized) {
			t.Errorf("%s: %+v", wrong, doc)
		}
	}
}

func TestTokensDieWithTheirKeyAndTheirUser(t *testing.T) {
	s := newSite(t)
	ok := func(who string, want int) {
		t.Helper()
		if a := s.call("GET", "/api/1.0/task/active", who, ""); a.StatusCode != want {
			t.Errorf("%s: %s, want %d", who, a.Status, want)
		}
	}
	ok("ann", 200)
	keys, err := s.store.ListKeys(t.Context(), "ann")
	s.must(err)
	s.must(s.store.DeleteKey(t.Context(), "ann", keys[0].ID))
	ok("ann", 401)
	ok("ann reads", 200) // another key
	ok("bob", 200)
	s.disable("bob")
	ok("bob", 401)
	s.problem(s.authenticate(`{"user":"bob","apikey":"`+s.keys["bob"]+`"}`), 401)
	s.problem(s.authenticate(`{"user":"bob","password":"correct horse"}`), 401)
}

func (s *site) disable(user string) {
	s.Helper()
	_, err := s.store.UpdateUser(s.Context(), user, func(u *godocker.User) error { u.Active = false; return nil })
	s.must(err)
}

func TestPasswordOpensASession(t *testing.T) {
	s := newSite(t)
	c := s.cookie(annsPassword)
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.MaxAge != int(s.server.Session.Seconds()) || c.Secure {
		t.Errorf("the cookie is %v", c)
	}
	if c := s.cookie(annsPassword, "X-Forwarded-Proto", "https"); !c.Secure {
		t.Error("behind https the cookie is not Secure")
	}
	var me api.User
	s.read(s.with(c, "GET", "/api/1.0/session", ""), &me)
	if me.ID != "ann" || strings.Contains(me.Credentials.APIKey, s.keys["ann"]) || !strings.HasPrefix(s.keys["ann reads"], "god_") {
		t.Errorf("the session is %+v", me)
	}
	a := s.with(c, "DELETE", "/api/1.0/session", "")
	if a.StatusCode != http.StatusOK || len(a.Cookies()) != 1 || a.Cookies()[0].MaxAge >= 0 {
		t.Errorf("logging out: %s %v", a.Status, a.Cookies())
	}
	s.problem(s.with(c, "GET", "/api/1.0/session", ""), 401) // whoever copied the cookie is out, too
	c = s.cookie(annsPassword)
	s.disable("ann")
	s.problem(s.with(c, "GET", "/api/1.0/session", ""), 401)
}

// with makes a request as a browser does that holds a cookie.
func (s *site) with(c *http.Cookie, method, path, body string, head ...string) answer {
	s.Helper()
	req := s.request(method, path, "", strings.NewReader(body))
	req.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	for i := 0; i+1 < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	return s.do(req)
}

// People log in to the page with their key, too. Such a session ends with the key.
func TestSessionByKeyDiesWithTheKey(t *testing.T) {
	s := newSite(t)
	c := s.cookie(`{"user":"ann","password":"` + s.keys["ann"] + `"}`)
	if a := s.with(c, "GET", "/api/1.0/session", ""); a.StatusCode != http.StatusOK {
		t.Fatalf("the session: %s", a.Status)
	}
	keys, err := s.store.ListKeys(t.Context(), "ann")
	s.must(err)
	s.must(s.store.DeleteKey(t.Context(), "ann", keys[0].ID))
	s.problem(s.with(c, "GET", "/api/1.0/session", ""), 401)
}

func TestSessionsEnd(t *testing.T) {
	s := newSite(t)
	u, token, err := s.server.Desk.LoginByPassword(t.Context(), "ann", "correct horse", account.Origin{}, time.Now().Add(-2*time.Hour))
	if err != nil || u.ID != "ann" {
		t.Fatal(u, err)
	}
	s.problem(s.with(&http.Cookie{Name: "god_session", Value: token}, "GET", "/api/1.0/session", ""), 401)
}

// A page of another site can make a browser send the cookie, but not the headers
// that its own pages send.
func TestOtherSitesCanDoNothing(t *testing.T) {
	s := newSite(t)
	c := s.cookie(annsPassword)
	task := s.submit("ann")
	before := s.count()
	for _, head := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"},
		{"Sec-Fetch-Site", "cross-site", "Content-Type", "text/plain"},
	} {
		s.problem(s.with(c, "POST", "/api/1.0/task", `{"command":{"cmd":"true"}}`, head...), 403)
		s.problem(s.with(c, "DELETE", "/api/1.0/task/"+itoa(task.ID), "", head...), 403)
		s.problem(s.authenticate(annsPassword, head...), 403)
	}
	if s.count() != before || s.task(task.ID).Wish.Kind != "" {
		t.Error("another site changed something")
	}
	for _, head := range [][]string{{"Sec-Fetch-Site", "same-origin"}, {"Origin", s.http.URL}, nil} {
		if a := s.with(c, "POST", "/api/1.0/task", `{"command":{"cmd":"true"}}`, head...); a.StatusCode != http.StatusOK {
			t.Errorf("with %v: %s %s", head, a.Status, a.text)
		}
	}
}

func (s *site) sessions(c *http.Cookie, user string) (list []api.Session) {
	s.Helper()
	s.read(s.with(c, "GET", "/api/1.0/user/"+user+"/session", ""), &list)
	return list
}

func TestOwnSessions(t *testing.T) {
	s := newSite(t)
	old, here := s.cookie(annsPassword, "User-Agent", "an \u202eold\u00e9 browser"), s.cookie(annsPassword)
	list := s.sessions(here, "ann")
	if len(list) != 2 || !list[0].Current || list[1].Current || list[1].Agent != "an ?old\u00e9 browser" || list[1].Address != "127.0.0.1" || list[1].Expires.IsZero() {
		t.Fatalf("the sessions are %+v", list)
	}
	if text := s.with(here, "GET", "/api/1.0/user/ann/session", "").text; strings.Contains(text, here.Value) || strings.Contains(text, account.Digest(here.Value)) {
		t.Error("the list has the secret of a session")
	}
	one := "/api/1.0/user/ann/session/" + list[1].ID
	s.problem(s.call("DELETE", one, "bob", ""), 404)
	s.problem(s.call("DELETE", strings.Replace(one, "ann", "bob", 1), "bob", ""), 404)
	s.problem(s.call("DELETE", one, "ann submits", ""), 403)
	var done map[string]string
	s.read(s.with(here, "DELETE", one, ""), &done)
	s.problem(s.with(here, "DELETE", one, ""), 404)
	s.problem(s.with(old, "GET", "/api/1.0/session", ""), 401)
	if len(s.sessions(here, "ann")) != 1 {
		t.Error("this session is over, too")
	}
	if n := len(s.sessions(s.cookie(`{"user":"root1","password":"correct horse"}`), "ann")); n != 1 {
		t.Errorf("the administrator sees %d sessions of ann", n)
	}
	s.read(s.call("DELETE", "/api/1.0/user/ann/session", "ann", ""), &done)
	s.problem(s.with(here, "GET", "/api/1.0/session", ""), 401)
	if a := s.call("GET", "/api/1.0/session", "ann", ""); a.StatusCode != http.StatusOK {
		t.Errorf("tokens end with sessions: %s", a.Status)
	}
}

// Guessing gets slow, and keeps nobody out who has the right key, token or session.
func TestGuessesAreSlowedDown(t *testing.T) {
	s := newSite(t, func(srv *httpapi.Server) { behind("127.0.0.1/32")(srv); srv.UserHeader = "" })
	c := s.cookie(annsPassword)
	from := func(n int) []string { return []string{"X-Forwarded-For", "198.51.100." + itoa(int64(n))} }
	slowed := func(body string, head ...string) {
		t.Helper()
		a := s.authenticate(body, head...)
		doc := s.problem(a, 429)
		if n, err := strconv.Atoi(a.Header.Get("Retry-After")); err != nil || n < 1 || n > 60 || !strings.Contains(doc.Detail, "try again in") {
			t.Errorf("%q, Retry-After %q", doc.Detail, a.Header.Get("Retry-After"))
		}
	}
	for i := range 5 {
		s.problem(s.authenticate(`{"user":"ann","password":"wrong"}`, from(i)...), 401)
	}
	slowed(`{"user":"ann","password":"wrong"}`, from(9)...)
	slowed(annsPassword, from(9)...) // or the answer would tell that it is right
	for what, a := range map[string]answer{
		"key":              s.authenticate(`{"user":"ann","apikey":"`+s.keys["ann"]+`"}`, from(9)...),
		"key as password":  s.authenticate(`{"user":"ann","password":"`+s.keys["ann"]+`"}`, from(9)...),
		"token":            s.call("GET", "/api/1.0/session", "ann", ""),
		"session":          s.with(c, "GET", "/api/1.0/session", ""),
		"somebody else":    s.authenticate(`{"user":"bob","password":"correct horse"}`, from(9)...),
		"from the proxy":   s.authenticate(`{"user":"bob","password":"correct horse"}`),
		"another's key":    s.authenticate(`{"user":"bob","apikey":"`+s.keys["bob"]+`"}`, from(9)...),
		"from v6, with it": s.authenticate(`{"user":"bob","password":"correct horse"}`, "X-Forwarded-For", "2001:db8::1"),
	} {
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: %s %s", what, a.Status, a.text)
		}
	}
	for i := range 20 { // one address that tries names, however it dresses up
		s.problem(s.authenticate(`{"user":"nobody`+itoa(int64(i))+`","apikey":"x"}`, "X-Forwarded-For", "10.9.9."+itoa(int64(i))+", 203.0.113.7, 127.0.0.1"), 401)
	}
	slowed(`{"user":"bob","password":"correct horse"}`, "X-Forwarded-For", "203.0.113.7")
	slowed(`{"user":"somebody","apikey":"x"}`, "X-Forwarded-For", "203.0.113.7")
	if a := s.authenticate(`{"user":"bob","apikey":"`+s.keys["bob"]+`"}`, "X-Forwarded-For", "203.0.113.7"); a.StatusCode != http.StatusOK {
		t.Errorf("the right key from there: %s", a.Status)
	}
}

func TestFailedLoginsAreLogged(t *testing.T) {
	var log bytes.Buffer
	s := newSite(t, func(srv *httpapi.Server) { srv.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	s.problem(s.authenticate(`{"user":"ann","password":"my-secret-guess"}`), 401)
	s.problem(s.authenticate(`{"user":"ann","apikey":"my-secret-guess"}`), 401)
	s.problem(s.authenticate(`{"user":"my secret guess","password":"x"}`), 401)
	s.http.Close()
	text := log.String()
	if strings.Count(text, "a login failed") != 3 || !strings.Contains(text, "user=ann with=password from=127.0.0.1") || strings.Contains(text, "guess") {
		t.Errorf("the log says\n%s", text)
	}
}
