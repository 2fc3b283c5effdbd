// Package ldap knows people by a directory that speaks LDAP (RFC 4511), such as
// OpenLDAP. A password is checked by binding as the person; the facts are those of
// the entry, whose fields are named in the configuration.
package ldap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"

	"godocker"
	"godocker/auth"
	"godocker/plugin"

	"github.com/go-ldap/ldap/v3"
)

// Config is what go-d.ini says of the directory: the keys ldap_* and the section
// ldap.
type Config struct {
	Host          string  `yaml:"ldap_host"` // one or several, separated by commas
	Port          int     `yaml:"ldap_port"` // 0 = 389, or 636 with ssl
	DN            string  `yaml:"ldap_dn"`
	BaseDNFilter  string  `yaml:"ldap_base_dn_filter"` // where in DN the people are
	AdminDN       string  `yaml:"ldap_admin_dn"`       // who searches; "" = nobody in particular
	AdminPassword string  `yaml:"ldap_admin_password"`
	Options       Options `yaml:"ldap"`
}

// Options is the section ldap.
type Options struct {
	SSL        bool              `yaml:"ssl"`       // ldaps
	StartTLS   bool              `yaml:"start_tls"` // encrypt before anything is said
	CACert     string            `yaml:"ca_cert"`   // file; "" = the system's authorities
	Insecure   bool              `yaml:"insecure"`  // no check of the certificate, or no encryption at all
	Timeout    time.Duration     `yaml:"timeout"`   // of every question; 0 = 5 s
	Recheck    time.Duration     `yaml:"recheck"`   // 0 = 5 minutes
	Filter     string            `yaml:"filter"`    // that people must match, too
	GroupDN    string            `yaml:"group_dn"`  // where the groups are; "" = DN
	AdminGroup string            `yaml:"admin_group"`
	Fields     map[string]string `yaml:"fields"`
}

// Plugin describes this authenticator to the registry.
var Plugin = plugin.Define("ldap", "people of an LDAP directory", New)

// Original is the same under the name that GO-Docker 1.x gave it.
var Original = plugin.Define("goauth", "ldap, by the name that files for GO-Docker 1.x use", New)

// source is godocker.User.Source of people of a directory.
const source = "ldap"

type directory struct {
	pool       *pool
	fields     fields
	base       string // where the people are
	groups     string // where the groups are
	filter     string
	adminGroup string
	anonymous  bool // nobody in particular searches
	recheck    time.Duration
}

// New returns the authenticator. The directory is asked only when somebody logs in.
func New(_ context.Context, env plugin.Env, c Config) (auth.Authenticator, error) {
	if c.Host == "" || c.DN == "" {
		return nil, errors.New("ldap_host and ldap_dn: want the directory's host and the DN of its root, such as dc=example,dc=org")
	}
	base := c.DN
	if c.BaseDNFilter != "" {
		base = c.BaseDNFilter + "," + c.DN
	}
	groups := cmp.Or(c.Options.GroupDN, c.DN)
	for _, dn := range [][2]string{{"ldap_dn", c.DN}, {"ldap_base_dn_filter", base}, {"ldap_admin_dn", c.AdminDN}, {"ldap.group_dn", groups}} {
		if _, err := ldap.ParseDN(dn[1]); err != nil {
			return nil, fmt.Errorf("%s: want a DN, got %q: %w", dn[0], dn[1], err)
		}
	}
	if (c.AdminDN == "") != (c.AdminPassword == "") {
		return nil, errors.New("ldap_admin_dn and ldap_admin_password: want both or neither")
	}
	if f := c.Options.Filter; f != "" {
		if _, err := ldap.CompileFilter(f); err != nil {
			return nil, fmt.Errorf("ldap.filter: want a filter such as (objectClass=posixAccount), got %q: %w", f, err)
		}
	}
	names, err := named(c.Options.Fields)
	if err != nil {
		return nil, err
	}
	p, err := newPool(c, cmp.Or(env.Log, slog.New(slog.DiscardHandler)))
	if err != nil {
		return nil, err
	}
	return &directory{pool: p, fields: names, base: base, groups: groups, filter: c.Options.Filter, adminGroup: c.Options.AdminGroup,
		anonymous: c.AdminDN == "", recheck: cmp.Or(c.Options.Recheck, 5*time.Minute)}, nil
}

// addresses are where the directory's servers listen, the first being asked first.
func (c *Config) addresses() []string {
	port := 389
	if c.Options.SSL {
		port = 636
	}
	port = cmp.Or(c.Port, port)
	var out []string
	for host := range strings.SplitSeq(c.Host, ",") {
		if host = strings.TrimSpace(host); host != "" {
			out = append(out, net.JoinHostPort(host, strconv.Itoa(port)))
		}
	}
	return out
}

func refused() error {
	return godocker.Errorf(godocker.Unauthorized, "user or password is wrong")
}

// Login implements auth.Authenticator.
func (d *directory) Login(ctx context.Context, user, password string) (godocker.User, error) {
	if user == "" || password == "" { // a directory takes an empty password for a visitor without a name, and says yes
		return godocker.User{}, refused()
	}
	u, err := d.login(ctx, user, password)
	if errors.Is(err, godocker.NotFound) || err == nil && !u.Active {
		err = refused()
	}
	if err != nil {
		return godocker.User{}, err
	}
	return u, nil
}

func (d *directory) login(ctx context.Context, user, password string) (u godocker.User, err error) {
	if d.anonymous { // the name of the entry follows from the user's, and who may read it but they?
		dn := d.fields[fieldID] + "=" + ldap.EscapeDN(user) + "," + d.base
		err := d.pool.as(ctx, dn, password, func(l *ldap.Conn) error {
			e, err := d.entry(l, dn, ldap.ScopeBaseObject, "(objectClass=*)")
			if err == nil {
				u, err = d.user(l, e, user)
			}
			return err
		})
		return u, err
	}
	var dn string
	if err := d.pool.ask(ctx, func(l *ldap.Conn) (err error) { u, dn, err = d.find(l, user); return err }); err != nil {
		return u, err
	}
	return u, d.pool.as(ctx, dn, password, func(*ldap.Conn) error { return nil })
}

// Lookup implements auth.Authenticator.
func (d *directory) Lookup(ctx context.Context, user string) (u godocker.User, err error) {
	err = d.pool.ask(ctx, func(l *ldap.Conn) (err error) { u, _, err = d.find(l, user); return err })
	return u, err
}

// Source implements auth.Directory.
func (d *directory) Source() string { return source }

// Recheck implements auth.Directory.
func (d *directory) Recheck() time.Duration { return d.recheck }

// Carry implements auth.Directory. Address and public key are the person's to
// change, so that the directory's are only taken where there are none.
func (d *directory) Carry(known godocker.User, stored *godocker.User) {
	stored.Groups, stored.Home = known.Groups, known.Home
	if known.UID > 0 && known.GID > 0 {
		stored.UID, stored.GID = known.UID, known.GID
	}
	stored.Email = cmp.Or(stored.Email, known.Email)
	stored.PublicKey = cmp.Or(stored.PublicKey, known.PublicKey)
	if d.adminGroup != "" {
		stored.Admin = known.Admin
	}
}
