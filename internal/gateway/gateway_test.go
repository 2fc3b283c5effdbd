package gateway

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker"
	"godocker/internal/account"
	"godocker/internal/audit"
	"godocker/internal/credential"
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

// A place is a gateway at work.
type place struct {
	*Gateway
	site doortest.Site
	addr string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	site, l := doortest.New(t), doortest.Listen(t)
	keys, err := credential.NewHostKeys("a passphrase", "c")
	must(t, err)
	g := &Gateway{Store: site.Store, Desk: site.Desk, Hall: &entry.Hall{Keys: keys, Tasks: site.Store, Log: site.Log}, Ledger: audit.Ledger{Store: site.Store, Log: site.Log}, Log: site.Log, Recheck: 10 * time.Millisecond}
	doortest.Serve(t, l, g.Serve)
	return &place{g, site, l.Addr().String()}
}

// person adds one and returns their ssh key.
func (p *place) person(t *testing.T, u godocker.User) ssh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	signer, err := ssh.NewSignerFromKey(private)
	must(t, err)
	u.PublicKey = string(ssh.MarshalAuthorizedKey(signer.PublicKey()))
	must(t, p.site.Store.CreateUser(t.Context(), u))
	return signer
}

// dial logs in, and checks that it is the gateway.
func (p *place) dial(name string, auth ssh.AuthMethod) (*ssh.Client, error) {
	_, public, err := p.Hall.Keys.Gateway()
	if err != nil {
		return nil, err
	}
	host, _, _, _, err := ssh.ParseAuthorizedKey([]byte(public))
	if err != nil {
		return nil, err
	}
	return ssh.Dial("tcp", p.addr, &ssh.ClientConfig{User: name, Auth: []ssh.AuthMethod{auth}, HostKeyCallback: ssh.FixedHostKey(host)})
}

// answers are all that somebody is told who wants to get to a task: in a session and by a jump.
func (p *place) answers(t *testing.T, key ssh.Signer, task string) string {
	t.Helper()
	c, err := p.dial(task, ssh.PublicKeys(key))
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	s, err := c.NewSession()
	must(t, err)
	said, err := s.StderrPipe()
	must(t, err)
	must(t, s.Start("true"))
	text, err := io.ReadAll(said)
	must(t, err)
	if got, ok := errors.AsType[*ssh.ExitError](s.Wait()); !ok || got.ExitStatus() != 255 {
		t.Errorf("%s ended with %v, want 255", task, got)
	}
	_, err = c.Dial("tcp", task+":22")
	return string(text) + err.Error()
}

func (p *place) task(t *testing.T, user, name string) string {
	t.Helper()
	id := p.site.Submit(t, user, godocker.Task{Meta: godocker.Meta{Name: name}, Command: godocker.Command{Interactive: true}})
	return strconv.FormatInt(id, 10)
}

// What is another's is as absent as what does not exist, by number and by name.
func TestOthersAreAbsent(t *testing.T) {
	p := newPlace(t)
	ann := p.person(t, godocker.User{ID: "ann", UID: 7, GID: 7, Active: true})
	bob := p.person(t, godocker.User{ID: "bob", UID: 8, GID: 8, Active: true})
	boss := p.person(t, godocker.User{ID: "boss", UID: 9, GID: 9, Active: true, Admin: true})
	out := p.person(t, godocker.User{ID: "out", UID: 10, GID: 10})
	id := p.task(t, "ann", "train")
	for _, k := range []ssh.Signer{ann, boss} {
		if got := p.answers(t, k, id); strings.Count(got, "cannot be logged in to: it is pending") != 2 {
			t.Errorf("who may hears %q", got)
		}
	}
	for theirs, none := range map[string]string{id: "9" + id, "train": "twain", "ann+" + id: "ann+9" + id, "task-" + id: "task-9" + id} {
		got, want := p.answers(t, bob, theirs), p.answers(t, bob, none)
		if strings.ReplaceAll(got, theirs, "X") != strings.ReplaceAll(want, none, "X") || !strings.Contains(got, "does not exist") {
			t.Errorf("%s: %q; %s: %q", theirs, got, none, want)
		}
		if got, want := p.answers(t, out, theirs), p.answers(t, out, none); got != want || !strings.Contains(got, "unable to authenticate") {
			t.Errorf("who is disabled hears %q of %s and %q of %s", got, theirs, want, none)
		}
	}
}

// Nothing but the ssh port of a task is led to, whoever asks.
func TestLeadsNowhereElse(t *testing.T) {
	p := newPlace(t)
	boss := p.person(t, godocker.User{ID: "boss", UID: 9, GID: 9, Active: true, Admin: true})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	c, err := p.dial("boss", ssh.PublicKeys(boss))
	must(t, err)
	defer c.Close()
	for _, to := range []string{l.Addr().String(), "127.0.0.1:22", "localhost:22", "[::1]:22", p.addr, "169.254.169.254:80", "1:80"} {
		if got, err := c.Dial("tcp", to); err == nil {
			_ = got.Close()
			t.Errorf("it leads to %s", to)
		}
	}
	if _, err := c.Listen("tcp", "127.0.0.1:0"); err == nil {
		t.Error("it opens a port of its own")
	}
	for _, kind := range []string{"x11", "direct-streamlocal@openssh.com", "tun@openssh.com", "forwarded-tcpip"} {
		if _, _, err := c.OpenChannel(kind, nil); err == nil {
			t.Errorf("it opens a channel %s", kind)
		}
	}
}

// API keys count by what they may do, and wrong ones not at all.
func TestPasswords(t *testing.T) {
	p := newPlace(t)
	p.person(t, godocker.User{ID: "ann", UID: 7, GID: 7, Active: true})
	for scope, ok := range map[godocker.Scope]bool{"": true, godocker.ScopeSubmit: true, godocker.ScopeRead: false} {
		k := godocker.Key{User: "ann"}
		if scope != "" {
			k.Scopes = []godocker.Scope{scope}
		}
		text, _, err := account.NewKey(t.Context(), p.site.Store, k, time.Now())
		must(t, err)
		c, err := p.dial("ann", ssh.Password(text))
		if (err == nil) != ok {
			t.Errorf("a key with the scope %q: %v", scope, err)
		}
		if err == nil {
			_ = c.Close()
		}
	}
	for _, wrong := range []string{"", "ann"} {
		if _, err := p.dial("ann", ssh.Password(wrong)); err == nil {
			t.Errorf("%q is let in", wrong)
		}
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) { // whoever is refused hears of it first
		as, err := p.site.Store.Acts(t.Context(), store.ActQuery{Refused: true})
		must(t, err)
		if len(as) == 1 && as[0].Door == "ssh" && as[0].Address == "127.0.0.1" && as[0].Action == "login" {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("written down is %+v", as)
		}
	}
	if _, err := p.gate.Enter("ssh", "", addressOf(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}), time.Now()); err != nil {
		t.Error(err)
	}
}

// Wrong passwords from one address come to cost the whole connection.
func TestGuessesAreSlowed(t *testing.T) {
	p := newPlace(t)
	from := addressOf(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	for i := 0; ; i++ {
		if _, slow := p.gate.Enter("ssh", "", from, time.Now()); slow != nil {
			break
		}
		if i > 100 {
			t.Fatal("it is never too many")
		}
	}
	if _, err := p.dial("ann", ssh.Password("guess")); err == nil || strings.Contains(err.Error(), "unable to authenticate") {
		t.Errorf("a guess gets the answer %v, want the connection ended", err)
	}
}

// Who keeps connections open without logging in keeps nobody out, and makes room.
func TestStrangersMakeRoom(t *testing.T) {
	p := newPlace(t)
	ann := p.person(t, godocker.User{ID: "ann", UID: 7, GID: 7, Active: true})
	first, err := net.Dial("tcp", p.addr)
	must(t, err)
	defer first.Close()
	buf := make([]byte, 100)
	_, err = first.Read(buf) // it is served
	must(t, err)
	for range maxStrangeFrom {
		c, err := net.Dial("tcp", p.addr)
		must(t, err)
		defer c.Close()
		_, err = c.Read(buf)
		must(t, err)
	}
	must(t, first.SetReadDeadline(time.Now().Add(20*time.Second)))
	for err == nil {
		_, err = first.Read(buf)
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		t.Error("the oldest stays")
	}
	c, err := p.dial("ann", ssh.PublicKeys(ann))
	must(t, err)
	_ = c.Close()
}
