package webport

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker"
	"godocker/auth/fake"
	"godocker/auth/local"
	"godocker/internal/account"
	"godocker/internal/config"
	"godocker/internal/entry"
	"godocker/plugin"
	"godocker/store"
	"godocker/store/sqlstore"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A hall leads to one server of the test, whatever the task, and to its port alone.
type hall struct {
	t       *testing.T
	served  atomic.Pointer[httptest.Server] // nil = nothing listens
	entered atomic.Int64
	asked   atomic.Pointer[string] // the address that was last wanted
	awake   atomic.Int64           // requests that keep the task from being frozen
}

func (h *hall) KeepAwake(context.Context, *godocker.Task) func() {
	h.awake.Add(1)
	return func() { h.awake.Add(-1) }
}

func (h *hall) Enter(_ context.Context, task *godocker.Task) (entry.Conn, error) {
	h.entered.Add(1)
	if task.Meta.Name == "no entry" {
		return entry.Conn{}, godocker.Errorf(godocker.Conflict, "task %d cannot be logged in to yet", task.ID)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return entry.Conn{}, err
	}
	go func() {
		c, err := l.Accept()
		_ = l.Close()
		if err == nil {
			h.serve(c)
		}
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		return entry.Conn{}, err
	}
	conn, chans, reqs, err := ssh.NewClientConn(c, "", &ssh.ClientConfig{User: "godocker", HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	return entry.Conn{Conn: conn, Channels: chans, Requests: reqs}, err
}

func (h *hall) serve(c net.Conn) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	must(h.t, err)
	signer, err := ssh.NewSignerFromKey(private)
	must(h.t, err)
	conf := &ssh.ServerConfig{NoClientAuth: true}
	conf.AddHostKey(signer)
	conn, chans, reqs, err := ssh.NewServerConn(c, conf)
	if err != nil {
		return
	}
	defer conn.Close()
	go ssh.DiscardRequests(reqs)
	for n := range chans {
		var to struct {
			Host       string
			Port       uint32
			Origin     string
			OriginPort uint32
		}
		if err := ssh.Unmarshal(n.ExtraData(), &to); err != nil || n.ChannelType() != "direct-tcpip" {
			_ = n.Reject(ssh.Prohibited, "")
			continue
		}
		asked := net.JoinHostPort(to.Host, strconv.Itoa(int(to.Port)))
		h.asked.Store(&asked)
		s := h.served.Load()
		if s == nil {
			_ = n.Reject(ssh.ConnectionFailed, "refused")
			continue
		}
		out, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			_ = n.Reject(ssh.ConnectionFailed, err.Error())
			continue
		}
		ch, reqs, err := n.Accept()
		if err != nil {
			continue
		}
		go ssh.DiscardRequests(reqs)
		go func() {
			_, _ = io.Copy(ch, out)
			_ = ch.CloseWrite()
		}()
		go func() {
			_, _ = io.Copy(out, ch)
			_ = out.Close()
			_ = ch.Close()
		}()
	}
}

// A place is a door at work.
type place struct {
	*testing.T
	*Door
	store store.Store
	hall  *hall
	addr  string
	sees  func(user string, t *godocker.Task) bool
}

const page = "http://god.localhost:6543"

func newPlace(t *testing.T, domain string) *place {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	s, err := sqlstore.Open(t.Context(), "sqlite::memory:", log)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	people, err := fake.New(t.Context(), plugin.Env{}, fake.Config{})
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p := &place{T: t, store: s, hall: &hall{t: t}, addr: l.Addr().String()}
	p.sees = func(user string, k *godocker.Task) bool { return user == k.User.ID }
	p.Door = &Door{Store: s, Desk: account.New(s, people, local.Users(s, nil), "a passphrase", time.Hour), Hall: p.hall,
		Sees: func(_ context.Context, user string, k *godocker.Task) (bool, error) { return p.sees(user, k), nil },
		From: func(*http.Request) netip.Addr { return netip.MustParseAddr("192.0.2.7") }, Origin: config.WebPort{Listen: config.Optional(p.addr), Domain: config.Optional(domain)}.Origin,
		Domain: domain, Page: page, UserHeader: "X-Remote-User", Log: log, Recheck: 10 * time.Millisecond}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	for i, name := range []string{"ann", "bob"} {
		must(t, s.CreateUser(t.Context(), godocker.User{ID: name, UID: 7 + i, GID: 7 + i, Active: true}))
	}
	return p
}

func (p *place) served(f http.HandlerFunc) {
	s := httptest.NewServer(f)
	p.Cleanup(s.Close)
	p.hall.served.Store(s)
}

// task submits one of a user with web port 8888.
func (p *place) task(user, name string) int64 {
	p.Helper()
	k := godocker.Task{Meta: godocker.Meta{Name: name}, User: godocker.Owner{ID: user, Project: godocker.DefaultProject}}
	k.State, k.Submitted, k.Requirements.WebPort = godocker.Pending, time.Now(), 8888
	ids, err := p.store.Submit(p.Context(), []godocker.Task{k})
	must(p.T, err)
	return ids[0]
}

// runs submits a task and begins it.
func (p *place) runs(user string) int64 {
	p.Helper()
	id := p.task(user, "")
	p.begin(id)
	return id
}

func (p *place) begin(id int64) {
	p.Helper()
	now := time.Now()
	lease, _, err := p.store.Acquire(p.Context(), "schedule", "test", now, time.Hour)
	must(p.T, err)
	_, err = p.store.Claim(p.Context(), lease, now, []store.Claim{{ID: id, Executor: "docker", Node: "localhost"}})
	must(p.T, err)
	t, err := p.store.Task(p.Context(), id)
	must(p.T, err)
	_, err = p.store.Started(p.Context(), now, []store.Start{{AttemptKey: store.AttemptKey{ID: id, Attempt: t.Attempt}, Handle: "h", Node: "localhost"}})
	must(p.T, err)
}

// host is that of a task.
func (p *place) host(id int64) string {
	_, port, _ := net.SplitHostPort(p.addr)
	if p.Domain == "" {
		return "god.localhost:" + port
	}
	return fmt.Sprintf("%d.%s:%s", id, p.Domain, port)
}

// An answer is a response that was read to its end.
type answer struct {
	*http.Response
	text string
}

var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// ask makes a request at a host; head are names and values.
func (p *place) ask(method, host, path, body string, head ...string) answer {
	p.Helper()
	r, err := http.NewRequestWithContext(p.Context(), method, "http://"+p.addr+path, strings.NewReader(body))
	must(p.T, err)
	r.Host = host
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Add(head[i], head[i+1])
	}
	a, err := client.Do(r)
	must(p.T, err)
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	must(p.T, err)
	return answer{a, string(text)}
}

func (p *place) ticket(id int64, user string, life time.Duration) string {
	p.Helper()
	secret, err := p.Desk.NewPass(p.Context(), godocker.PassWeb, id, user, life, time.Now())
	must(p.T, err)
	return secret
}

func (p *place) enter(host, ticket string, head ...string) answer {
	p.Helper()
	if len(head) == 0 {
		head = []string{"Origin", page, "Sec-Fetch-Site", "same-site"}
	}
	return p.ask("POST", host, "/.godocker/enter", url.Values{"ticket": {ticket}}.Encode(), append(head, "Content-Type", "application/x-www-form-urlencoded")...)
}

// in lets somebody in and returns their cookie.
func (p *place) in(id int64, user string) string {
	p.Helper()
	a := p.enter(p.host(id), p.ticket(id, user, time.Minute))
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/" || len(a.Cookies()) != 1 {
		p.Fatalf("entering: %s %s", a.Status, a.text)
	}
	return a.Cookies()[0].Name + "=" + a.Cookies()[0].Value
}

func (p *place) status(what string, a answer, want int) {
	p.Helper()
	if a.StatusCode != want {
		p.Errorf("%s: %s, want %d: %.300s", what, a.Status, want, a.text)
	}
}

const domain = "tasks.localhost"

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
	p.begin(id)
	page("nothing listens", html(), http.StatusServiceUnavailable, true, "nothing in it listens at port 8888")
	p.served(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) })
	page("listens", html(), http.StatusOK, false, "hello")
	if n := p.hall.entered.Load(); n != 1 {
		t.Errorf("the task was logged in to %d times", n)
	}
	locked := p.task("ann", "no entry")
	p.begin(locked)
	page("not ready", p.ask("GET", p.host(locked), "/", "", "Cookie", p.in(locked, "ann"), "Accept", "text/html"), http.StatusServiceUnavailable, true, "cannot be logged in to yet")
	p.end(id)
	until(t, func() bool { return html().StatusCode == http.StatusGone })
	page("over", html(), http.StatusGone, false, "has ended")
}

func (p *place) end(id int64) {
	p.Helper()
	now := time.Now()
	t, err := p.store.Task(p.Context(), id)
	must(p.T, err)
	_, err = p.store.Ended(p.Context(), now, []store.End{{AttemptKey: store.AttemptKey{ID: id, Attempt: t.Attempt}, Outcome: godocker.Succeeded}})
	must(p.T, err)
}

func until(t *testing.T, yes func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !yes() {
		select {
		case <-ctx.Done():
			t.Fatal("it did not come to be")
		case <-tick.C:
		}
	}
}

// Whoever may not see the task any more is out, with what is under way.
func TestOutWithTheRight(t *testing.T) {
	p := newPlace(t, domain)
	var allowed atomic.Bool
	allowed.Store(true)
	p.sees = func(string, *godocker.Task) bool { return allowed.Load() }
	p.served(echo)
	id := p.runs("ann")
	in := p.in(id, "ann")
	c, lines := p.socket(id, in)
	defer c.Close()
	for _, word := range []string{"one", "two"} {
		_, err := fmt.Fprintln(c, word)
		must(t, err)
		if got, err := lines.ReadString('\n'); err != nil || got != word+"\n" {
			t.Errorf("%q came back as %q: %v", word, got, err)
		}
	}
	allowed.Store(false)
	if _, err := lines.ReadString('\n'); !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) && err == nil {
		t.Errorf("it goes on: %v", err)
	}
	until(t, func() bool {
		return p.ask("GET", p.host(id), "/", "", "Cookie", in).StatusCode == http.StatusUnauthorized
	})
}

// A socket ends with the attempt.
func TestOutWithTheTask(t *testing.T) {
	p := newPlace(t, domain)
	p.served(echo)
	id := p.runs("ann")
	c, lines := p.socket(id, p.in(id, "ann"))
	defer c.Close()
	p.end(id)
	if _, err := lines.ReadString('\n'); err == nil {
		t.Error("it goes on")
	}
}

// echo takes an upgrade and gives back what comes.
func echo(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") != "websocket" {
		return
	}
	c, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer c.Close()
	_, _ = rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
	_ = rw.Flush()
	_, _ = io.Copy(c, rw)
}

func (p *place) socket(id int64, cookie string) (net.Conn, *bufio.Reader) {
	p.Helper()
	c, err := net.Dial("tcp", p.addr)
	must(p.T, err)
	_, err = fmt.Fprintf(c, "GET /ws HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nCookie: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", p.host(id), p.host(id), cookie)
	must(p.T, err)
	lines := bufio.NewReader(c)
	a, err := http.ReadResponse(lines, nil) //nolint:bodyclose // it has none
	must(p.T, err)
	if a.StatusCode != http.StatusSwitchingProtocols {
		p.Fatalf("a WebSocket: %s", a.Status)
	}
	return c, lines
}

// What a task sends in pieces comes in pieces.
func TestStreams(t *testing.T) {
	p := newPlace(t, domain)
	more := make(chan struct{})
	p.served(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("first\n"))
		_ = http.NewResponseController(w).Flush()
		<-more
		_, _ = w.Write([]byte("second\n"))
	})
	id := p.runs("ann")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.addr+"/", nil)
	must(t, err)
	r.Host = p.host(id)
	r.Header.Set("Cookie", p.in(id, "ann"))
	a, err := client.Do(r)
	must(t, err)
	defer a.Body.Close()
	lines := bufio.NewReader(a.Body)
	first, err := lines.ReadString('\n')
	must(t, err)
	close(more)
	second, err := lines.ReadString('\n')
	if must(t, err); first+second != "first\nsecond\n" {
		t.Errorf("%q, %q", first, second)
	}
}

// By https the cookie is of a kind that no other host can set.
func TestSecureCookie(t *testing.T) {
	p := newPlace(t, domain)
	p.Origin = func(task, _ string) string { return "https://" + task + "." + domain }
	p.served(func(http.ResponseWriter, *http.Request) {})
	id := p.runs("ann")
	c := p.enter(p.host(id), p.ticket(id, "ann", time.Minute)).Cookies()[0]
	if c.Name != "__Host-god_web" || !c.Secure {
		t.Errorf("the cookie is %+v", c)
	}
	p.status("inside", p.ask("GET", p.host(id), "/", "", "Cookie", c.Name+"="+c.Value), http.StatusOK)
	p.status("by another name", p.ask("GET", p.host(id), "/", "", "Cookie", "god_web="+c.Value), http.StatusUnauthorized)
}
