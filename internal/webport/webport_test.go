package webport

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"godocker"
)

func TestTicketIsGoodOnceAndForItsTask(t *testing.T) {
	p := newPlace(t, domain)
	p.served(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) })
	id, other, bobs := p.runs("ann"), p.runs("ann"), p.runs("bob")
	k := p.ticket(id, "ann", time.Minute)
	a := p.enter(p.host(id), k)
	p.status("entering", a, http.StatusSeeOther)
	c := a.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Domain != "" || c.Path != "/" || c.Secure || strings.Contains(c.Value, k) {
		t.Errorf("the cookie is %+v", c)
	}
	p.status("the ticket again", p.enter(p.host(id), k), http.StatusUnauthorized)
	p.status("after a minute", p.enter(p.host(id), p.ticket(id, "ann", -time.Second)), http.StatusUnauthorized)
	k = p.ticket(id, "ann", time.Minute)
	p.status("at another task", p.enter(p.host(other), k), http.StatusUnauthorized)
	p.status("after that", p.enter(p.host(id), k), http.StatusUnauthorized)
	p.status("who may not see it", p.enter(p.host(bobs), p.ticket(bobs, "ann", time.Minute)), http.StatusNotFound)
	p.status("no task", p.enter(p.host(999), p.ticket(999, "ann", time.Minute)), http.StatusNotFound)
	p.status("junk", p.enter(p.host(id), "junk"), http.StatusUnauthorized)
	p.status("no form", p.ask("POST", p.host(id), "/.godocker/enter", strings.Repeat("x", 1<<20), "Origin", page), http.StatusUnauthorized)
	p.status("in the address", p.ask("GET", p.host(id), "/.godocker/enter?ticket="+p.ticket(id, "ann", time.Minute), ""), http.StatusMethodNotAllowed)
	p.status("in the address of a form", p.ask("POST", p.host(id), "/.godocker/enter?ticket="+p.ticket(id, "ann", time.Minute), "", "Origin", page), http.StatusUnauthorized)
	for _, origin := range []string{"http://evil.example", "null", "http://" + p.host(other), "http://" + p.host(id), "https://god.localhost:6543"} {
		k := p.ticket(id, "ann", time.Minute)
		p.status("from "+origin, p.enter(p.host(id), k, "Origin", origin), http.StatusForbidden)
		p.status("afterwards", p.enter(p.host(id), k), http.StatusSeeOther) // it was not used up
	}
	cookie := c.Name + "=" + c.Value
	p.status("inside", p.ask("GET", p.host(id), "/", "", "Cookie", cookie), http.StatusOK)
	p.status("with the ticket as a cookie", p.ask("GET", p.host(id), "/", "", "Cookie", "god_web="+p.ticket(id, "ann", time.Minute)), http.StatusUnauthorized)
	p.status("with the cookie elsewhere", p.ask("GET", p.host(other), "/", "", "Cookie", cookie), http.StatusUnauthorized)
	p.status("without one", p.ask("GET", p.host(id), "/", ""), http.StatusUnauthorized)
	if a := p.ask("GET", p.host(id), "/x", "", "Accept", "text/html"); !strings.Contains(a.text, page+"/task/"+strconv.FormatInt(id, 10)+"/web") {
		t.Errorf("who is not in is not told where to go: %s", a.text)
	}
	if *p.hall.asked.Load() != "127.0.0.1:8888" {
		t.Errorf("%s was connected to", *p.hall.asked.Load())
	}
}

func TestHosts(t *testing.T) {
	p := newPlace(t, domain)
	p.served(func(http.ResponseWriter, *http.Request) {})
	id := p.runs("ann")
	cookie := p.in(id, "ann")
	n := strconv.FormatInt(id, 10)
	for _, host := range []string{"tasks.localhost", "localhost", "god.localhost", "0" + n + ".tasks.localhost", "+" + n + ".tasks.localhost", "x." + n + ".tasks.localhost", n + ".tasks.localhost.evil.example",
		n + ".evil.example", "-" + n + ".tasks.localhost", "127.0.0.1", "[::1]", n + "tasks.localhost"} {
		p.status(host, p.ask("GET", host, "/", "", "Cookie", cookie), http.StatusNotFound)
	}
	for _, host := range []string{n + ".tasks.localhost", n + ".TASKS.localhost:1"} {
		p.status(host, p.ask("GET", host, "/", "", "Cookie", cookie), http.StatusOK)
	}
	p.status("what is the door's", p.ask("GET", p.host(id), "/.godocker/x", "", "Cookie", cookie), http.StatusNotFound)
}

// What the task gets, and what comes back.
func TestOnlyTheTasksOwn(t *testing.T) {
	p := newPlace(t, domain)
	var got *http.Request
	p.served(func(w http.ResponseWriter, r *http.Request) {
		got = r.Clone(context.Background())
		h := w.Header()
		for _, line := range []string{"own=1; Domain=localhost; Path=/; HttpOnly", "god_session=evil; Path=/", "__Host-god_session=evil; Secure; Path=/", "god_web=evil", "god_other=1"} {
			h.Add("Set-Cookie", line)
		}
		for _, name := range fenced {
			h.Set(name, "x")
		}
		h.Set("Location", "http://localhost:8888/lab?x=1")
		h.Set("Content-Security-Policy", "default-src 'self'")
		w.WriteHeader(http.StatusFound)
	})
	id := p.runs("ann")
	in := p.in(id, "ann")
	origin := "http://" + p.host(id)
	a := p.ask("POST", p.host(id), "/api?a=1;b=2", "body", "Cookie", "god_session=secret; own=1; __Host-god_session=secret", "Cookie", in+"; other=2", "Origin", origin, "Referer", origin+"/lab",
		"Authorization", "Bearer gods_secret", "X-Remote-User", "root", "X-Forwarded-For", "10.0.0.1", "X-Forwarded-User", "root", "Forwarded", "for=10.0.0.1", "X-Real-Ip", "10.0.0.1", "Sec-Fetch-Site", "same-origin")
	p.status("a redirect", a, http.StatusFound)
	want := map[string]string{"Cookie": "own=1; other=2", "Origin": "http://localhost:8888", "Referer": "http://localhost:8888/lab", "Authorization": "", "X-Remote-User": "", "X-Forwarded-For": "192.0.2.7",
		"X-Forwarded-User": "", "Forwarded": "", "X-Real-Ip": "", "X-Forwarded-Host": p.host(id), "X-Forwarded-Proto": "http"}
	for name, value := range want {
		if s := got.Header.Get(name); s != value {
			t.Errorf("the task gets %s: %q, want %q", name, s, value)
		}
	}
	if got.Host != "localhost:8888" || got.URL.RawQuery != "a=1;b=2" {
		t.Errorf("the task is asked as %s for %s", got.Host, got.URL)
	}
	if s := a.Header["Set-Cookie"]; len(s) != 1 || s[0] != "own=1; Path=/; HttpOnly" {
		t.Errorf("the task sets %q", s)
	}
	for _, name := range fenced {
		if a.Header.Get(name) != "" {
			t.Errorf("the task says %s", name)
		}
	}
	if s := a.Header.Get("Location"); s != "/lab?x=1" {
		t.Errorf("it leads to %s", s)
	}
	if s := a.Header["Content-Security-Policy"]; len(s) != 2 || s[1] != "frame-ancestors 'self'" || a.Header.Get("Origin-Agent-Cluster") != "?1" {
		t.Errorf("the policies are %q", s)
	}
	p.ask("GET", p.host(id), "/", "", "Cookie", in, "Authorization", "token abc", "Referer", page+"/task/1")
	if got.Header.Get("Authorization") != "token abc" || got.Header.Get("Referer") != "" || got.Header.Get("Cookie") != "" {
		t.Errorf("the task gets %v", got.Header)
	}
}

// To browsers, tasks may be of one site with each other and with the page.
func TestOtherPagesReachNoTask(t *testing.T) {
	p := newPlace(t, domain)
	var asked atomic.Int64
	p.served(func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	id, other := p.runs("ann"), p.runs("ann")
	in := p.in(id, "ann")
	for _, head := range [][]string{
		{"Origin", "http://" + p.host(other)}, {"Origin", "null"}, {"Origin", page}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"},
		{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"}, {"Origin", "http://" + p.host(other), "Connection", "Upgrade", "Upgrade", "websocket"},
	} {
		p.status(fmt.Sprint(head), p.ask("GET", p.host(id), "/", "", append(head, "Cookie", in)...), http.StatusForbidden)
	}
	p.status("a form", p.ask("POST", p.host(id), "/", "", "Cookie", in, "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"), http.StatusForbidden)
	if asked.Load() != 0 {
		t.Error("the task was asked")
	}
	for _, head := range [][]string{{"Origin", "http://" + p.host(id)}, {"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}} {
		p.status(fmt.Sprint(head), p.ask("GET", p.host(id), "/", "", append(head, "Cookie", in)...), http.StatusOK)
	}
}

// Another may have set a cookie for all hosts of the domain.
func TestCookiesOfOthers(t *testing.T) {
	p := newPlace(t, domain)
	p.sees = func(string, *godocker.Task) bool { return true }
	p.served(func(http.ResponseWriter, *http.Request) {})
	id, other := p.runs("ann"), p.runs("bob")
	in, bobs := p.in(id, "ann"), p.in(other, "bob")
	p.status("beside its own", p.ask("GET", p.host(id), "/", "", "Cookie", bobs+"; god_web=junk; "+in), http.StatusOK)
	p.status("alone", p.ask("GET", p.host(id), "/", "", "Cookie", bobs), http.StatusUnauthorized)
	p.status("very many", p.ask("GET", p.host(id), "/", "", "Cookie", strings.Repeat("god_web=junk; ", 20)+in), http.StatusUnauthorized)
}

// Where all tasks share an origin, a browser is in one of them.
func TestSharedOrigin(t *testing.T) {
	p := newPlace(t, "")
	var got *http.Request
	p.served(func(w http.ResponseWriter, r *http.Request) {
		got = r.Clone(context.Background())
		http.SetCookie(w, &http.Cookie{Name: "_xsrf", Value: "2", Path: "/"})
		http.SetCookie(w, &http.Cookie{Name: "god_session", Value: "evil"})
		w.Header().Set("Service-Worker-Allowed", "/")
	})
	id, other := p.runs("ann"), p.runs("ann")
	prefix := fmt.Sprintf("t%d-", id)
	entered := p.enter(p.host(id), p.ticket(id, "ann", time.Minute))
	in := entered.Cookies()[0].Name + "=" + entered.Cookies()[0].Value
	if entered.Header.Get("Clear-Site-Data") != `"cache", "storage"` {
		t.Error("what another task left stays")
	}
	a := p.ask("GET", p.host(id), "/", "", "Cookie", in+"; god_session=secret; sso=secret; _xsrf=secret; "+prefix+"_xsrf=1; "+fmt.Sprintf("t%d-_xsrf=other", other))
	p.status("inside", a, http.StatusOK)
	if got.Header.Get("Cookie") != "_xsrf=1" {
		t.Errorf("the task gets %q", got.Header.Get("Cookie"))
	}
	if s := a.Header["Set-Cookie"]; len(s) != 1 || s[0] != prefix+"_xsrf=2; Path=/" || a.Header.Get("Service-Worker-Allowed") != "" {
		t.Errorf("the task sets %q", s)
	}
	p.status("a service worker", p.ask("GET", p.host(id), "/sw.js", "", "Cookie", in, "Service-Worker", "script"), http.StatusForbidden)
	second := p.in(other, "ann")
	p.status("one that was added", p.ask("GET", p.host(id), "/", "", "Cookie", in+"; "+second), http.StatusUnauthorized)
	p.status("the next", p.ask("GET", p.host(id), "/", "", "Cookie", second), http.StatusOK)
	k := p.ticket(other, "ann", time.Minute)
	p.status("brought by a task", p.enter(p.host(id), k, "Origin", "http://"+p.host(id)), http.StatusForbidden)
}

func TestStates(t *testing.T) {
	p := newPlace(t, domain)
	id := p.task("ann", "")
	in := p.in(id, "ann")
	html := func() answer { return p.ask("GET", p.host(id), "/", "", "Cookie", in, "Accept", "text/html") }
	page := func(what string, a answer, status int, again bool, text string) {
		t.Helper()
		p.status(what, a, status)
		if (a.Header.Get("Refresh") != "") != again || !strings.Contains(a.text, text) {
			t.Errorf("%s: tries again in %q: %s", what, a.Header.Get("Refresh"), a.text)
		}
	}
	page("waits", html(), http.StatusServiceUnavailable, true, "has not started yet")
	p.Begin(t, id)
	page("nothing listens", html(), http.StatusServiceUnavailable, true, "nothing in it listens at port 8888")
	p.served(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) })
	page("listens", html(), http.StatusOK, false, "hello")
	if n := p.hall.entered.Load(); n != 1 {
		t.Errorf("the task was logged in to %d times", n)
	}
	locked := p.task("ann", "no entry")
	p.Begin(t, locked)
	page("not ready", p.ask("GET", p.host(locked), "/", "", "Cookie", p.in(locked, "ann"), "Accept", "text/html"), http.StatusServiceUnavailable, true, "cannot be logged in to yet")
	p.end(id)
	until(t, func() bool { return html().StatusCode == http.StatusGone })
	page("over", html(), http.StatusGone, false, "has ended")
}

// By https the cookie is of a kind that no other host can set.
func TestSecureCookie(t *testing.T) {
	p := newPlace(t, domain)
	p.door.Origin = func(task, _ string) string { return "https://" + task + "." + domain }
	p.served(func(http.ResponseWriter, *http.Request) {})
	id := p.runs("ann")
	c := p.enter(p.host(id), p.ticket(id, "ann", time.Minute)).Cookies()[0]
	if c.Name != "__Host-god_web" || !c.Secure {
		t.Errorf("the cookie is %+v", c)
	}
	p.status("inside", p.ask("GET", p.host(id), "/", "", "Cookie", c.Name+"="+c.Value), http.StatusOK)
	p.status("by another name", p.ask("GET", p.host(id), "/", "", "Cookie", "god_web="+c.Value), http.StatusUnauthorized)
}
