package config

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
)

var headerName = regexp.MustCompile(`^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$`)

// takenHeaders are those that say something else.
var takenHeaders = []string{"authorization", "cookie", "host", "origin", "content-type", "x-forwarded-for", "x-forwarded-proto"}

func (c *Config) checkProxies(bad func(key, format string, args ...any)) {
	for i, text := range c.ProxyAddresses {
		if _, err := network(text); err != nil {
			bad(fmt.Sprintf("proxy_addresses[%d]", i), "%v", err)
		}
	}
	if !c.AllowProxyRemoteUser {
		return
	}
	if len(c.ProxyAddresses) == 0 {
		bad("allow_proxy_remote_user", "needs proxy_addresses: anybody else could say that they are anybody")
	}
	if h := c.ProxyUserHeader; !headerName.MatchString(h) || strings.Contains(" "+strings.Join(takenHeaders, " ")+" ", " "+strings.ToLower(h)+" ") {
		bad("proxy_user_header", "want the name of a header of its own such as X-Remote-User, of letters, digits and -, got %q", h)
	}
}

// Proxies returns the networks of the proxies in front, as far as they are right.
func (c *Config) Proxies() []netip.Prefix {
	var out []netip.Prefix
	for _, text := range c.ProxyAddresses {
		if p, err := network(text); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// network reads 10.1.2.0/24, or an address for a network of one.
func network(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		a = a.Unmap()
		return a.Prefix(a.BitLen())
	}
	p, err := netip.ParsePrefix(text)
	if err != nil || p.Bits() == 0 {
		return p, fmt.Errorf("want an address such as 10.1.2.3, or a network such as 10.1.2.0/24 that is not everything, got %q", text)
	}
	return p.Masked(), nil
}
