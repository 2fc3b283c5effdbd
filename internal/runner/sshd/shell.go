package sshd

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"godocker/internal/runner/spec"
)

// maxShells is how many shells with names there are at once.
const maxShells = 16

// A shell is a login program on a terminal that outlives those who look at it. What it
// printed lately is kept for those who come; all who are there see the same and type into
// the same. It waits for the fastest of them, and those who are too slow miss something.
type shell struct {
	server  *Server
	name    string
	pty     *os.File
	process Process

	mu      sync.Mutex
	changed sync.Cond // more was printed, or shown, or somebody left, or it ended
	kept    ring
	there   []*viewer // who came last is last
	over    bool
	status  syscall.WaitStatus
}

// A viewer is a session that looks at a shell.
type viewer struct {
	session *session
	past    []byte // what it is shown first
	at      int64  // what it is shown next
	left    bool
}

// shellNamed returns the shell with a name, which is begun for the first who comes.
func (s *Server) shellNamed(name string, first *session) (*shell, error) {
	if !spec.ShellName.MatchString(name) {
		return nil, fmt.Errorf("%.80q is no name of a shell: want letters, digits, _ . and -, at most 64", name)
	}
	s.shellsMu.Lock()
	defer s.shellsMu.Unlock()
	if h := s.shells[name]; h != nil {
		return h, nil
	}
	if len(s.shells) >= maxShells && !s.forget() {
		return nil, fmt.Errorf("%d shells go on already: end one of them first", maxShells)
	}
	h, err := begin(s, name, first)
	if err == nil {
		s.shells[name] = h
	}
	return h, err
}

// forget makes room by one shell that is over, and whose end nobody came to see.
func (s *Server) forget() bool {
	for name, h := range s.shells {
		h.mu.Lock()
		over := h.over
		h.mu.Unlock()
		if over {
			delete(s.shells, name)
			return true
		}
	}
	return false
}

// begin starts a shell on the terminal of a session, which is the shell's from then on.
func begin(s *Server, name string, first *session) (*shell, error) {
	h := &shell{server: s, name: name, pty: first.pty, kept: ring{size: keptSize}}
	h.changed.L = &h.mu
	p := Program{Args: s.host.Login, Env: first.environ(), Terminal: true, Files: []*os.File{first.tty, first.tty, first.tty}}
	var err error
	if h.process, err = s.host.Start(p); err != nil {
		return nil, err
	}
	_ = first.tty.Close()
	first.pty, first.tty = nil, nil
	go h.follow()
	return h, nil
}

// follow keeps what the shell prints until it ends.
func (h *shell) follow() {
	printed := make(chan struct{})
	go func() {
		defer close(printed)
		buf := make([]byte, 16<<10)
		for {
			n, err := h.pty.Read(buf)
			h.print(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	status := <-h.process.Done
	_ = h.pty.SetReadDeadline(time.Now().Add(drain)) // programs that it left behind may keep the terminal
	h.mu.Lock()
	h.over = true // nothing is waited for any more
	h.changed.Broadcast()
	h.mu.Unlock()
	<-printed
	h.end(status)
}

// print keeps a text, and waits for one of those who are there to have room for it.
func (h *shell) print(text []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for !h.over && len(h.there) > 0 && !slices.ContainsFunc(h.there, func(v *viewer) bool { return h.kept.end-v.at <= keptSize/2 }) {
		h.changed.Wait()
	}
	h.kept.add(text)
	h.changed.Broadcast()
}

// end tells those who are there how the shell ended, or else whoever comes next.
func (h *shell) end(status syscall.WaitStatus) {
	_ = h.pty.Close()
	h.server.shellsMu.Lock()
	defer h.server.shellsMu.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status, h.pty = status, nil
	if len(h.there) > 0 {
		h.gone()
	}
	h.changed.Broadcast()
}

// gone takes a shell whose end somebody saw from those that there are.
func (h *shell) gone() {
	if h.server.shells[h.name] == h {
		delete(h.server.shells, h.name)
	}
}

// join shows the shell to a session.
func (h *shell) join(s *session) *viewer {
	h.server.shellsMu.Lock()
	defer h.server.shellsMu.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	v := &viewer{session: s, past: h.kept.past(), at: h.kept.end}
	h.there = append(h.there, v)
	h.resize()
	if h.pty == nil {
		h.gone()
	} else if len(v.past) > 0 {
		h.redraw()
	}
	return v
}

// leave is repeated for somebody who has left already.
func (h *shell) leave(v *viewer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !v.left {
		v.left = true
		h.there = slices.DeleteFunc(h.there, func(other *viewer) bool { return other == v })
		h.resize()
		h.changed.Broadcast()
	}
}

// resize makes the terminal as large as that of who came last.
func (h *shell) resize() {
	if n := len(h.there); n > 0 && h.pty != nil {
		size := h.there[n-1].session.window
		_ = pty.Setsize(h.pty, &size)
	}
}

// resized is told when somebody's own terminal is of another size.
func (h *shell) resized(s *session, to pty.Winsize) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s.window = to
	h.resize()
}

// redraw has a program that the shell runs draw its screen anew.
func (h *shell) redraw() {
	raw, err := h.pty.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		if group, err := unix.IoctlGetInt(int(fd), unix.TIOCGPGRP); err == nil && group > 1 && group != h.process.PID {
			_ = syscall.Kill(-group, syscall.SIGWINCH)
		}
	})
}

// next returns what somebody is to be shown next, and waits for it; nothing, after they
// left and at the end.
func (h *shell) next(v *viewer, buf []byte) []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		switch {
		case v.left:
			return nil
		case len(v.past) > 0:
			n := copy(buf, v.past)
			v.past = v.past[n:]
			return buf[:n]
		case v.at < h.kept.end:
			v.at = max(v.at, h.kept.first())
			n := h.kept.read(buf, v.at)
			v.at += int64(n)
			h.changed.Broadcast()
			return buf[:n]
		case h.pty == nil:
			return nil
		}
		h.changed.Wait()
	}
}

// look shows a shell to a session until one of them is gone.
func (s *session) look(h *shell, v *viewer, done chan struct{}) {
	defer close(done)
	<-s.started
	go s.typing(h)
	buf := make([]byte, 16<<10)
	for {
		text := h.next(v, buf)
		if len(text) == 0 {
			break
		}
		if _, err := s.ch.Write(text); err != nil {
			break
		}
	}
	s.visit.server.leave(s)
	h.mu.Lock()
	status, seen := h.status, h.pty == nil && !v.left
	h.mu.Unlock()
	h.leave(v)
	if seen {
		_ = s.ch.CloseWrite()
		s.ended(status)
	}
}

// typing hands what somebody types on to the shell.
func (s *session) typing(h *shell) {
	h.mu.Lock()
	to := h.pty
	h.mu.Unlock()
	buf := make([]byte, 4<<10)
	for {
		n, err := s.ch.Read(buf)
		if n > 0 && to != nil {
			_, failed := to.Write(buf[:n])
			err = errors.Join(err, failed)
		}
		if err != nil {
			return
		}
	}
}

// enter joins the shell with the name that the client set.
func (s *session) enter(name string, done chan struct{}) bool {
	h, err := s.visit.server.shellNamed(name, s)
	if err != nil {
		s.fail(err)
		close(done)
		s.begun = true
		return true
	}
	for _, f := range []*os.File{s.pty, s.tty} { // there is a terminal already
		if f != nil {
			_ = f.Close()
		}
	}
	s.pty, s.tty, s.begun, s.shell, s.process = nil, nil, true, h, h.process
	s.viewer = h.join(s)
	s.visit.server.join(s)
	go s.look(h, s.viewer, done)
	return true
}
