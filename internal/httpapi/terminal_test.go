package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"godocker"
	"godocker/api"
	"godocker/internal/account"
	"godocker/internal/credential"
	"godocker/internal/entry"
	"godocker/internal/httpapi"
	"godocker/internal/runner/spec"
	"godocker/internal/runner/sshd"
	"godocker/store"
)

// withSessions makes a site whose interactive tasks are entered, and looks often at who
// may be in them.
func withSessions(t *testing.T) func(*httpapi.Server) {
	keys, err := credential.NewHostKeys(passphrase, "c")
	if err != nil {
		t.Fatal(err)
	}
	return func(s *httpapi.Server) {
		s.Hall = &entry.Hall{Keys: keys, Log: slog.New(slog.DiscardHandler)}
		s.Recheck = 10 * time.Millisecond
	}
}

// session is an interactive task of somebody which people can log in to; its shells are
// this machine's.
func (s *site) session(who string) godocker.Task {
	s.Helper()
	ids, err := s.store.Submit(s.Context(), []godocker.Task{{User: godocker.Owner{ID: who, Project: godocker.DefaultProject},
		Submitted: time.Now(), Life: godocker.Life{State: godocker.Pending}, Command: godocker.Command{Interactive: true}}})
	s.must(err)
	t := s.task(ids[0])
	l, err := net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	seed, public, err := s.server.Hall.Keys.Of(t.ID, t.Mark())
	s.must(err)
	_, entrance, err := s.server.Hall.Keys.Entrance(t.ID, t.Mark())
	s.must(err)
	server, err := sshd.New(spec.Session{HostKey: seed, Keys: []string{entrance}}, sshd.Host{AsUser: func(do func()) { do() },
		Login: []string{"/bin/sh"}, Env: []string{"PATH=/usr/bin:/bin", "PS1=$ "}, Start: s.startHere})
	s.must(err)
	go func() { _ = server.Serve(l) }()
	s.Cleanup(func() { _ = l.Close(); server.Close() })

	lease, _, err := s.store.Acquire(s.Context(), "schedule", "test", time.Now(), time.Hour)
	s.must(err)
	_, err = s.store.Claim(s.Context(), lease, time.Now(), []store.Claim{{ID: t.ID, Executor: "docker", Node: "localhost"}})
	s.must(err)
	k := store.AttemptKey{ID: t.ID, Attempt: s.task(t.ID).Attempt}
	_, err = s.store.Started(s.Context(), time.Now(), []store.Start{{AttemptKey: k, Handle: "h", Node: "localhost", HostKey: public,
		Ports: []godocker.PortMapping{{Container: spec.SessionPort, Host: l.Addr().(*net.TCPAddr).Port}}}})
	s.must(err)
	s.must(s.store.Ready(s.Context(), time.Now(), k))
	return s.task(t.ID)
}

func (s *site) startHere(p sshd.Program) (sshd.Process, error) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP) // so that nothing inherits that it is ignored
	c := &exec.Cmd{Path: p.Args[0], Args: p.Args, Env: p.Env, Stdin: p.Files[0], Stdout: p.Files[1], Stderr: p.Files[2],
		SysProcAttr: &syscall.SysProcAttr{Setsid: true, Setctty: p.Terminal}}
	if err := c.Start(); err != nil {
		return sshd.Process{}, err
	}
	s.Cleanup(func() { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) })
	done := make(chan syscall.WaitStatus, 1)
	go func() {
		_ = c.Wait()
		done <- c.ProcessState.Sys().(syscall.WaitStatus)
	}()
	return sshd.Process{PID: c.Process.Pid, Done: done}, nil
}

func terminalOf(id int64) string { return fmt.Sprintf("/api/1.0/task/%d/terminal", id) }

func (s *site) ticket(id int64, who string) string {
	s.Helper()
	var doc api.Ticket
	s.read(s.call("POST", terminalOf(id), who, ""), &doc)
	return doc.Ticket
}

// A screen is a terminal that somebody opened.
type screen struct {
	*site
	ws   *websocket.Conn
	ctx  context.Context
	text string
	exit *int
}

// dial opens a WebSocket as somebody.
func (s *site) dial(id int64, who string, head ...string) (ws *websocket.Conn, status int, err error) {
	s.Helper()
	h := http.Header{}
	if who != "" {
		h.Set("Authorization", "Bearer "+s.tokens[who])
	}
	for i := 0; i+1 < len(head); i += 2 {
		h.Set(head[i], head[i+1])
	}
	ws, resp, err := websocket.Dial(s.Context(), s.http.URL+terminalOf(id), &websocket.DialOptions{HTTPHeader: h})
	if resp != nil {
		status = resp.StatusCode
		if resp.Body != nil {
			_ = resp.Body.Close()
		}
	}
	if ws != nil {
		ws.SetReadLimit(1 << 20)
		s.Cleanup(func() { _ = ws.CloseNow() })
	}
	return ws, status, err
}

// look opens a terminal with a ticket.
func (s *site) look(id int64, who, ticket, shell string) *screen {
	s.Helper()
	ws, _, err := s.dial(id, who)
	s.must(err)
	ctx, cancel := context.WithTimeout(s.Context(), 20*time.Second)
	s.Cleanup(cancel)
	c := &screen{site: s, ws: ws, ctx: ctx}
	c.say(`{"ticket":"` + ticket + `","shell":"` + shell + `","columns":100,"rows":30}`)
	return c
}

func (c *screen) say(doc string) {
	c.Helper()
	c.must(c.ws.Write(c.ctx, websocket.MessageText, []byte(doc)))
}

func (c *screen) types(text string) {
	c.Helper()
	c.must(c.ws.Write(c.ctx, websocket.MessageBinary, []byte(text)))
}

// next reads one message.
func (c *screen) next() error {
	kind, data, err := c.ws.Read(c.ctx)
	if kind == websocket.MessageBinary {
		c.text += string(data)
		return err
	}
	var doc struct{ Exit *int }
	if err == nil {
		err = json.Unmarshal(data, &doc)
	}
	if doc.Exit != nil {
		c.exit = doc.Exit
	}
	return err
}

// shows reads until a text is there.
func (c *screen) shows(text string) {
	c.Helper()
	for !strings.Contains(c.text, text) {
		if err := c.next(); err != nil {
			c.Fatalf("%q is not in %.2000q: %v", text, c.text, err)
		}
	}
}

// ends reads until the WebSocket is closed, and returns how.
func (c *screen) ends() (websocket.StatusCode, string) {
	c.Helper()
	for {
		if err := c.next(); err != nil {
			e, ok := errors.AsType[websocket.CloseError](err)
			if !ok {
				c.Fatalf("it ended with %v", err)
			}
			return e.Code, e.Reason
		}
	}
}

func TestTerminal(t *testing.T) {
	s := newSite(t, withSessions(t))
	k := s.session("ann")
	c := s.look(k.ID, "ann", s.ticket(k.ID, "ann"), "one")
	c.types("kept=$((40+2)); stty size\n")
	c.shows("30 100")
	c.types("sh -c 'trap \"stty size; exit\" WINCH; echo l\"\"istens; while :; do sleep 0.1; done'\n")
	c.shows("listens")
	c.say(`{"columns":90,"rows":20}`)
	c.shows("20 90")
	_ = c.ws.CloseNow() // as a network does

	again := s.look(k.ID, "ann", s.ticket(k.ID, "ann"), "one")
	again.shows("20 90")
	again.types("echo \"<$kept>\"\n")
	again.shows("<42>")
	other := s.look(k.ID, "root1", s.ticket(k.ID, "root1"), "two")
	other.types("echo \"<$kept>\"; exit 3\n")
	other.shows("<>")
	if code, why := other.ends(); code != websocket.StatusNormalClosure || other.exit == nil || *other.exit != 3 {
		t.Errorf("%d, %q, exit code %v", code, why, other.exit)
	}
	third := s.look(k.ID, "ann", s.ticket(k.ID, "ann"), "three")
	third.shows("$ ")
	third.say(`{"end":true}`)
	if code, _ := third.ends(); code != websocket.StatusNormalClosure || *third.exit != 128+int(syscall.SIGHUP) {
		t.Errorf("%d, exit code %d", code, *third.exit)
	}
	again.types("exit\n")
	if code, _ := again.ends(); code != websocket.StatusNormalClosure || *again.exit != 0 {
		t.Errorf("%d, exit code %d", code, *again.exit)
	}
}

// A ticket is for one person, one task, one time, and for a minute.
func TestTicketsWorkOnce(t *testing.T) {
	s := newSite(t, withSessions(t))
	anns, bobs := s.session("ann"), s.session("bob")
	refused := func(what string, id int64, who, ticket string) {
		t.Helper()
		if code, why := s.look(id, who, ticket, "x").ends(); code != 4401 || !strings.HasPrefix(why, "the ticket is not valid") {
			t.Errorf("%s: %d, %q", what, code, why)
		}
	}
	ticket := s.ticket(anns.ID, "ann")
	refused("one that was made up", anns.ID, "ann", "x")
	refused("no one", anns.ID, "ann", "")
	refused("ann's, stolen by an administrator", anns.ID, "root1", s.ticket(anns.ID, "ann"))
	refused("ann's, stolen for a task of bob", bobs.ID, "bob", s.ticket(anns.ID, "ann"))
	if _, status, err := s.dial(anns.ID, "bob"); err == nil || status != http.StatusNotFound {
		t.Errorf("bob at a task of ann: %v", err)
	}
	if _, status, err := s.dial(anns.ID, ""); err == nil || status != http.StatusUnauthorized {
		t.Errorf("nobody with a ticket: %v", err)
	}
	c := s.look(anns.ID, "ann", ticket, "x")
	c.shows("$ ")
	refused("one that was used", anns.ID, "ann", ticket)

	late, err := s.server.Desk.Ticket(t.Context(), godocker.PassTerminal, anns.ID, "ann", time.Now().Add(-account.TicketTime))
	s.must(err)
	refused("one of a minute ago", anns.ID, "ann", late)
	for _, who := range []string{"ann reads", "bob", ""} {
		if a := s.call("POST", terminalOf(anns.ID), who, ""); a.StatusCode == http.StatusOK {
			t.Errorf("%q gets a ticket", who)
		}
	}
	s.problem(s.call("POST", terminalOf(s.submit("ann").ID), "ann", ""), http.StatusConflict)
}

// A page of another site has a browser send the cookie, and its own origin with it.
func TestTerminalsAreForThePage(t *testing.T) {
	s := newSite(t, withSessions(t))
	k := s.session("ann")
	cookie := s.cookie(annsPassword)
	for _, c := range []struct {
		head []string
		open bool
	}{
		{[]string{"Origin", "https://evil.example"}, false},
		{[]string{"Origin", "null"}, false},
		{[]string{"Origin", s.http.URL, "Sec-Fetch-Site", "cross-site"}, false},
		{[]string{"Origin", strings.Replace(s.http.URL, "127.0.0.1", "localhost", 1)}, false},
		{[]string{"Origin", "http://127.0.0.1:1"}, false}, // another port of the same machine
		{[]string{"Origin", s.http.URL}, true},
	} {
		ws, status, err := s.dial(k.ID, "", append(c.head, "Cookie", cookie.Name+"="+cookie.Value)...)
		if (err == nil) != c.open || !c.open && status != http.StatusForbidden {
			t.Errorf("%v: %v", c.head, err)
		}
		if ws != nil {
			_ = ws.CloseNow()
		}
	}
}

// What is not understood ends the connection, and nothing else.
func TestTerminalsWantSense(t *testing.T) {
	s := newSite(t, withSessions(t))
	k := s.session("ann")
	for doc, want := range map[string]websocket.StatusCode{"": 4400, "[": 4400, `{"ticket":5}`: 4400, "{}": 4401} {
		ws, _, err := s.dial(k.ID, "ann")
		s.must(err)
		c := &screen{site: s, ws: ws, ctx: t.Context()}
		c.say(doc)
		if code, why := c.ends(); code != want {
			t.Errorf("%q: %d, %q", doc, code, why)
		}
	}
	if code, why := s.look(k.ID, "ann", s.ticket(k.ID, "ann"), "../x").ends(); code != 4400 || !strings.Contains(why, "no name of a shell") {
		t.Errorf("%d, %q", code, why)
	}
	c := s.look(k.ID, "ann", s.ticket(k.ID, "ann"), "x")
	c.shows("$ ")
	c.types(strings.Repeat("x", 65<<10))
	if code, _ := c.ends(); code != websocket.StatusMessageTooBig {
		t.Errorf("%d", code)
	}
	again := s.look(k.ID, "ann", s.ticket(k.ID, "ann"), "x")
	again.shows("$ ")
	again.say("no document")
	if code, _ := again.ends(); code != websocket.StatusPolicyViolation {
		t.Errorf("%d", code)
	}
}

// What a program prints waits for the client to draw it.
func TestTerminalsWaitForTheClient(t *testing.T) {
	s := newSite(t, withSessions(t))
	k := s.session("ann")
	c := s.look(k.ID, "ann", s.ticket(k.ID, "ann"), "x")
	c.types("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo all$((1+1))\n")
	for len(c.text) < 512<<10 {
		s.must(c.next())
	}
	for !strings.Contains(c.text, "all2") {
		c.say(fmt.Sprintf(`{"seen":%d}`, len(c.text)))
		s.must(c.next())
	}
	if len(c.text) < 3_000_000 {
		t.Errorf("%d", len(c.text))
	}
}

// Whoever may not be there any more is not.
func TestTerminalsEndWithTheRight(t *testing.T) {
	s := newSite(t, withSessions(t))
	ends := func(what string, id int64, c *screen, do func()) {
		t.Helper()
		c.shows("$ ")
		do()
		if code, why := c.ends(); code != 4403 {
			t.Errorf("%s: %d, %q", what, code, why)
		}
	}
	k := s.session("ann")
	ends("the task ends", k.ID, s.look(k.ID, "ann", s.ticket(k.ID, "ann"), "x"), func() {
		s.end(store.AttemptKey{ID: k.ID, Attempt: k.Attempt}, 0)
	})
	k = s.session("ann")
	ends("the key is removed", k.ID, s.look(k.ID, "ann submits", s.ticket(k.ID, "ann submits"), "x"), func() {
		keys, err := s.store.ListKeys(t.Context(), "ann")
		s.must(err)
		for _, key := range keys {
			if key.Name == "ann submits" {
				s.must(s.store.DeleteKey(t.Context(), "ann", key.ID))
			}
		}
	})
	cookie := s.cookie(annsPassword)
	ws, _, err := s.dial(k.ID, "", "Origin", s.http.URL, "Cookie", cookie.Name+"="+cookie.Value)
	s.must(err)
	c := &screen{site: s, ws: ws, ctx: t.Context()}
	c.say(`{"ticket":"` + s.ticket(k.ID, "ann") + `","shell":"x"}`)
	ends("a log-out", k.ID, c, func() {
		if a := s.with(cookie, "DELETE", "/api/1.0/session", ""); a.StatusCode != http.StatusOK {
			t.Error(a.Status)
		}
	})
	admin := s.look(k.ID, "root1", s.ticket(k.ID, "root1"), "x")
	ends("an administrator is one no more", k.ID, admin, func() {
		_, err := s.store.UpdateUser(t.Context(), "root1", func(u *godocker.User) error { u.Admin = false; return nil })
		s.must(err)
	})
	ends("a user is disabled", k.ID, s.look(k.ID, "ann", s.ticket(k.ID, "ann"), "x"), func() {
		_, err := s.store.UpdateUser(t.Context(), "ann", func(u *godocker.User) error { u.Active = false; return nil })
		s.must(err)
	})
}
