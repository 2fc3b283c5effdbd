package sshd

import (
	"net"
	"os"
	"path/filepath"
)

// An agent is a socket of the user's that leads to the client's ssh agent.
type agent struct {
	visit *visit
	dir   string
	path  string
	l     net.Listener
}

// newAgent makes the socket where the image has a place for it; nil if it has none.
func newAgent(v *visit) (a *agent) {
	v.server.host.AsUser(func() {
		for _, place := range []string{"/tmp", "/dev/shm"} {
			dir, err := os.MkdirTemp(place, "ssh-")
			if err != nil {
				continue
			}
			path := filepath.Join(dir, "agent")
			l, err := net.Listen("unix", path)
			if err != nil {
				_ = os.Remove(dir)
				continue
			}
			l.(*net.UnixListener).SetUnlinkOnClose(false) // the folder is the user's
			a = &agent{v, dir, path, l}
			return
		}
	})
	if a != nil {
		go a.serve()
	}
	return a
}

func (a *agent) serve() {
	for {
		c, err := a.l.Accept()
		if err != nil {
			return
		}
		go a.visit.callBack(c.(*net.UnixConn), "auth-agent@openssh.com", nil)
	}
}

func (a *agent) close() {
	_ = a.l.Close()
	a.visit.server.host.AsUser(func() { _, _ = os.Remove(a.path), os.Remove(a.dir) })
}
