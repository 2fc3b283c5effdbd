// Package gateway is the door for ssh: one port that leads to the interactive tasks of
// everybody, so that nodes need no address that people reach. It lets people in by the
// same rules as the REST interface, logs in to the ssh server of their task with a key
// that only it has, and relays. As a jump host it leads to that server and to nothing else.
package gateway

import (
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker/internal/account"
	"godocker/internal/audit"
	"godocker/internal/entry"
	"godocker/store"
)

// Limits keep strangers from using the gateway up.
const (
	maxConns       = 4096             // connections,
	maxConnsFrom   = 256              // those among them from one address,
	maxStrange     = 256              // those of people who are not logged in,
	maxStrangeFrom = 16               // and those among them from one address
	loginTime      = 30 * time.Second // to log in
	maxTries       = 12               // keys and passwords of one connection
	maxChannels    = 64               // of a connection, at once
)

// A Gateway lets people in to tasks. Fill in the fields, then call Serve.
type Gateway struct {
	Store   store.Tasks
	Desk    *account.Desk
	Hall    *entry.Hall
	Ledger  audit.Ledger // who entered a task of somebody else, and who was refused
	Log     *slog.Logger
	Recheck time.Duration // how often it is asked whether people may still be where they are; 0 = ten seconds

	guard entry.Guard
	gate  account.Gate
	open  atomic.Int64
	all   atomic.Int64

	mu      sync.Mutex
	conns   map[net.Conn]string // the address of each
	strange []net.Conn          // not logged in, the oldest first
}

// Open is how many connections lead to tasks now, and Total how many did since the start.
func (g *Gateway) Open() int64 { return g.open.Load() }

// Total counts the connections to tasks since the start.
func (g *Gateway) Total() int64 { return g.all.Load() }

// Serve takes connections until ctx is done, which ends them all.
func (g *Gateway) Serve(ctx context.Context, l net.Listener) error {
	seed, _, err := g.Hall.Keys.Gateway()
	if err != nil {
		return err
	}
	signer, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed))
	if err != nil {
		return err
	}
	g.guard = entry.Guard{Store: g.Store, Desk: g.Desk, Hall: g.Hall, Every: g.Recheck}
	g.mu.Lock()
	g.conns = map[net.Conn]string{}
	g.mu.Unlock()
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	var visits sync.WaitGroup
	defer visits.Wait()
	for {
		c, err := l.Accept()
		switch {
		case err == nil:
		case ctx.Err() != nil:
			g.closeAll()
			return nil
		case short(err):
			time.Sleep(100 * time.Millisecond)
			continue
		default:
			g.closeAll()
			return err
		}
		if g.admit(c) {
			visits.Go(func() { g.serve(ctx, c, signer) })
		}
	}
}

// short reports whether the system is only short of something just now.
func short(err error) bool {
	return slices.ContainsFunc([]error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED},
		func(e error) bool { return errors.Is(err, e) })
}

func (g *Gateway) closeAll() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.conns {
		_ = c.Close()
	}
}

// addressOf is where a connection comes from.
func addressOf(a net.Addr) netip.Addr {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}

// admit notes a connection. Where too many are not logged in, the oldest makes room, of
// those from the same address first, so that nobody who keeps connections open keeps
// others out.
func (g *Gateway) admit(c net.Conn) bool {
	from := account.Network(addressOf(c.RemoteAddr()))
	g.mu.Lock()
	defer g.mu.Unlock()
	same := 0
	for _, other := range g.conns {
		if other == from {
			same++
		}
	}
	ofSame := func(other net.Conn) bool { return g.conns[other] == from }
	strange := 0
	for _, other := range g.strange {
		if ofSame(other) {
			strange++
		}
	}
	if same-strange >= maxConnsFrom || len(g.conns)-len(g.strange) >= maxConns {
		_ = c.Close()
		return false
	}
	if strange >= maxStrangeFrom {
		g.evict(slices.IndexFunc(g.strange, ofSame))
	} else if len(g.strange) >= maxStrange {
		g.evict(0)
	}
	g.strange, g.conns[c] = append(g.strange, c), from
	return true
}

func (g *Gateway) evict(i int) {
	c := g.strange[i]
	_ = c.Close()
	g.strange = slices.Delete(g.strange, i, i+1)
	delete(g.conns, c)
}

// known takes a connection from those that are not logged in.
func (g *Gateway) known(c net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.strange = slices.DeleteFunc(g.strange, func(other net.Conn) bool { return other == c })
}

func (g *Gateway) serve(ctx context.Context, c net.Conn, signer ssh.Signer) {
	defer func() {
		_ = c.Close()
		g.known(c)
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.conns, c)
	}()
	if ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	_ = c.SetDeadline(time.Now().Add(loginTime))
	d := &door{gateway: g, ctx: ctx, end: func() { _ = c.Close() }, from: addressOf(c.RemoteAddr())}
	config := &ssh.ServerConfig{ServerVersion: entry.Version, MaxAuthTries: maxTries, PublicKeyCallback: d.key, PasswordCallback: d.password}
	config.AddHostKey(signer)
	conn, chans, reqs, err := ssh.NewServerConn(c, config)
	if err != nil {
		d.failed()
		return
	}
	_ = c.SetDeadline(time.Time{})
	g.known(c)
	v := &visit{gateway: g, conn: conn, proof: proofOf(conn.Permissions), from: d.from}
	v.serve(ctx, chans, reqs)
}
