// Package entry leads into tasks: it logs in to the ssh server of an attempt with a key
// that only this installation has, on behalf of people whom a door let in. Who may enter
// is for the doors to decide.
package entry

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"log/slog"
	"net"
	"strconv"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker"
	"godocker/executor"
	"godocker/internal/credential"
	"godocker/internal/runner/spec"
)

// Version is what both ends of a connection to a task call themselves.
const Version = "SSH-2.0-GoDocker"

// dialTime is how long a task's server may take to answer.
const dialTime = 20 * time.Second

// A Hall has the doors of all tasks. Its methods may be called concurrently.
type Hall struct {
	Keys        *credential.HostKeys
	Tasks       Tasks                        // wakes those that were frozen because they were idle
	Executors   map[string]executor.Executor // by name; those that are Joiners lead to batch tasks
	MaxLifespan time.Duration                // of tasks that ask for none; 0 = no limit
	Log         *slog.Logger
}

// A Conn is a connection to the ssh server of a task, logged in. Channels and Requests are
// those that the task opens and asks; whoever dials serves or discards them.
type Conn struct {
	ssh.Conn
	Channels <-chan ssh.NewChannel
	Requests <-chan *ssh.Request
}

// Address is where the ssh server of a task is reached. The error says what the matter is
// if it cannot be.
func Address(t *godocker.Task) (string, error) {
	port, own := 0, ""
	for _, p := range t.Ports {
		if p.Container == spec.SessionPort {
			port, own = p.Host, p.IP
		}
	}
	switch {
	case !t.Command.Interactive:
		return "", godocker.Errorf(godocker.Conflict, "task %d is not interactive", t.ID)
	case t.State != godocker.Running:
		return "", notNow(t)
	case t.Suspended && !t.Dozes():
		return "", suspended(t)
	case t.Ready.IsZero() || port == 0 || t.HostKey == "":
		return "", godocker.Errorf(godocker.Conflict, "task %d cannot be logged in to yet", t.ID)
	}
	host := cmp.Or(own, t.Node)
	switch host {
	case "":
		host = t.IP
	case "localhost":
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, strconv.Itoa(port)), nil
}

// Enterable tells why nobody can log in to a task just now; nil = Enter may do.
func (h *Hall) Enterable(t *godocker.Task) (err error) {
	if t.Command.Interactive {
		_, err = Address(t)
	} else {
		_, err = h.joiner(t)
	}
	return err
}

func notNow(t *godocker.Task) error {
	return godocker.Errorf(godocker.Conflict, "task %d cannot be logged in to: it is %s", t.ID, t.State)
}

// Reach connects to the ssh server of an interactive task without logging in. It wakes one
// that was frozen because it was idle, and then knows more of it.
func (h *Hall) Reach(ctx context.Context, t *godocker.Task) (net.Conn, error) {
	if err := h.Wake(ctx, t); err != nil {
		return nil, err
	}
	at, err := Address(t)
	if err != nil {
		return nil, err
	}
	c, err := (&net.Dialer{Timeout: dialTime}).DialContext(ctx, "tcp", at)
	if err != nil {
		h.Log.Error("the ssh server of a task is not reached", "task", t.ID, "error", err)
		return nil, godocker.Errorf(godocker.Unavailable, "the node of task %d is not reached", t.ID)
	}
	return c, nil
}

// Enter logs in to a task: to the server of an interactive one, whose key is stored with it,
// and to one that is started beside any other. It wakes one
// that was frozen because it was idle. The connection outlives ctx, which is for the login
// alone.
func (h *Hall) Enter(ctx context.Context, t *godocker.Task) (Conn, error) {
	if !t.Command.Interactive {
		return h.join(ctx, t)
	}
	c, err := h.Reach(ctx, t)
	if err != nil {
		return Conn{}, err
	}
	awake := h.KeepAwake(ctx, t)
	to, err := h.login(ctx, t, c)
	awake()
	if err != nil {
		_ = c.Close()
		h.Log.Error("the ssh server of a task does not let the installation in", "task", t.ID, "error", err)
		return Conn{}, godocker.Errorf(godocker.Unavailable, "the ssh server of task %d does not let the gateway in", t.ID)
	}
	return to, nil
}

func (h *Hall) login(ctx context.Context, t *godocker.Task, c net.Conn) (Conn, error) {
	host, _, _, _, err := ssh.ParseAuthorizedKey([]byte(t.HostKey))
	if err != nil {
		return Conn{}, err
	}
	seed, _, err := h.Keys.Entrance(t.ID, t.Mark())
	if err != nil {
		return Conn{}, err
	}
	signer, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed))
	if err != nil {
		return Conn{}, err
	}
	return logIn(ctx, c, signer, host)
}

func logIn(ctx context.Context, c net.Conn, signer ssh.Signer, host ssh.PublicKey) (Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	to, chans, reqs, err := ssh.NewClientConn(c, "", &ssh.ClientConfig{User: "godocker", ClientVersion: Version,
		Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)}, HostKeyCallback: ssh.FixedHostKey(host)})
	if err != nil {
		return Conn{}, err
	}
	if !stop() { // it was closed
		return Conn{}, ctx.Err()
	}
	return Conn{to, chans, reqs}, nil
}
