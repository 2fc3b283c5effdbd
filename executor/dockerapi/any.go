package dockerapi

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// mostSilence is how long one of several engines may take to begin its answer.
	mostSilence = 20 * time.Second
	// mostDialing is how long one of several engines may take to be reached.
	mostDialing = 3 * time.Second
)

// anyOf sends requests to one of several engines, and to the next when that one is not
// reached, or does not know what to do as its swarm has lost its leader.
type anyOf struct {
	all []target

	mu  sync.Mutex
	now int
}

// RoundTrip tries each engine once. A request that an engine may have got is not sent to
// another one, unless it asks and changes nothing.
func (a *anyOf) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	at := a.now
	a.mu.Unlock()
	for try := 0; ; try++ {
		to := a.all[at]
		again, err := renewed(r, to)
		if err != nil {
			return nil, err
		}
		got, err := to.way.RoundTrip(again)
		last := try+1 == len(a.all) || r.Context().Err() != nil
		switch {
		case err != nil && !last && (r.Method == http.MethodGet || r.Method == http.MethodHead || notReached(err)):
		case err == nil && !last && got.StatusCode == http.StatusServiceUnavailable:
			_, _ = io.Copy(io.Discard, io.LimitReader(got.Body, 1<<16))
			_ = got.Body.Close()
		default:
			if err != nil {
				a.leave(at)
			}
			return got, err
		}
		at = a.leave(at)
	}
}

// leave goes on to the next engine, unless somebody did.
func (a *anyOf) leave(at int) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.now == at {
		a.now = (at + 1) % len(a.all)
	}
	return (at + 1) % len(a.all)
}

// renewed is a request, for another engine.
func renewed(r *http.Request, to target) (*http.Request, error) {
	c := r.Clone(r.Context())
	c.URL.Scheme, c.URL.Host = to.scheme, to.host
	if r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		c.Body = body
	}
	return c, nil
}

// notReached reports whether a request was not even sent.
func notReached(err error) bool {
	dial, ok := errors.AsType[*net.OpError](err)
	return ok && dial.Op == "dial"
}

// dialSoon bounds how long a connection may take to be made.
func dialSoon(dial func(ctx context.Context, network, addr string) (net.Conn, error)) func(ctx context.Context, network, addr string) (net.Conn, error) {
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, mostDialing)
		defer cancel()
		return dial(ctx, network, addr)
	}
}
