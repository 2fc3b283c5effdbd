// Package sshd lets people log in to interactive tasks. It serves the protocol from the
// runner's own process, whose memory no program of the task can read; whatever a person
// does there is done by programs that the runner starts with the rights of the task's
// user: shells, commands, and the server of files.
package sshd

import (
	"crypto/ed25519"
	"errors"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker/internal/runner/spec"
)

// A Program is something that the task's user runs. Files are its standard streams.
type Program struct {
	Args, Env []string
	Files     []*os.File
	Terminal  bool // the first of them is its controlling terminal
}

// A Process is a program that runs. Done gets its end, once.
type Process struct {
	PID  int
	Done <-chan syscall.WaitStatus
}

// A Host is the task as the server sees it.
type Host struct {
	Start   func(Program) (Process, error) // with the user's rights
	AsUser  func(do func())                // with the user's rights on files
	Login   []string                       // a shell for a terminal,
	Command []string                       // one that is given the text of a command,
	Files   []string                       // and a server of files by SFTP
	Copy    []string                       // does what scp does; nil = the image has its own
	Env     []string
}

// Limits keep strangers from using the server up.
const (
	maxConns    = 64               // connections,
	maxStrange  = 16               // those among them of people who are not logged in
	loginTime   = 30 * time.Second // to log in
	maxSessions = 64               // and ports, of a connection
	version     = "SSH-2.0-GoDocker"
)

// A Server serves one task. Its methods may be called concurrently.
type Server struct {
	host    Host
	config  *ssh.ServerConfig
	began   time.Time
	lastUse atomic.Int64 // nanoseconds since then

	mu       sync.Mutex
	strange  []net.Conn // not logged in, the oldest first
	conns    map[net.Conn]bool
	terminal map[*session]bool
	notice   string // for who opens a terminal
	closed   bool
	sessions sync.WaitGroup
	visits   sync.WaitGroup // connections of people who are logged in

	shellsMu sync.Mutex // taken before a shell's own
	shells   map[string]*shell
}

// New returns a server that lets those in whom the session names.
func New(s spec.Session, h Host) (*Server, error) {
	signer, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(s.HostKey))
	if err != nil {
		return nil, err
	}
	d := newDoor(s)
	config := &ssh.ServerConfig{ServerVersion: version, PublicKeyCallback: d.key, PasswordCallback: d.password, MaxAuthTries: maxTries}
	config.AddHostKey(signer)
	return &Server{host: h, config: config, began: time.Now(), conns: map[net.Conn]bool{}, terminal: map[*session]bool{}, shells: map[string]*shell{}}, nil
}

// Serve takes connections until the listener is closed.
func (s *Server) Serve(l net.Listener) error {
	for {
		c, err := l.Accept()
		if err != nil && short(err) {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		if err != nil {
			return err
		}
		if s.admit(c) {
			go s.serve(c)
		}
	}
}

// ServeConn serves one connection, which need not be of a network, until it ends.
func (s *Server) ServeConn(c net.Conn) {
	if s.admit(c) {
		s.serve(c)
	}
}

// short reports whether the system is only short of something just now.
func short(err error) bool {
	return slices.ContainsFunc([]error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED},
		func(e error) bool { return errors.Is(err, e) })
}

// admit notes a connection. Where too many are not logged in, the oldest makes room,
// so that nobody who keeps connections open keeps others out.
func (s *Server) admit(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.conns)-len(s.strange) >= maxConns {
		_ = c.Close()
		return false
	}
	if len(s.strange) >= maxStrange {
		_ = s.strange[0].Close()
		delete(s.conns, s.strange[0])
		s.strange = s.strange[1:]
	}
	s.strange, s.conns[c] = append(s.strange, c), true
	return true
}

// known takes a connection from those that are not logged in.
func (s *Server) known(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.strange = slices.DeleteFunc(s.strange, func(other net.Conn) bool { return other == c })
}

func (s *Server) serve(c net.Conn) {
	defer func() {
		_ = c.Close()
		s.known(c)
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, c)
	}()
	_ = c.SetDeadline(time.Now().Add(loginTime))
	conn, chans, reqs, err := ssh.NewServerConn(c, s.config)
	if err != nil {
		return
	}
	_ = c.SetDeadline(time.Time{})
	s.known(c)
	if !s.enter(&s.visits) {
		return
	}
	defer s.visits.Done()
	s.used()
	v := &visit{server: s, conn: conn, ports: map[string]net.Listener{}}
	defer v.end()
	go v.requests(reqs)
	go v.keepAlive()
	v.channels(chans)
}

// sayTime is how long somebody whose connection is slow keeps others waiting.
const sayTime = time.Second

// Say writes a line into every terminal that is open.
func (s *Server) Say(text string) {
	var all sync.WaitGroup
	s.mu.Lock()
	for t := range s.terminal {
		all.Go(func() { t.say(text) })
	}
	s.mu.Unlock()
	within(sayTime, &all)
}

// within waits for a group, and not for longer than a time.
func within(d time.Duration, all *sync.WaitGroup) {
	done := make(chan struct{})
	go func() {
		all.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(d):
	}
}

// Notice is said to whoever opens a terminal from now on.
func (s *Server) Notice(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notice = text
}

// begin runs a session that Close waits for, unless it came too late.
func (s *Server) begin(session func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.sessions.Go(session)
	}
	return !s.closed
}

// enter counts something that Close waits for, unless it came too late.
func (s *Server) enter(group *sync.WaitGroup) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		group.Add(1)
	}
	return !s.closed
}

// Close takes no more connections, and ends those that there are when the clients know
// how their programs ended.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	within(sayTime, &s.sessions)
	within(sayTime, &s.visits) // clients hang up when they have got the last words, which go with the container otherwise
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
}
