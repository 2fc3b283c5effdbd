package gateway

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker"
	"godocker/internal/account"
	"godocker/internal/runner/spec"
	"godocker/store"
)

// A visit is one connection of somebody who logged in.
type visit struct {
	gateway *Gateway
	conn    *ssh.ServerConn
	proof   account.Proof
	from    netip.Addr

	way      way
	to       ssh.Conn // the task's server; nil = the login name is no task that it leads to
	why      error    // why not
	channels atomic.Int64
	bytes    atomic.Int64 // relayed, both ways
	heard    atomic.Int64 // when something came from the client last, in nanoseconds of Unix time
}

const (
	aliveEvery = 30 * time.Second
	aliveWait  = 90 * time.Second
)

// serve goes on until the client is gone, or the task, or the right to be there.
func (v *visit) serve(ctx context.Context, chans <-chan ssh.NewChannel, reqs <-chan *ssh.Request) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer v.conn.Close()
	go v.keepAlive(ctx)
	theirs, theirReqs, err := v.enter(ctx)
	if v.why = err; err == nil {
		defer v.to.Close()
		done := v.begun(ctx, "session")
		defer done()
		go v.relayRequests(theirReqs, v.conn, nil)
		go v.relay(theirs, v.conn, "forwarded-tcpip", "auth-agent@openssh.com")
		go func() {
			_ = v.to.Wait()
			_ = v.conn.Close()
		}()
		go v.watch(ctx, &v.way, func() { _ = v.to.Close() })
		go v.relayRequests(reqs, v.to, map[string]bool{"tcpip-forward": true, "cancel-tcpip-forward": true})
		v.relay(chans, v.to, "session", "direct-tcpip")
		return
	}
	go ssh.DiscardRequests(reqs)
	v.jumps(ctx, chans)
}

// begun tells of a connection to a task; the function that it returns, of its end.
func (v *visit) begun(ctx context.Context, kind string) (done func()) {
	g, t, user := v.gateway, &v.way.task, v.way.as.User.ID
	left := g.Hall.Came(kind, v.proof, user, t, v.from)
	if user != t.User.ID {
		g.Ledger.Write(ctx, store.Act{At: time.Now(), Who: user, Door: "ssh", Address: v.from.String(), Action: "task.enter", Object: fmt.Sprintf("task %d of %s", t.ID, t.User.ID)})
	}
	g.open.Add(1)
	g.all.Add(1)
	return func() {
		g.open.Add(-1)
		left(v.bytes.Load())
	}
}

// watch ends something when its person may not be in the task any more.
func (v *visit) watch(ctx context.Context, w *way, end func()) {
	v.gateway.guard.Watch(ctx, v.proof, w.as.User.ID, &w.task, &v.heard, end)
}

// enter logs in to the task that the login name means.
func (v *visit) enter(ctx context.Context) (<-chan ssh.NewChannel, <-chan *ssh.Request, error) {
	g := v.gateway
	who, err := g.guard.Behind(ctx, v.proof)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range who {
		if strings.EqualFold(c.User.ID, v.conn.User()) { // as a jump host is called
			return nil, nil, godocker.Errorf(godocker.Invalid, "say which task, by its number or name, as the name to log in with")
		}
	}
	if v.way, err = g.find(ctx, who, v.conn.User()); err != nil {
		return nil, nil, err
	}
	if err := g.Desk.Seen(ctx, &v.way.as.User, time.Now()); err != nil {
		return nil, nil, err
	}
	to, err := g.Hall.Enter(ctx, &v.way.task)
	if err != nil {
		return nil, nil, err
	}
	v.to = to
	return to.Channels, to.Requests, nil
}

// keepAlive asks the client now and then whether it is there.
func (v *visit) keepAlive(ctx context.Context) {
	tick := time.NewTicker(aliveEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		late := time.AfterFunc(aliveWait, func() { _ = v.conn.Close() })
		_, _, err := v.conn.SendRequest("keepalive@openssh.com", true, nil)
		late.Stop()
		if err != nil {
			return
		}
	}
}

// begin counts a channel, unless there are too many.
func (v *visit) begin(n ssh.NewChannel) bool {
	if v.channels.Add(1) > maxChannels {
		v.channels.Add(-1)
		_ = n.Reject(ssh.ResourceShortage, "too many at once")
		return false
	}
	return true
}

// jumps serves somebody whose login name leads to no task: it may be a way to one.
func (v *visit) jumps(ctx context.Context, chans <-chan ssh.NewChannel) {
	var all sync.WaitGroup
	defer all.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for n := range chans {
		if !v.begin(n) {
			continue
		}
		all.Go(func() {
			defer v.channels.Add(-1)
			switch n.ChannelType() {
			case "session":
				v.refuse(n)
			case "direct-tcpip":
				v.jump(ctx, n)
			default:
				_ = n.Reject(ssh.UnknownChannelType, "not known here")
			}
		})
	}
}

// refuse tells somebody at a terminal why there is no task, and nothing else.
func (v *visit) refuse(n ssh.NewChannel) {
	ch, reqs, err := n.Accept()
	if err != nil {
		return
	}
	defer ch.Close()
	late := time.AfterFunc(loginTime, func() { _ = ch.Close() })
	defer late.Stop()
	for r := range reqs {
		program := r.Type == "shell" || r.Type == "exec" || r.Type == "subsystem"
		if r.WantReply {
			_ = r.Reply(program || r.Type == "pty-req", nil)
		}
		if program {
			_, _ = ch.Stderr().Write([]byte("godocker: " + words(v.why) + "\r\n"))
			_, _ = ch.SendRequest("exit-status", false, ssh.Marshal(struct{ Code uint32 }{255}))
			return
		}
	}
}

// words is what people may know of an error.
func words(err error) string {
	if e, ok := errors.AsType[*godocker.Error](err); ok {
		return e.Message
	}
	return "this cannot be done now"
}

// target is what a client says of a connection that it wants.
type target struct {
	Host       string
	Port       uint32
	Origin     string
	OriginPort uint32
}

// hostNamed is what somebody called a host: clients take a number for an IPv4 address.
func hostNamed(host string) string {
	if a, err := netip.ParseAddr(host); err == nil && a.Is4() {
		b := a.As4()
		return strconv.FormatUint(uint64(binary.BigEndian.Uint32(b[:])), 10)
	}
	return host
}

// jump leads to the ssh server of a task, and nowhere else.
func (v *visit) jump(ctx context.Context, n ssh.NewChannel) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var to target
	if err := ssh.Unmarshal(n.ExtraData(), &to); err != nil || to.Port != spec.SessionPort {
		_ = n.Reject(ssh.Prohibited, "this leads to port "+strconv.Itoa(spec.SessionPort)+" of tasks alone")
		return
	}
	one := &visit{gateway: v.gateway, conn: v.conn, proof: v.proof, from: v.from}
	who, err := v.gateway.guard.Behind(ctx, v.proof)
	if err == nil {
		one.way, err = v.gateway.find(ctx, who, hostNamed(to.Host))
	}
	var c net.Conn
	if err == nil {
		c, err = v.gateway.Hall.Reach(ctx, &one.way.task)
	}
	if err != nil {
		_ = n.Reject(ssh.ConnectionFailed, words(err))
		return
	}
	ch, reqs, err := n.Accept()
	if err != nil {
		_ = c.Close()
		return
	}
	go ssh.DiscardRequests(reqs)
	done := one.begun(ctx, "jump")
	defer done()
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	go one.watch(ctx, &one.way, cancel)
	one.join(ch, c.(*net.TCPConn))
}
