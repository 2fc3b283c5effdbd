package entry

import (
	"context"
	"errors"
	"io"

	"golang.org/x/crypto/ssh"

	"godocker"
	"godocker/internal/runner/spec"
)

// A Size is how much text a terminal shows.
type Size struct{ Columns, Rows int }

// A Shell is one with a name, in a task, which somebody joined. Its methods may be called
// concurrently.
type Shell struct {
	keys    io.WriteCloser
	session *ssh.Session
	client  *ssh.Client
}

// Shell joins the shell with a name in a task, or begins it. What it prints goes to out,
// as fast as that takes it, until out fails.
func (h *Hall) Shell(ctx context.Context, t *godocker.Task, name string, size Size, out io.Writer) (*Shell, error) {
	if !spec.ShellName.MatchString(name) {
		return nil, godocker.Errorf(godocker.Invalid, "%.80q is no name of a shell: want letters, digits, _ . and -, at most 64", name)
	}
	to, err := h.Enter(ctx, t)
	if err != nil {
		return nil, err
	}
	s := &Shell{client: ssh.NewClient(to.Conn, to.Channels, to.Requests)}
	if err := s.begin(name, size, out); err != nil {
		s.Close()
		h.Log.Error("the ssh server of a task gives no shell", "task", t.ID, "error", err)
		return nil, godocker.Errorf(godocker.Unavailable, "task %d gives no shell now", t.ID)
	}
	return s, nil
}

func (s *Shell) begin(name string, size Size, out io.Writer) (err error) {
	if s.session, err = s.client.NewSession(); err != nil {
		return err
	}
	if s.keys, err = s.session.StdinPipe(); err != nil {
		return err
	}
	s.session.Stdout, s.session.Stderr = out, out
	return errors.Join(s.session.RequestPty("xterm-256color", size.Rows, size.Columns, nil),
		s.session.Setenv(spec.ShellVariable, name), s.session.Shell())
}

// Write types into the shell.
func (s *Shell) Write(p []byte) (int, error) { return s.keys.Write(p) }

// Resize tells the shell how large the terminal is now.
func (s *Shell) Resize(to Size) error { return s.session.WindowChange(to.Rows, to.Columns) }

// End tells the shell that its terminal is gone, at which shells end.
func (s *Shell) End() error { return s.session.Signal(ssh.SIGHUP) }

// Wait returns the exit code of a shell that has ended, when out has all that it printed.
// The error says that nobody knows what became of it.
func (s *Shell) Wait() (code int, err error) {
	err = s.session.Wait()
	if e, ok := errors.AsType[*ssh.ExitError](err); ok {
		return e.ExitStatus(), nil
	}
	return 0, err
}

// Close leaves the shell, which goes on.
func (s *Shell) Close() { _ = s.client.Close() }
