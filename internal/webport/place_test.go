package webport

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
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
