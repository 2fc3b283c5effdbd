package runner

import (
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"godocker/internal/runner/spec"
	"godocker/internal/runner/sshd"
)

// Join lets somebody in to an attempt whose script runs: standard input and output are one
// connection of ssh, after the session. It returns when that connection is closed, or
// when the attempt ends, and all that was started by it has ended then.
func Join(s spec.Spec) int {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, forwarded...)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // so that it is an error; programs inherit nothing of it
	if err := hideMemory(); err != nil {
		return complain(os.Stderr, spec.ExitCannotRun, err)
	}
	session, err := spec.ReceiveSession(os.Stdin)
	if err != nil {
		return complain(os.Stderr, spec.ExitCannotRun, err)
	}
	i := newInteractive(s, session, newFolder(s))
	i.keepOnly(sessionRights)
	server, err := sshd.New(session, i.host())
	if err != nil {
		return complain(os.Stderr, spec.ExitCannotRun, err)
	}
	left := make(chan struct{})
	go func() {
		defer close(left)
		server.ServeConn(standard{})
	}()
	var soon <-chan time.Time
	if session.WarnIn > 0 {
		soon = time.After(session.WarnIn)
	}
	for {
		select {
		case <-left:
			i.end(nil)
			return 0
		case <-soon:
			i.warn(server)
		case sig := <-signals:
			if ends(sig) {
				return i.end(server).code
			}
		}
	}
}

// standard is the connection that standard input and output are. It has no deadlines:
// whoever is at the other end was let in before.
type standard struct{}

func (standard) Read(b []byte) (int, error)       { return os.Stdin.Read(b) }
func (standard) Write(b []byte) (int, error)      { return os.Stdout.Write(b) }
func (standard) LocalAddr() net.Addr              { return &net.UnixAddr{} }
func (standard) RemoteAddr() net.Addr             { return &net.UnixAddr{} }
func (standard) SetDeadline(time.Time) error      { return nil }
func (standard) SetReadDeadline(time.Time) error  { return nil }
func (standard) SetWriteDeadline(time.Time) error { return nil }

func (standard) Close() error {
	_ = os.Stdout.Close()
	return os.Stdin.Close()
}
