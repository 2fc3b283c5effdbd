// Package fetch gets files from other machines for tasks, over http, https and ftp.
// Where from is the word of a hostile user, and so are the answers: it connects to
// public addresses alone, unless the site allows others, and looks at the address in
// the moment of the connection, so that neither names that change their meaning nor
// redirections lead elsewhere.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"godocker"
)

// A Fetcher gets files. Its methods may be called concurrently.
type Fetcher struct {
	dial   dialer
	client *http.Client
}

// New returns a Fetcher that connects to public addresses and to those in the given
// networks, such as 10.1.0.0/16.
func New(networks []string) (*Fetcher, error) {
	d, err := newDialer(networks)
	if err != nil {
		return nil, err
	}
	return &Fetcher{dial: d, client: newClient(d)}, nil
}

// An Error says why a file could not be got, in words for people that tell nothing
// secret of the URI.
type Error struct {
	Why   string
	Again bool // it may pass
}

func (e *Error) Error() string { return e.Why }

// stall is how long a server may say nothing.
const stall = time.Minute

var errStalled = errors.New("the server sent nothing for a minute")

// A body is a file that is being got.
type body struct {
	io.Reader
	size  int64 // bytes; -1 = unknown
	close func() error
}

// Fetch writes a file to w and returns its size. It ends with an error if the file has
// more than most bytes, or ctx is done. progress is told how many bytes came, of how
// many (-1 = unknown). Except for errors of w and ctx, errors are *Error.
func (f *Fetcher) Fetch(ctx context.Context, u godocker.URI, w io.Writer, most int64, progress func(got, size int64)) (n int64, err error) {
	try, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(stall, func() { cancel(errStalled) })
	defer watch.Stop()
	b, err := f.open(try, u)
	if err != nil {
		return 0, explained(ctx, try, err)
	}
	defer func() { _ = b.close() }()
	if b.size > most {
		return 0, tooLarge(most)
	}
	buf := make([]byte, 128<<10)
	for {
		m, err := b.Read(buf)
		watch.Reset(stall)
		if n += int64(m); n > most {
			return n, tooLarge(most)
		}
		if _, err := w.Write(buf[:m]); err != nil {
			return n, err
		}
		progress(n, b.size)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return n, explained(ctx, try, err)
		}
	}
	if err := b.close(); err != nil {
		return n, explained(ctx, try, err)
	}
	if b.size >= 0 && n != b.size {
		return n, &Error{Why: fmt.Sprintf("only %d of %d bytes came", n, b.size), Again: true}
	}
	return n, nil
}

func (f *Fetcher) open(ctx context.Context, u godocker.URI) (body, error) {
	if u.Scheme == "ftp" {
		return f.ftp(ctx, u)
	}
	return f.http(ctx, u)
}

func tooLarge(most int64) error {
	return &Error{Why: fmt.Sprintf("it is larger than the %s that are left for it", godocker.FormatSize(most))}
}
