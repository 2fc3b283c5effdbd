package webport

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
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
	"godocker/internal/config"
	"godocker/internal/doortest"
	"godocker/internal/entry"
	"godocker/store"
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
	doortest.Site
	door *Door
	hall *hall
	addr string
	sees func(user string, t *godocker.Task) bool
}

const page = "http://god.localhost:6543"

func newPlace(t *testing.T, domain string) *place {
	t.Helper()
	l := doortest.Listen(t)
	p := &place{T: t, Site: doortest.New(t), hall: &hall{t: t}, addr: l.Addr().String()}
	p.sees = func(user string, k *godocker.Task) bool { return user == k.User.ID }
	p.door = &Door{Store: p.Store, Desk: p.Desk, Hall: p.hall,
		Sees: func(_ context.Context, user string, k *godocker.Task) (bool, error) { return p.sees(user, k), nil },
		From: func(*http.Request) netip.Addr { return netip.MustParseAddr("192.0.2.7") }, Origin: config.WebPort{Listen: config.Optional(p.addr), Domain: config.Optional(domain)}.Origin,
		Domain: domain, Page: page, UserHeader: "X-Remote-User", Log: p.Log, Recheck: 10 * time.Millisecond}
	doortest.Serve(t, l, p.door.Serve)
	for i, name := range []string{"ann", "bob"} {
		must(t, p.Store.CreateUser(t.Context(), godocker.User{ID: name, UID: 7 + i, GID: 7 + i, Active: true}))
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
	return p.Submit(p.T, user, godocker.Task{Meta: godocker.Meta{Name: name}, Requirements: godocker.Requirements{WebPort: 8888}})
}

// runs submits a task and begins it.
func (p *place) runs(user string) int64 {
	p.Helper()
	id := p.task(user, "")
	p.Begin(p.T, id)
	return id
}

// host is that of a task.
func (p *place) host(id int64) string {
	_, port, _ := net.SplitHostPort(p.addr)
	if p.door.Domain == "" {
		return "god.localhost:" + port
	}
	return fmt.Sprintf("%d.%s:%s", id, p.door.Domain, port)
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

func (p *place) end(id int64) {
	p.Helper()
	now := time.Now()
	t, err := p.Store.Task(p.Context(), id)
	must(p.T, err)
	_, err = p.Store.Ended(p.Context(), now, []store.End{{AttemptKey: store.AttemptKey{ID: id, Attempt: t.Attempt}, Outcome: godocker.Succeeded}})
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
