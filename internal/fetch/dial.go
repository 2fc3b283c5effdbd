package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// A dialer connects to public addresses, and to those that the site allows.
type dialer struct{ allowed []netip.Prefix }

func newDialer(networks []string) (dialer, error) {
	var d dialer
	for _, text := range networks {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return d, fmt.Errorf("want networks such as 10.1.0.0/16 or fd00::/8, got %q", text)
		}
		d.allowed = append(d.allowed, p.Masked())
	}
	return d, nil
}

// errNotPublic does not tell the address: names inside of the site are its own.
var errNotPublic = errors.New("it is at a private address or at this server's own, from which this site fetches nothing")

// special are the addresses that are not of the public internet (IANA's registries of
// special-purpose addresses), those by which an IPv4 address is reached in disguise, and
// one where a cloud shows its virtual machines their secrets.
var special = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32",
	"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")

// global is where all other public IPv6 addresses are.
var global = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

func within(ps []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(ps, func(p netip.Prefix) bool { return p.Contains(a) })
}

// may reports whether an address may be connected to; own are this machine's.
func (d dialer) may(a netip.Addr, own []netip.Addr) bool {
	a = a.Unmap().WithZone("")
	switch {
	case within(d.allowed, a):
		return true
	case a.Is6() && !global.Contains(a), within(special, a):
		return false
	}
	return !slices.Contains(own, a)
}

// ownAddresses are those of this machine now.
func ownAddresses() ([]netip.Addr, error) {
	nets, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var own []netip.Addr
	for _, n := range nets {
		if p, ok := n.(*net.IPNet); ok {
			if a, ok := netip.AddrFromSlice(p.IP); ok {
				own = append(own, a.Unmap())
			}
		}
	}
	return own, nil
}

// DialContext connects. Every address is looked at when its name is known already.
func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	plain := net.Dialer{Timeout: 30 * time.Second, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		own, err := ownAddresses()
		if err == nil && !d.may(at.Addr(), own) {
			err = errNotPublic
		}
		return err
	}}
	return plain.DialContext(ctx, network, address)
}
