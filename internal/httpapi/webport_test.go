package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/httpapi"
)

// webPorts gives each task a host of its own.
func webPorts(s *httpapi.Server) {
	s.WebOrigin = func(task, _ string) string { return "http://" + task + ".tasks.localhost:6546" }
}

// serving submits a task with a web port.
func (s *site) serving(who string) godocker.Task {
	s.Helper()
	var added api.Added
	s.read(s.call("POST", "/api/1.0/task", who, `{"command":{"cmd":"true"},"requirements":{"web_port":8888},"user":{"project":"`+s.project+`"}}`), &added)
	return s.task(added.ID)
}

func TestTicketForAWebPort(t *testing.T) {
	s := newSite(t, webPorts)
	task := s.serving("ann")
	path := "/api/1.0/task/" + itoa(task.ID) + "/web"
	var d api.Door
	s.read(s.call("POST", path, "ann", ""), &d)
	if d.URL != "http://"+itoa(task.ID)+".tasks.localhost:6546/.godocker/enter" || d.Port != 8888 || !d.Expires.After(time.Now()) || d.Expires.After(time.Now().Add(time.Minute)) {
		t.Errorf("the door is %+v", d)
	}
	k, err := s.server.Desk.TakePass(t.Context(), godocker.PassWeb, d.Ticket, time.Now())
	if s.must(err); k.Task != task.ID || k.User != "ann" {
		t.Errorf("the ticket is %+v", k)
	}
	s.end(s.begin(task.ID), 0)
	s.problem(s.call("POST", path, "ann", ""), http.StatusConflict)
	s.problem(s.call("POST", "/api/1.0/task/"+itoa(s.submit("ann").ID)+"/web", "ann", ""), http.StatusConflict)
	off := newSite(t)
	if p := off.problem(off.call("POST", "/api/1.0/task/"+itoa(off.serving("ann").ID)+"/web", "ann", ""), http.StatusConflict); !strings.Contains(p.Detail, "opens no web ports") {
		t.Errorf("where they are off: %s", p.Detail)
	}
}

// Who may see a task is asked again as people are then.
func TestWhoMaySeeATask(t *testing.T) {
	s := newSite(t)
	task := s.serving("ann")
	may := func(user string) bool {
		ok, err := s.server.MaySee(t.Context(), user, &task)
		return ok && err == nil
	}
	if !may("ann") || may("bob") || !may("root1") || may("nobody") {
		t.Error("others may see it than its owner and administrators")
	}
	s.disable("ann")
	if may("ann") {
		t.Error("its owner may, who is disabled")
	}
}

// The page may send forms where tasks are, and nobody may frame it, hold it or load it.
func TestPageKeepsTasksAway(t *testing.T) {
	s := newSite(t, func(srv *httpapi.Server) {
		srv.WebOrigin = func(_, host string) string { return "http://" + host + ":6546" }
	})
	a := s.call("GET", "/", "", "")
	policy := a.Header.Get("Content-Security-Policy")
	if !strings.HasSuffix(policy, "form-action 'self' http://127.0.0.1:6546") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("the policy is %s", policy)
	}
	if a.Header.Get("Cross-Origin-Opener-Policy") != "same-origin" || a.Header.Get("Cross-Origin-Resource-Policy") != "same-origin" || a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("the headers are %v", a.Header)
	}
	req := s.request("GET", "/", "", nil)
	req.Host = "x; script-src *"
	if policy := s.do(req).Header.Get("Content-Security-Policy"); strings.Contains(policy, "script-src") {
		t.Errorf("the policy has what a client sent: %s", policy)
	}
}

// A page of a task is of the same site for a browser, which sends the cookie along.
func TestPagesOfTasksReadNothing(t *testing.T) {
	s := newSite(t)
	c := s.cookie(annsPassword)
	for _, head := range [][]string{
		{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "script"},
		{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"},
		{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors", "Origin", "http://7.tasks.localhost:6546"},
		{"Origin", "http://127.0.0.1:6546"}, // by http, where browsers say no more
	} {
		s.problem(s.with(c, "GET", "/api/1.0/session", "", head...), http.StatusForbidden)
	}
	link := []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}
	if a := s.with(c, "GET", "/api/1.0/session", "", link...); a.StatusCode != http.StatusOK {
		t.Errorf("a link that somebody follows: %s", a.Status)
	}
}

// Cookies do not tell who set them: a page of another port may add the session of
// somebody who wants to be taken for the person at the browser.
func TestCookieOfSomebodyElse(t *testing.T) {
	s := newSite(t)
	anns, bobs := s.cookie(annsPassword), s.cookie(`{"user":"bob","password":"correct horse"}`)
	ask := func(https bool, values ...string) answer {
		req := s.request("GET", "/api/1.0/session", "", nil)
		for _, v := range values {
			req.Header.Add("Cookie", v)
		}
		if https {
			req.Header.Set("X-Forwarded-Proto", "https")
		}
		return s.do(req)
	}
	ann, bob := anns.Name+"="+anns.Value, bobs.Name+"="+bobs.Value
	for _, both := range [][]string{{ann, bob}, {bob, ann}, {bob + "; " + ann}} {
		if p := s.problem(ask(false, both...), http.StatusUnauthorized); !strings.Contains(p.Detail, "two logins") {
			t.Errorf("two sessions: %s", p.Detail)
		}
	}
	junk := "god_session=gods_junk"
	for _, one := range [][]string{{ann}, {junk, ann}, {ann, junk}, {ann, ann}} {
		if a := ask(false, one...); a.StatusCode != http.StatusOK || !strings.Contains(a.text, `"id":"ann"`) {
			t.Errorf("with junk: %s %s", a.Status, a.text)
		}
	}
	s.problem(ask(false, junk, junk, junk, junk, junk, ann), http.StatusUnauthorized)

	secure := s.cookie(annsPassword, "X-Forwarded-Proto", "https")
	if secure.Name != "__Host-god_session" || !secure.Secure || secure.Path != "/" || secure.Domain != "" || !secure.HttpOnly {
		t.Errorf("by https the cookie is %+v", secure)
	}
	own := secure.Name + "=" + secure.Value
	s.problem(ask(true, bob), http.StatusUnauthorized) // which another host of the domain can set
	if a := ask(true, bob, own); a.StatusCode != http.StatusOK || !strings.Contains(a.text, `"id":"ann"`) {
		t.Errorf("by https, with the cookie of another host: %s %s", a.Status, a.text)
	}
	s.with(secure, "DELETE", "/api/1.0/session", "", "X-Forwarded-Proto", "https")
	if _, err := s.server.Desk.Check(t.Context(), secure.Value, time.Now()); err == nil {
		t.Error("logging out by https ends nothing")
	}
}
