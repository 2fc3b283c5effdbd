package runner_test

import (
	"crypto/ed25519"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker/internal/runner/spec"
)

// A typist is somebody at a terminal.
type typist struct {
	t    *testing.T
	in   io.Writer
	seen chan string
	text strings.Builder
	c    *ssh.Client
	s    *ssh.Session
}

func (l *login) typist(t *testing.T) *typist {
	t.Helper()
	c, err := ssh.Dial("tcp", l.addr+":22", &ssh.ClientConfig{User: "x", Auth: []ssh.AuthMethod{ssh.Password(password)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()}) //nolint:gosec // it is the one
	must(t, err)
	s, err := c.NewSession()
	must(t, err)
	y := &typist{t: t, seen: make(chan string, 1000), c: c, s: s}
	must(t, s.RequestPty("xterm", 24, 80, nil))
	y.in, err = s.StdinPipe()
	must(t, err)
	out, err := s.StdoutPipe()
	must(t, err)
	must(t, s.Shell())
	go func() {
		defer close(y.seen)
		buf := make([]byte, 4096)
		for {
			n, err := out.Read(buf)
			y.seen <- string(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { _ = c.Close() })
	return y
}

func (y *typist) types(text string) {
	y.t.Helper()
	_, err := io.WriteString(y.in, text)
	must(y.t, err)
}

// sees waits for a text on the terminal.
func (y *typist) sees(text string) {
	y.t.Helper()
	limit := time.After(20 * time.Second)
	for !strings.Contains(y.text.String(), text) {
		select {
		case more, open := <-y.seen:
			if y.text.WriteString(more); !open {
				y.t.Fatalf("the terminal does not show %q: %q", text, y.text.String())
			}
		case <-limit:
			y.t.Fatalf("the terminal does not show %q: %q", text, y.text.String())
		}
	}
}

func TestTerminal(t *testing.T) {
	l := logIn(t, debian, "")
	y := l.typist(t)
	y.types("stty size; tty -s && echo a-terminal; ls -l $SSH_TTY | cut -d' ' -f3; echo $TERM\n")
	y.sees("24 80")
	y.sees("a-terminal\r\ngodocker\r\nxterm")
	must(t, y.s.WindowChange(50, 132))
	y.types("stty size; echo then-$?\n")
	y.sees("50 132\r\nthen-0")
	y.types("sh -c 'echo before-$((1+1)); exec sleep 100'\n")
	y.sees("before-2")
	y.types("\x03")
	y.sees("^C")
	y.types("echo after-$((1+1))\n")
	y.sees("after-2")
	y.types("trap 'echo got-it' USR1; sleep 100 & echo trap-$((2+1)); wait\n")
	y.sees("trap-3")
	must(t, y.s.Signal(ssh.SIGUSR1))
	y.sees("got-it\r\n")
	y.types("kill -KILL $$\n")
	if got, ok := errors.AsType[*ssh.ExitError](y.s.Wait()); !ok || got.Signal() != "KILL" {
		t.Errorf("it ended with %v, want the signal KILL", got)
	}
}

// Shells hear of a broken connection; what runs apart from them goes on.
func TestBrokenConnection(t *testing.T) {
	l := logIn(t, debian, "")
	y := l.typist(t)
	y.types("nohup sleep 1000 >/dev/null 2>&1 & echo $$ >shell; echo up-$((1+1))\n")
	y.sees("up-2")
	runs := func() string {
		out, _, _ := l.ssh(t, "grep -l . /proc/$(cat shell)/comm 2>/dev/null; grep -hx sleep /proc/[0-9]*/comm")
		return strings.TrimSpace(out)
	}
	l.box.wait(t, "nothing runs", func() bool { return strings.HasPrefix(runs(), "/proc/") && strings.HasSuffix(runs(), "sleep") })
	_ = y.c.Close()
	l.box.wait(t, "the shell is not told, or sleep is gone", func() bool { return runs() == "sleep" })
}

// Terminals hear of the end before it comes.
func TestEndOfSession(t *testing.T) {
	for _, image := range []string{debian, busybox, static} {
		l := logIn(t, image, "")
		y := l.typist(t)
		y.types("echo here-$((1+1))\n")
		y.sees("here-2")
		l.box.signal(t, "USR1")
		y.sees("*** The time of this task is nearly up: it ends in 1m, at ")
		l.typist(t).sees("nearly up")
		l.box.signal(t, "TERM")
		y.sees("*** This task is being ended.")
		if code := l.box.end(t); code != 128+15 {
			t.Errorf("exit code %d", code)
		}
		if r := l.box.result(t); !r.Stopped || r.Error != "" {
			t.Errorf("result %+v", r)
		}
	}
}

// The script is not told of the end if it did not ask for that.
func TestWarningDuringScript(t *testing.T) {
	for asked, code := range map[bool]int{false: 128 + 15, true: 128 + 15} {
		b := newBox(t, busybox, "trap 'echo told; exit 0' USR1; echo ready; while :; do sleep 0.1; done")
		b.spec.Interactive, b.host.NetworkMode = true, ""
		b.session = &spec.Session{HostKey: make([]byte, ed25519.SeedSize), WarnScript: asked}
		b.start(t)
		b.says(t, "ready")
		b.signal(t, "USR1")
		if asked {
			b.says(t, "told")
		}
		b.signal(t, "TERM")
		if got := b.end(t); got != code || strings.Contains(b.read(t, spec.Log), "told") != asked {
			t.Errorf("asked %v: exit code %d, it said %q", asked, got, b.read(t, spec.Log))
		}
	}
}

// The built-in shell is one to talk to.
func TestBuiltInShellConverses(t *testing.T) {
	l := logIn(t, static, "")
	y := l.typist(t)
	y.types("x=4; echo it-is-$((x+1))\n")
	y.sees("it-is-5")
	y.types("for i in a b\ndo echo loop-$i\ndone\n")
	y.sees("loop-b")
	y.types("fi\necho again-$((1+1))\n")
	y.sees("again-2")
	y.types("while :; do :; done\n")
	y.types("\x03")
	y.sees("^C")
	y.types("echo free-$((1+1))\n")
	y.sees("free-2")
	y.types("exit 9\n")
	if got, ok := errors.AsType[*ssh.ExitError](y.s.Wait()); !ok || got.ExitStatus() != 9 {
		t.Errorf("it ended with %v, want 9", got)
	}
}
