package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"godocker"
)

// weakPassphrases are those of samples that people forget to change.
var weakPassphrases = []string{"", "mysamplesecret", "secret", "changeme", "change_me", "passphrase", "xxx", "godocker"}

var clusterName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,30}$`)

// Check reports everything that a server must not run on, all together, each with where
// it is set. What Load reported already is not told again.
func (c *Config) Check() error {
	var errs []error
	bad := func(key, format string, args ...any) {
		place, reported := c.places.find(key)
		if !reported {
			errs = append(errs, fmt.Errorf("%s%s: %s", place, key, fmt.Sprintf(format, args...)))
		}
	}
	if p := c.SecretPassphrase; slices.Contains(weakPassphrases, strings.ToLower(p)) || len(p) < 16 {
		bad("secret_passphrase", "is empty, a sample's, or shorter than 16 characters; set a long random text, such as the output of: openssl rand -hex 32")
	}
	if !filepath.IsAbs(c.SharedDir) {
		bad("shared_dir", "want the absolute path of a folder that every node sees, got %q", c.SharedDir)
	}
	if !filepath.IsAbs(c.DataDir) {
		bad("data_dir", "want the absolute path of a folder of this server, got %q", c.DataDir)
	}
	if !clusterName.MatchString(c.Cluster) {
		bad("cluster", "want up to 31 lower-case letters, digits and dashes, got %q", c.Cluster)
	}
	if c.SMTPHost != "" && c.EmailFrom == "" {
		bad("email_from", "is missing: mails need a sender when email_smtp_host is set")
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		bad("listen", "want an address and a port such as 127.0.0.1:6543, got %q", c.Listen)
	}
	c.checkSSH(bad)
	c.checkWebPort(bad)
	c.checkApart(bad)
	c.checkExecutors(bad)
	c.checkIdle(bad)
	if c.DefaultsCPU <= 0 || c.DefaultsRAM <= 0 {
		bad("defaults_cpu, defaults_ram", "want numbers above 0")
	}
	c.checkVolumes(bad)
	if c.MasterTimeout < seconds(1) {
		bad("master_timeout", "want at least 1s")
	}
	if c.MaxScriptSize < 1 {
		bad("max_script_size", "want more than 0, or no task could be handed in")
	}
	for key, n := range map[string]int{"clean_old": c.CleanOld, "rate_limit": c.RateLimit, "rate_limit_all": c.RateLimitAll, "max_running": c.MaxRunning, "max_array": c.MaxArray} {
		if n < 0 {
			bad(key, "want 0 or more, got %d", n)
		}
	}
	if c.NodeOrder != "spread" && c.NodeOrder != "pack" {
		bad("node_order", "want spread or pack, got %q", c.NodeOrder)
	}
	if c.UserResetUsageDuration < 1 {
		bad("user_reset_usage_duration", "want a number of days from 1 on, got %d", c.UserResetUsageDuration)
	}
	c.checkProxies(bad)
	if c.PortStart < 1 || c.PortRange < 1 || c.PortStart+c.PortRange > 1<<16 {
		bad("port_start, port_range", "want ports between 1 and 65535, got %d ports from %d on", c.PortRange, c.PortStart)
	}
	c.checkImages(bad)
	if slices.Contains(c.DockerAuthz.Users, "") {
		bad("docker_authz.users", "want the names (CN) of client certificates, got an empty one")
	}
	if n := c.FailurePolicy.Strategy; n < 0 || n > 20 {
		bad("failure_policy.strategy", "want how often a task is tried again that the system failed, from 0 to 20, got %d", n)
	}
	for _, text := range c.URIs.AllowPrivate {
		if _, err := netip.ParsePrefix(text); err != nil {
			bad("uris.allow_private", "want networks such as 10.1.0.0/16 or fd00::/8, got %q", text)
		}
	}
	if c.URIs.Timeout <= 0 {
		bad("uris.timeout", "want more than 0")
	}
	return errors.Join(errs...)
}

var executorName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,30}$`)

func (c *Config) checkExecutors(bad func(key, format string, args ...any)) {
	seen := map[string]bool{}
	for _, name := range c.ExecutorNames() {
		switch {
		case !executorName.MatchString(name):
			bad("executors", "want up to 31 lower-case letters, digits, dashes and underscores, got %q", name)
		case seen[name]:
			bad("executors", "%s is there twice; another engine of the same kind needs a name of its own, and a section of that name with type: %s", name, name)
		}
		seen[name] = true
	}
}

// checkApart finds two doors at one port.
func (c *Config) checkApart(bad func(key, format string, args ...any)) {
	at := map[string]string{}
	for _, d := range [][2]string{{"listen", c.Listen}, {"ssh.listen", string(c.SSH.Listen)}, {"web_port.listen", string(c.WebPort.Listen)}} {
		_, port, err := net.SplitHostPort(d[1])
		switch other := at[port]; {
		case err != nil || port == "0":
		case other != "":
			bad(d[0], "port %s is that of %s; want one of its own", port, other)
		default:
			at[port] = d[0]
		}
	}
}

func (c *Config) checkSSH(bad func(key, format string, args ...any)) {
	s := c.SSH
	if s.Listen == "" {
		if s.PublicEndpoint != "" {
			bad("ssh.listen", "is missing: ssh.public_endpoint is where people reach it")
		}
		return
	}
	if _, _, err := (SSH{Listen: s.Listen}).Reached(); err != nil {
		bad("ssh.listen", "want an address and a port such as :6544, got %q", s.Listen)
	}
	if host, _, err := s.Reached(); s.PublicEndpoint != "" && (err != nil || host == "") {
		bad("ssh.public_endpoint", "want a host and a port such as god.example.org:6544, got %q", s.PublicEndpoint)
	}
}

var domainName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

func (c *Config) checkWebPort(bad func(key, format string, args ...any)) {
	w := c.WebPort
	if w.Listen == "" {
		if w.Domain != "" || w.PublicEndpoint != "" {
			bad("web_port.listen", "is missing: web_port.domain and web_port.public_endpoint are where people reach it")
		}
		return
	}
	if _, err := (WebPort{Listen: w.Listen}).reached(); err != nil {
		bad("web_port.listen", "want an address and a port such as :6546, got %q", w.Listen)
	}
	if w.Domain != "" && (len(w.Domain) > 200 || !domainName.MatchString(string(w.Domain))) {
		bad("web_port.domain", "want a domain in small letters such as tasks.example.org, got %q", w.Domain)
		return
	}
	if u, err := url.Parse(c.WebEndpoint); w.Domain != "" && err == nil && strings.HasSuffix("."+u.Hostname(), "."+string(w.Domain)) {
		bad("web_port.domain", "want a domain that the page is not in: web_endpoint is %s", c.WebEndpoint)
	}
	if w.Domain == "" && w.PublicEndpoint != "" && c.WebEndpoint == "" {
		bad("web_endpoint", "is missing: with web_port.public_endpoint it is from where people come there")
	}
	if _, err := w.reached(); w.PublicEndpoint != "" && err != nil {
		want := "https://god.example.org:6546"
		if w.Domain != "" {
			want = "https://" + string(w.Domain)
		}
		bad("web_port.public_endpoint", "want a scheme, a host and a port such as %s, got %q", want, w.PublicEndpoint)
	}
}

func (c *Config) checkIdle(bad func(key, format string, args ...any)) {
	i := c.Idle
	if !slices.Contains([]string{"suspend", "end", "none"}, i.Action) {
		bad("idle.action", "want suspend, end or none, got %q", i.Action)
	}
	if i.Warn < seconds(1) {
		bad("idle.warn", "want at least 1s")
	}
	switch longest := i.Max; {
	case longest > 0 && i.Action == "none":
		bad("idle.max", "want no longest time where idle.action is none, which is longer than any")
	case longest > 0 && i.After > longest:
		bad("idle.after", "want at most the %s of idle.max, got %s", godocker.FormatLifespan(time.Duration(longest)), godocker.FormatLifespan(time.Duration(i.After)))
	case longest > 0 && i.After == 0:
		bad("idle.after", "is missing: idle.max is the most that tasks may ask for, and those that ask for nothing would never be idle")
	}
}

// DatabaseURL is where the store is.
func (c *Config) DatabaseURL() string {
	if c.Database != "" {
		return c.Database
	}
	return "sqlite://" + filepath.Join(c.DataDir, "godocker.db")
}
