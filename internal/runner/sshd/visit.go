package sshd

import (
	"io"
	"net"
	"strconv"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// A visit is one connection of somebody who logged in.
type visit struct {
	server *Server
	conn   *ssh.ServerConn

	mu    sync.Mutex
	ports map[string]net.Listener // forwarded to the client, by what it asked for
	open  int                     // channels that it opened
}

const (
	aliveEvery = 30 * time.Second
	aliveWait  = 90 * time.Second
	dialTime   = 20 * time.Second
)

// keepAlive asks the client now and then whether it is there, so that the connection of
// one that is gone ends.
func (v *visit) keepAlive() {
	tick := time.NewTicker(aliveEvery)
	defer tick.Stop()
	for range tick.C {
		late := time.AfterFunc(aliveWait, func() { _ = v.conn.Close() })
		_, _, err := v.conn.SendRequest("keepalive@openssh.com", true, nil)
		late.Stop()
		if err != nil {
			return
		}
	}
}

func (v *visit) end() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, l := range v.ports {
		_ = l.Close()
	}
	v.ports = nil
}

func (v *visit) channels(chans <-chan ssh.NewChannel) {
	for n := range chans {
		v.server.used()
		v.mu.Lock()
		full := v.open >= maxSessions
		if !full {
			v.open++
		}
		v.mu.Unlock()
		switch kind := n.ChannelType(); {
		case full:
			_ = n.Reject(ssh.ResourceShortage, "too many at once")
			continue
		case kind == "session":
			if !v.server.begin(func() { v.session(n) }) {
				_ = n.Reject(ssh.ResourceShortage, "the task is being ended")
				v.gone()
			}
		case kind == "direct-tcpip":
			go v.dial(n)
		default:
			_ = n.Reject(ssh.UnknownChannelType, "not known here")
			v.gone()
		}
	}
}

// gone notes the end of a channel.
func (v *visit) gone() {
	v.server.used()
	v.mu.Lock()
	defer v.mu.Unlock()
	v.open--
}

// target is what both kinds of forwarding say of a connection.
type target struct {
	Host       string
	Port       uint32
	Origin     string
	OriginPort uint32
}

// dial connects the client to something that the container reaches.
func (v *visit) dial(n ssh.NewChannel) {
	defer v.gone()
	var to target
	if err := ssh.Unmarshal(n.ExtraData(), &to); err != nil || to.Port > 65535 {
		_ = n.Reject(ssh.ConnectionFailed, "cannot be understood")
		return
	}
	c, err := net.DialTimeout("tcp", net.JoinHostPort(to.Host, strconv.Itoa(int(to.Port))), dialTime)
	if err != nil {
		_ = n.Reject(ssh.ConnectionFailed, err.Error())
		return
	}
	ch, reqs, err := n.Accept()
	if err != nil {
		_ = c.Close()
		return
	}
	go ssh.DiscardRequests(reqs)
	v.join(ch, c.(*net.TCPConn))
}

// half is a connection whose writing side can be closed alone.
type half interface {
	io.ReadWriteCloser
	CloseWrite() error
}

// join copies both ways until both ends are done.
func (v *visit) join(a, b half) {
	a, b = counted{a, v.server}, counted{b, v.server}
	var both sync.WaitGroup
	for _, way := range [][2]half{{a, b}, {b, a}} {
		both.Go(func() {
			_, err := io.Copy(way[0], way[1])
			_ = way[0].CloseWrite()
			if err != nil {
				_, _ = a.Close(), b.Close()
			}
		})
	}
	both.Wait()
	_, _ = a.Close(), b.Close()
}

// requests are those that are about no channel.
func (v *visit) requests(reqs <-chan *ssh.Request) {
	for r := range reqs {
		ok, answer := false, []byte(nil)
		switch r.Type {
		case "tcpip-forward":
			ok, answer = v.listen(r.Payload)
		case "cancel-tcpip-forward":
			ok = v.unlisten(r.Payload)
		}
		if r.WantReply {
			_ = r.Reply(ok, answer)
		}
	}
}

// bound is a port of the container that leads to the client.
type bound struct {
	Host string
	Port uint32
}

func (b bound) key() string { return net.JoinHostPort(b.Host, strconv.Itoa(int(b.Port))) }

// listen opens a port for the programs of the container, and for nobody outside.
func (v *visit) listen(payload []byte) (ok bool, answer []byte) {
	var at bound
	if err := ssh.Unmarshal(payload, &at); err != nil || at.Port > 65535 {
		return false, nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ports == nil || len(v.ports) >= maxSessions {
		return false, nil
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(at.Port))))
	if err != nil {
		return false, nil
	}
	if at.Port == 0 {
		at.Port = uint32(l.Addr().(*net.TCPAddr).Port) //nolint:gosec // a port
		answer = ssh.Marshal(struct{ Port uint32 }{at.Port})
	}
	if old := v.ports[at.key()]; old != nil {
		_ = old.Close()
	}
	v.ports[at.key()] = l
	go v.accept(l, at)
	return true, answer
}

func (v *visit) unlisten(payload []byte) bool {
	var at bound
	if err := ssh.Unmarshal(payload, &at); err != nil {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	l := v.ports[at.key()]
	if l == nil {
		return false
	}
	delete(v.ports, at.key())
	return l.Close() == nil
}

// accept hands connections to a port on to the client.
func (v *visit) accept(l net.Listener, at bound) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		from := c.RemoteAddr().(*net.TCPAddr)
		go v.callBack(c.(*net.TCPConn), "forwarded-tcpip",
			ssh.Marshal(target{at.Host, at.Port, from.IP.String(), uint32(from.Port)})) //nolint:gosec // a port
	}
}

// callBack opens a channel to the client for a connection from within the container.
func (v *visit) callBack(c half, kind string, what []byte) {
	ch, reqs, err := v.conn.OpenChannel(kind, what)
	if err != nil {
		_ = c.Close()
		return
	}
	go ssh.DiscardRequests(reqs)
	v.join(ch, c)
}
