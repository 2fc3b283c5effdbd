package entry

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker"
	"godocker/executor"
	"godocker/internal/runner/spec"
)

// join logs in to a task that has no ssh server of its own: one is started beside it, for
// this connection alone. Both ends show keys that were made for it.
func (h *Hall) join(ctx context.Context, t *godocker.Task) (Conn, error) {
	by, err := h.joiner(t)
	if err != nil {
		return Conn{}, err
	}
	stream, err := by.Join(ctx, executor.Handle(t.Handle), guestOf(t).JoinArgs())
	if errors.Is(err, executor.ErrNotActive) {
		return Conn{}, godocker.Errorf(godocker.Conflict, "task %d cannot be logged in to: it is ending", t.ID)
	}
	if err != nil {
		h.Log.Error("nobody can be let in to a task", "task", t.ID, "error", err)
		return Conn{}, godocker.Errorf(godocker.Unavailable, "the node of task %d is not reached", t.ID)
	}
	to, err := h.greet(ctx, t, stream)
	if err != nil {
		_ = stream.Close()
		h.Log.Error("what lets people in to a task does not answer", "task", t.ID, "error", err)
		return Conn{}, godocker.Errorf(godocker.Unavailable, "task %d lets nobody in", t.ID)
	}
	return to, nil
}

// joiner is the executor that can let people in to a task that has no ssh server.
func (h *Hall) joiner(t *godocker.Task) (executor.Joiner, error) {
	by, ok := h.Executors[t.Executor].(executor.Joiner)
	switch {
	case t.State != godocker.Running:
		return nil, notNow(t)
	case t.Suspended:
		return nil, suspended(t)
	case !ok:
		return nil, godocker.Errorf(godocker.Conflict, "task %d is not interactive, and the executor %s opens no shells beside tasks", t.ID, t.Executor)
	}
	return by, nil
}

// guestOf is how the runner that joins a task is to run what people start.
func guestOf(t *godocker.Task) spec.Spec {
	return spec.Spec{Task: t.ID, Attempt: t.Attempt, UID: t.User.UID, GID: t.User.GID, Groups: t.User.Groups, Root: t.Container.Root}
}

func (h *Hall) greet(ctx context.Context, t *godocker.Task, stream io.ReadWriteCloser) (Conn, error) {
	host, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Conn{}, err
	}
	_, mine, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Conn{}, err
	}
	signer, err := ssh.NewSignerFromKey(mine)
	if err != nil {
		return Conn{}, err
	}
	hostKey, err := ssh.NewPublicKey(host)
	if err != nil {
		return Conn{}, err
	}
	s := spec.Session{HostKey: private.Seed(), Keys: []string{string(ssh.MarshalAuthorizedKey(signer.PublicKey()))}}
	if limit := t.Limit(h.MaxLifespan); limit > 0 {
		s.Warn = godocker.SessionWarning(limit)
		s.WarnIn = max(limit-t.Worked(time.Now())-s.Warn, time.Second)
	}
	if err := spec.SendSession(stream, s); err != nil {
		return Conn{}, err
	}
	return logIn(ctx, piped{stream}, signer, hostKey)
}

// piped is a connection that is no network's. What waits for it is ended by closing it.
type piped struct{ io.ReadWriteCloser }

func (piped) LocalAddr() net.Addr              { return &net.UnixAddr{} }
func (piped) RemoteAddr() net.Addr             { return &net.UnixAddr{} }
func (piped) SetDeadline(time.Time) error      { return nil }
func (piped) SetReadDeadline(time.Time) error  { return nil }
func (piped) SetWriteDeadline(time.Time) error { return nil }
