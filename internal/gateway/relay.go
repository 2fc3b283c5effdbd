package gateway

import (
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// relay opens on one side each channel that the other side opens, if it is of one of the
// kinds, until there come no more.
func (v *visit) relay(chans <-chan ssh.NewChannel, to ssh.Conn, kinds ...string) {
	for n := range chans {
		if !slices.Contains(kinds, n.ChannelType()) {
			_ = n.Reject(ssh.UnknownChannelType, "not known here")
			continue
		}
		if !v.begin(n) {
			continue
		}
		go func() {
			defer v.channels.Add(-1)
			v.channel(n, to)
		}()
	}
}

func (v *visit) channel(n ssh.NewChannel, to ssh.Conn) {
	there, thereReqs, err := to.OpenChannel(n.ChannelType(), n.ExtraData())
	if err != nil {
		if e, ok := errors.AsType[*ssh.OpenChannelError](err); ok {
			_ = n.Reject(e.Reason, e.Message)
		} else {
			_ = n.Reject(ssh.ConnectionFailed, "the other end is gone")
		}
		return
	}
	here, hereReqs, err := n.Accept()
	if err != nil {
		_ = there.Close()
		go ssh.DiscardRequests(thereReqs)
		return
	}
	var both sync.WaitGroup
	var answers sync.Mutex
	ours := to == v.to // and the client opened it
	both.Go(func() { v.half(here, hereReqs, there, &answers, ours) })
	both.Go(func() { v.half(there, thereReqs, here, &answers, !ours) })
	both.Wait()
}

// half relays what comes from one end of a channel, and closes the other end when this
// one is closed and all that came from it is there. What follows from a request waits for
// its answer. client says whose end it is.
func (v *visit) half(from ssh.Channel, reqs <-chan *ssh.Request, to ssh.Channel, answers *sync.Mutex, client bool) {
	var data, closed sync.WaitGroup
	data.Go(func() { v.copy(to, from, answers, client) })
	data.Go(func() { v.copy(to.Stderr(), from.Stderr(), answers, client) })
	closed.Go(func() {
		data.Wait()
		_ = to.CloseWrite()
	})
	for r := range reqs {
		if !r.WantReply {
			_, _ = to.SendRequest(r.Type, false, r.Payload)
			continue
		}
		answers.Lock()
		ok, err := to.SendRequest(r.Type, true, r.Payload)
		_ = r.Reply(ok && err == nil, nil)
		answers.Unlock()
	}
	closed.Wait()
	_ = to.Close()
}

// blockSize is a packet of the protocol.
const blockSize = 32 << 10

// copy goes on until one of the two is closed. A writer that is gone closes the reader's
// channel by its own half.
func (v *visit) copy(to io.Writer, from io.Reader, answers *sync.Mutex, client bool) {
	buf := make([]byte, blockSize)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			answers.Lock()
			answers.Unlock() //nolint:staticcheck // it waits
			v.bytes.Add(int64(n))
			if client {
				v.heard.Store(time.Now().UnixNano())
			}
			if _, wErr := to.Write(buf[:n]); wErr != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// relayRequests relays those that are about no channel, if they are of one of the types,
// and answers the others.
func (v *visit) relayRequests(reqs <-chan *ssh.Request, to ssh.Conn, types map[string]bool) {
	for r := range reqs {
		var ok bool
		var answer []byte
		if types[r.Type] {
			var err error
			if ok, answer, err = to.SendRequest(r.Type, r.WantReply, r.Payload); err != nil {
				ok, answer = false, nil
			}
		}
		if r.WantReply {
			_ = r.Reply(ok, answer)
		}
	}
}

// end is a connection whose writing side can be closed alone.
type end interface {
	io.ReadWriteCloser
	CloseWrite() error
}

// join copies both ways until both ends are done.
func (v *visit) join(client, task end) {
	var both sync.WaitGroup
	for _, way := range [][2]end{{client, task}, {task, client}} {
		both.Go(func() {
			v.copy(way[0], way[1], new(sync.Mutex), way[1] == client)
			_ = way[0].CloseWrite()
		})
	}
	both.Wait()
	_, _ = client.Close(), task.Close()
}
