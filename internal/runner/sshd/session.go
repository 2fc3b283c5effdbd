package sshd

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/crypto/ssh"
	"golang.org/x/sys/unix"

	"godocker/internal/runner/spec"
)

// A session is one channel in which one program runs.
type session struct {
	visit *visit
	ch    ssh.Channel

	env     map[string]string
	pty     *os.File // our end of the terminal; nil = there is none
	tty     *os.File // the program's end, until it has it
	window  pty.Winsize
	agent   *agent  // nil = not forwarded
	shell   *shell  // nil = its program is its own
	viewer  *viewer // of the shell
	begun   bool
	started chan struct{} // closed when process is set
	process Process
}

// Limits of what a client says before its program starts.
const (
	maxEnv      = 200
	maxEnvValue = 64 << 10
)

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// session serves a channel until its program has ended.
func (v *visit) session(n ssh.NewChannel) {
	defer v.gone()
	ch, reqs, err := n.Accept()
	if err != nil {
		return
	}
	s := &session{visit: v, ch: heard{ch, v.server}, env: map[string]string{}, started: make(chan struct{})}
	defer s.close()
	done := make(chan struct{})
	for {
		select {
		case r, open := <-reqs:
			if !open {
				if s.begun {
					s.hangUp()
					<-done
				}
				return
			}
			ok := s.obey(r, done)
			if r.WantReply {
				_ = r.Reply(ok, nil)
			}
			if ok && isProgram[r.Type] {
				close(s.started)
			}
		case <-done:
			return
		}
	}
}

var isProgram = map[string]bool{"shell": true, "exec": true, "subsystem": true}

// hangUp tells a program on a terminal that nobody looks at it any more. A shell with a
// name goes on.
func (s *session) hangUp() {
	if s.shell != nil {
		s.shell.leave(s.viewer)
	}
	if s.pty != nil {
		_ = s.pty.Close()
	}
}

func (s *session) close() {
	_ = s.ch.Close()
	for _, f := range []*os.File{s.pty, s.tty} {
		if f != nil {
			_ = f.Close()
		}
	}
	if s.agent != nil {
		s.agent.close()
	}
}

// obey does what the client asks for, and reports whether it did.
func (s *session) obey(r *ssh.Request, done chan struct{}) bool {
	if s.begun {
		switch r.Type {
		case "window-change":
			return s.resize(r.Payload)
		case "signal":
			return s.signal(r.Payload)
		}
		return false
	}
	var one struct{ Text string }
	switch r.Type {
	case "pty-req":
		return s.terminal(r.Payload)
	case "window-change":
		return s.resize(r.Payload)
	case "env":
		var kv struct{ Name, Value string }
		err := ssh.Unmarshal(r.Payload, &kv)
		if err != nil || !envName.MatchString(kv.Name) || len(kv.Value) > maxEnvValue || len(s.env) >= maxEnv || strings.ContainsRune(kv.Value, 0) {
			return false
		}
		s.env[kv.Name] = kv.Value
		return true
	case "auth-agent-req@openssh.com":
		if s.agent == nil {
			s.agent = newAgent(s.visit)
		}
		return s.agent != nil
	case "shell":
		if name := s.env[spec.ShellVariable]; name != "" && s.pty != nil {
			return s.enter(name, done)
		}
		return s.run(s.visit.server.host.Login, done)
	case "exec":
		if ssh.Unmarshal(r.Payload, &one) != nil || strings.ContainsRune(one.Text, 0) {
			return false
		}
		return s.run(s.visit.server.host.command(one.Text), done)
	case "subsystem":
		return ssh.Unmarshal(r.Payload, &one) == nil && one.Text == "sftp" && s.run(s.visit.server.host.Files, done)
	default:
		return false
	}
}

// command is what runs the text of a command. Images without scp get the runner's, which
// older clients ask for.
func (h Host) command(text string) []string {
	if words := strings.Fields(text); len(h.Copy) > 0 && len(words) > 1 && words[0] == "scp" {
		return append(slices.Clone(h.Copy), text)
	}
	return append(slices.Clone(h.Command), text)
}

// terminal opens a terminal that belongs to the user.
func (s *session) terminal(payload []byte) bool {
	var ask struct {
		Term                string
		Columns, Rows, W, H uint32
		Modes               string
	}
	if ssh.Unmarshal(payload, &ask) != nil || s.pty != nil || strings.ContainsRune(ask.Term, 0) {
		return false
	}
	var err error
	s.visit.server.host.AsUser(func() { s.pty, s.tty, err = openTerminal() })
	if err != nil {
		return false
	}
	s.env["TERM"] = ask.Term
	return s.size(ask.Columns, ask.Rows, ask.W, ask.H)
}

// openTerminal makes our end one whose reads end when it is closed.
func openTerminal() (ours, program *os.File, err error) {
	blocking, program, err := pty.Open()
	if err != nil {
		return nil, nil, err
	}
	defer blocking.Close()
	fd, err := unix.FcntlInt(blocking.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		_ = program.Close()
		return nil, nil, err
	}
	return os.NewFile(uintptr(fd), blocking.Name()), program, nil
}

func (s *session) resize(payload []byte) bool {
	var ask struct{ Columns, Rows, W, H uint32 }
	return (s.pty != nil || s.shell != nil) && ssh.Unmarshal(payload, &ask) == nil && s.size(ask.Columns, ask.Rows, ask.W, ask.H)
}

func (s *session) size(columns, rows, w, h uint32) bool {
	most := func(n uint32) uint16 { return uint16(min(n, 1<<16-1)) } //nolint:gosec // it is in range
	window := pty.Winsize{Rows: most(rows), Cols: most(columns), X: most(w), Y: most(h)}
	if s.shell != nil {
		s.shell.resized(s, window)
		return true
	}
	s.window = window
	return pty.Setsize(s.pty, &window) == nil
}

// signals that a client may send, by their names in the protocol.
var signals = map[string]syscall.Signal{"ABRT": syscall.SIGABRT, "ALRM": syscall.SIGALRM, "FPE": syscall.SIGFPE, "HUP": syscall.SIGHUP, "ILL": syscall.SIGILL,
	"INT": syscall.SIGINT, "KILL": syscall.SIGKILL, "PIPE": syscall.SIGPIPE, "QUIT": syscall.SIGQUIT, "SEGV": syscall.SIGSEGV, "TERM": syscall.SIGTERM,
	"USR1": syscall.SIGUSR1, "USR2": syscall.SIGUSR2}

// signal goes to the program and all that it has in its group.
func (s *session) signal(payload []byte) bool {
	var ask struct{ Name string }
	if ssh.Unmarshal(payload, &ask) != nil {
		return false
	}
	sig, known := signals[ask.Name]
	return known && syscall.Kill(-s.process.PID, sig) == nil
}

// environ is the task's environment, with what belongs to this session.
func (s *session) environ() []string {
	set := maps.Clone(s.env)
	conn := s.visit.conn
	from, fromPort, _ := net.SplitHostPort(conn.RemoteAddr().String())
	to, toPort, _ := net.SplitHostPort(conn.LocalAddr().String())
	set["SSH_CONNECTION"] = strings.Join([]string{from, fromPort, to, toPort}, " ")
	set["SSH_CLIENT"] = strings.Join([]string{from, fromPort, toPort}, " ")
	if s.tty != nil {
		set["SSH_TTY"] = s.tty.Name()
	}
	if s.agent != nil {
		set["SSH_AUTH_SOCK"] = s.agent.path
	}
	var env []string
	utf8 := s.tty == nil || set["LANG"] != "" || set["LC_ALL"] != ""
	for _, kv := range s.visit.server.host.Env {
		name, _, _ := strings.Cut(kv, "=")
		utf8 = utf8 || name == "LANG" || name == "LC_ALL" || name == "LC_CTYPE"
		if _, replaced := set[name]; !replaced {
			env = append(env, kv)
		}
	}
	if !utf8 { // terminals are, and shells must know how far a letter goes
		set["LANG"] = "C.UTF-8"
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		env = append(env, name+"="+set[name])
	}
	return env
}

// run starts the program of the session; done is closed when it has ended and all that
// it wrote is on its way.
func (s *session) run(args []string, done chan struct{}) bool {
	p := Program{Args: args, Env: s.environ()}
	var ours [3]*os.File
	if s.pty != nil {
		p.Terminal, p.Files = true, []*os.File{s.tty, s.tty, s.tty}
	} else {
		var err error
		if p.Files, ours, err = pipes(); err != nil {
			return false
		}
	}
	if s.pty != nil {
		s.visit.server.join(s)
	}
	process, err := s.visit.server.host.Start(p)
	for _, f := range p.Files {
		_ = f.Close() // several times where it is one terminal
	}
	s.tty = nil
	if err != nil {
		for _, f := range ours {
			if f != nil {
				_ = f.Close()
			}
		}
		s.visit.server.leave(s)
		s.fail(err)
		close(done)
		s.begun = true
		return true
	}
	s.process, s.begun = process, true
	go s.follow(ours, done)
	return true
}

// fail tells the client why there is no program, as a shell would.
func (s *session) fail(err error) {
	_, _ = io.WriteString(s.ch.Stderr(), "godocker: "+err.Error()+"\r\n")
	_, _ = s.ch.SendRequest("exit-status", false, ssh.Marshal(struct{ Code uint32 }{127}))
}

// pipes makes three: the program's ends, and ours.
func pipes() (theirs []*os.File, ours [3]*os.File, err error) {
	theirs = make([]*os.File, 3)
	for i := range 3 {
		r, w, e := os.Pipe()
		if err = errors.Join(err, e); e != nil {
			continue
		}
		if theirs[i], ours[i] = w, r; i == 0 {
			theirs[i], ours[i] = r, w
		}
	}
	if err != nil {
		for _, f := range append(theirs, ours[:]...) {
			if f != nil {
				_ = f.Close()
			}
		}
	}
	return theirs, ours, err
}

// drain is how long what a terminal still holds may take after its program has ended.
const drain = 500 * time.Millisecond

// follow copies between the client and the program until it has ended.
func (s *session) follow(ours [3]*os.File, done chan struct{}) {
	defer close(done)
	<-s.started // the client hears that there is a program before it hears of it
	var out sync.WaitGroup
	if s.pty != nil {
		go func() { _, _ = io.Copy(s.pty, s.ch) }()
		out.Go(func() { s.copyOut(s.ch, s.pty) })
	} else {
		go func() {
			_, _ = io.Copy(ours[0], s.ch)
			_ = ours[0].Close()
		}()
		out.Go(func() { s.copyOut(s.ch, ours[1]) })
		out.Go(func() { s.copyOut(s.ch.Stderr(), ours[2]) })
	}
	status := <-s.process.Done
	if s.pty != nil { // programs that it left behind may keep the terminal
		_ = s.pty.SetReadDeadline(time.Now().Add(drain))
	}
	out.Wait()
	s.visit.server.leave(s)
	_ = s.ch.CloseWrite()
	s.ended(status)
}

// ended tells the client how its program ended.
func (s *session) ended(status syscall.WaitStatus) {
	if status.Signaled() {
		_, _ = s.ch.SendRequest("exit-signal", false, ssh.Marshal(struct {
			Name      string
			Core      bool
			Text, Tag string
		}{nameOf(status.Signal()), status.CoreDump(), status.Signal().String(), ""}))
		return
	}
	_, _ = s.ch.SendRequest("exit-status", false, ssh.Marshal(struct{ Code uint32 }{uint32(status.ExitStatus())})) //nolint:gosec // 0 to 255
}

func nameOf(sig syscall.Signal) string {
	for name, s := range signals {
		if s == sig {
			return name
		}
	}
	return strconv.Itoa(int(sig)) + "@godocker"
}

// copyOut copies what the program writes. If the client is gone, the program hears of it
// when it writes more.
func (s *session) copyOut(to io.Writer, from *os.File) {
	_, _ = io.Copy(to, from)
	if from != s.pty {
		_ = from.Close()
	}
}

// join makes a terminal one that is spoken to.
func (s *Server) join(t *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.terminal[t] = true
	if s.notice != "" {
		go t.say(s.notice)
	}
}

func (s *Server) leave(t *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.terminal, t)
}

func (s *session) say(text string) {
	var line bytes.Buffer
	line.WriteString("\r\n*** " + text + "\r\n")
	_, _ = s.ch.Write(line.Bytes())
}
