package httpapi

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"godocker"
)

// vouched returns whom a trusted proxy says that a request is from. From others the
// header is nothing.
func (s *Server) vouched(r *http.Request) (user string, ok bool, err error) {
	if s.UserHeader == "" || !s.trusted(peer(r)) {
		return "", false, nil
	}
	switch values := r.Header.Values(s.UserHeader); {
	case len(values) == 0, len(values) == 1 && strings.TrimSpace(values[0]) == "":
		return "", false, nil
	case len(values) > 1: // the proxy's, and one that it let through
		return "", false, godocker.Errorf(godocker.Unauthorized, "the header %s is there %d times; the proxy must replace the one that clients send", s.UserHeader, len(values))
	default:
		return strings.TrimSpace(values[0]), true, nil
	}
}

func (s *Server) trusted(a netip.Addr) bool {
	for _, p := range s.Proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// peer is who is at the other end of the connection; invalid if nobody can tell.
func peer(r *http.Request) netip.Addr {
	a, _ := netip.ParseAddrPort(r.RemoteAddr)
	return a.Addr().Unmap().WithZone("")
}

// From is the address that a request comes from: the peer's, or the last one that
// trusted proxies name and that is not one of theirs.
func (s *Server) From(r *http.Request) netip.Addr {
	at := peer(r)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusted(at); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = hop.Unmap().WithZone("")
	}
	return at
}

type originKey struct{}

// originOf returns the address that a request comes from.
func originOf(ctx context.Context) netip.Addr {
	a, _ := ctx.Value(originKey{}).(netip.Addr)
	return a
}
