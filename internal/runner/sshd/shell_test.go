package sshd

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker/internal/runner/spec"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// serve runs a server whose shells are this machine's, and returns where it is.
func serve(t *testing.T) (s *Server, at string) {
	t.Helper()
	var err error
	s, err = New(spec.Session{HostKey: make([]byte, ed25519.SeedSize), Passwords: []spec.Password{{Digest: digest("right")}}}, Host{
		AsUser: func(do func()) { do() }, Login: []string{"/bin/sh"}, Env: []string{"PATH=/usr/bin:/bin", "PS1=$ "},
		Start: func(p Program) (Process, error) {
			c := &exec.Cmd{Path: p.Args[0], Args: p.Args, Env: p.Env, Stdin: p.Files[0], Stdout: p.Files[1], Stderr: p.Files[2],
				SysProcAttr: &syscall.SysProcAttr{Setsid: true, Setctty: p.Terminal}}
			if err := c.Start(); err != nil {
				return Process{}, err
			}
			t.Cleanup(func() { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) })
			done := make(chan syscall.WaitStatus, 1)
			go func() {
				_ = c.Wait()
				done <- c.ProcessState.Sys().(syscall.WaitStatus)
			}()
			return Process{c.Process.Pid, done}, nil
		}})
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = l.Close(); s.Close() })
	return s, l.Addr().String()
}

// A screen is somebody at a shell.
type screen struct {
	t       *testing.T
	client  *ssh.Client
	session *ssh.Session
	keys    io.Writer

	mu   sync.Mutex
	seen bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen.Write(p)
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen.String()
}

// joined comes to a shell on a terminal of a size.
func joined(t *testing.T, addr, name string, columns, rows int) *screen {
	t.Helper()
	c, err := ssh.Dial("tcp", addr, &ssh.ClientConfig{User: "x", Auth: []ssh.AuthMethod{ssh.Password("right")}, HostKeyCallback: ssh.InsecureIgnoreHostKey()}) //nolint:gosec // it is the test's
	must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	session, err := c.NewSession()
	must(t, err)
	s := &screen{t: t, client: c, session: session}
	session.Stdout, session.Stderr = s, s
	s.keys, err = session.StdinPipe()
	must(t, err)
	must(t, session.RequestPty("xterm", rows, columns, nil))
	must(t, session.Setenv(spec.ShellVariable, name))
	must(t, session.Shell())
	return s
}

func (s *screen) types(text string) {
	s.t.Helper()
	_, err := io.WriteString(s.keys, text)
	must(s.t, err)
}

// shows waits until something is seen.
func (s *screen) shows(text string) {
	s.t.Helper()
	until(s.t, func() bool { return strings.Contains(s.text(), text) }, func() string { return fmt.Sprintf("%q is not in %.2000q", text, s.text()) })
}

func until(t *testing.T, yes func() bool, complaint func() string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(20 * time.Second); !yes(); {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatal(complaint())
		}
	}
}

// A shell is the same for who comes back, and shows what it printed.
func TestShellsOutliveConnections(t *testing.T) {
	_, at := serve(t)
	first := joined(t, at, "one", 80, 24)
	first.types("kept=$((40+2)); echo begun$kept\n")
	first.shows("begun42")
	other := joined(t, at, "two", 80, 24)
	other.types("echo \"other[$kept]\"\n")
	other.shows("other[]")
	_ = first.client.Close()
	again := joined(t, at, "one", 80, 24)
	again.shows("begun42")
	again.types("echo $kept$" + spec.ShellVariable + "\n")
	again.shows("42one")
}

// All who are there see the same, as large as the screen of who came last.
func TestShellsAreShared(t *testing.T) {
	_, at := serve(t)
	a := joined(t, at, "s", 100, 30)
	a.types("stty size\n")
	a.shows("30 100")
	b := joined(t, at, "s", 90, 20)
	b.types("stty size\n")
	b.shows("20 90")
	a.shows("20 90")
	must(t, a.session.WindowChange(33, 111))
	must(t, b.session.WindowChange(21, 91))
	until(t, func() bool { b.types("stty size\n"); return strings.Contains(a.text(), "21 91") }, b.text)
	_ = b.client.Close()
	until(t, func() bool { a.types("stty size\n"); return strings.Contains(a.text(), "33 111") }, a.text)
}

// Who is there learns how a shell ended, and so does who comes when nobody was. The next
// one has a new shell.
func TestShellsEnd(t *testing.T) {
	server, at := serve(t)
	code := func(s *screen) int {
		t.Helper()
		var e *ssh.ExitError
		if err := s.session.Wait(); !errors.As(err, &e) {
			t.Fatalf("it ended with %v", err)
		}
		return e.ExitStatus()
	}
	a := joined(t, at, "s", 80, 24)
	a.types("exit 3\n")
	if got := code(a); got != 3 {
		t.Errorf("it ended with %d", got)
	}
	dir := t.TempDir()
	must(t, syscall.Mkfifo(dir+"/go", 0o600))
	b := joined(t, at, "s", 80, 24)
	b.types("read go <" + dir + "/go; echo bye$((1+1)); exit 4\n")
	b.shows("exit 4")
	_ = b.client.Close()
	h := server.shells["s"]
	until(t, func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return len(h.there) == 0
	}, func() string { return "somebody who left is there" })
	must(t, os.WriteFile(dir+"/go", []byte("now\n"), 0o600))
	c := joined(t, at, "s", 80, 24)
	if got := code(c); got != 4 {
		t.Errorf("it ended with %d", got)
	}
	c.shows("bye2")
	d := joined(t, at, "s", 80, 24)
	d.types("echo new$((1+1))\n")
	d.shows("new2")
	if strings.Contains(d.text(), "bye2") {
		t.Errorf("it is the old one: %q", d.text())
	}
}

// There is no end to what shells print, but to how many there are.
func TestShellsHaveLimits(t *testing.T) {
	_, at := serve(t)
	for i := range maxShells {
		s := joined(t, at, fmt.Sprint("s", i), 80, 24)
		s.types("echo there$((1+1))\n")
		s.shows("there2")
		_ = s.client.Close()
	}
	refused := func(name, why string) {
		t.Helper()
		s := joined(t, at, name, 80, 24)
		s.shows(why)
		if e, ok := errors.AsType[*ssh.ExitError](s.session.Wait()); !ok || e.ExitStatus() != 127 {
			t.Errorf("%q ended with %v", name, e)
		}
	}
	refused("more", "16 shells go on already")
	for _, name := range []string{"a b", "../x", strings.Repeat("x", 65), "é"} {
		refused(name, "is no name of a shell")
	}
	s := joined(t, at, "s0", 80, 24)
	s.types("exit\n")
	must(t, s.session.Wait())
	joined(t, at, "more", 80, 24).shows("$ ")
}

// Somebody who does not read holds up nobody else, and when nobody is there, nothing is
// held up at all.
func TestSlowScreensHoldUpNobody(t *testing.T) {
	_, at := serve(t)
	slow := joined(t, at, "s", 80, 24)
	slow.shows("$ ")
	slow.mu.Lock() // reads no more
	fast := joined(t, at, "s", 80, 24)
	fast.types("head -c 20000000 /dev/zero | tr '\\0' x; echo; echo all$((1+1))\n")
	fast.shows("all2")
	fast.types("(head -c 20000000 /dev/zero | tr '\\0' x; echo; echo alone$((1+1)))\n")
	_ = fast.client.Close()
	slow.mu.Unlock()
	_ = slow.client.Close()
	joined(t, at, "s", 80, 24).shows("alone2")
}
