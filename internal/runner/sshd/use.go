package sshd

import (
	"time"

	"golang.org/x/crypto/ssh"
)

// used notes that somebody does something.
func (s *Server) used() { s.lastUse.Store(int64(time.Since(s.began))) }

// LastUse is when somebody last did something: logged in, began or ended something, typed,
// or sent or got something through a forwarded port. What programs write into terminals
// is no use.
func (s *Server) LastUse() time.Time { return s.began.Add(time.Duration(s.lastUse.Load())) }

// A heard channel is one of whose input the server takes note.
type heard struct {
	ssh.Channel
	server *Server
}

// Read implements io.Reader.
func (h heard) Read(p []byte) (int, error) {
	n, err := h.Channel.Read(p)
	if n > 0 {
		h.server.used()
	}
	return n, err
}

// counted is one end of a forwarded connection, of whose bytes the server takes note.
type counted struct {
	half
	server *Server
}

// Read implements io.Reader.
func (c counted) Read(p []byte) (int, error) {
	n, err := c.half.Read(p)
	if n > 0 {
		c.server.used()
	}
	return n, err
}
