package fetch

import (
	"cmp"
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"godocker"

	"github.com/jlaffaye/ftp"
)

// maxTalk is how many bytes a server may say beside the file.
const maxTalk = 64 << 10

var errTalk = errors.New("the server talks too much")

// control is the connection on which a server talks.
type control struct {
	net.Conn
	left int
}

func (c *control) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTalk
	}
	n, err := c.Conn.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

// ftp gets a file in passive mode. The library connects for the data to the machine
// that it talks to, whatever the server says.
func (f *Fetcher) ftp(ctx context.Context, u godocker.URI) (body, error) {
	var conns []net.Conn
	dial := func(network, address string) (net.Conn, error) {
		c, err := f.dial.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = c.Close() })
		if conns = append(conns, c); len(conns) == 1 {
			return &control{c, maxTalk}, nil
		}
		return c, nil
	}
	done := func() {
		for _, c := range conns {
			_ = c.Close()
		}
	}
	s, err := ftp.Dial(net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "21")), ftp.DialWithDialFunc(dial), ftp.DialWithShutTimeout(30*time.Second))
	if err != nil {
		done()
		return body{}, err
	}
	b, err := retrieve(s, u)
	if err != nil {
		done()
		return b, err
	}
	end := b.close
	closed := false
	b.close = func() error {
		if closed {
			return nil
		}
		closed = true
		defer done()
		return end()
	}
	return b, nil
}

func retrieve(s *ftp.ServerConn, u godocker.URI) (body, error) {
	user, password := "anonymous", "anonymous"
	if u.User != nil {
		user = u.User.Username()
		password, _ = u.User.Password()
	}
	if err := s.Login(user, password); err != nil {
		return body{}, err
	}
	path := strings.TrimPrefix(u.Path, "/") // as seen from where the login leads to
	size, err := s.FileSize(path)
	if err != nil {
		size = -1
	}
	r, err := s.Retr(path)
	if err != nil {
		return body{}, err
	}
	return body{Reader: r, size: size, close: r.Close}, nil
}
