package ldap

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"regexp"
	"sync"
	"time"

	"godocker"

	"github.com/go-ldap/ldap/v3"
)

// most is how many connections there are at once.
const most = 8

// A pool keeps a few connections on which whoever searches is logged in. Every
// question, with what it takes to connect, has the same limit of time; so has
// waiting for a connection.
type pool struct {
	addresses  []string
	tls        *tls.Config // nil = no encryption
	ssl        bool        // encrypted from the first byte
	dn, secret string      // who searches
	timeout    time.Duration
	log        *slog.Logger
	room       chan struct{}
	mu         sync.Mutex
	idle       []*line
	cause      string // why it is unreachable, as the log says, without numbers; "" = it is not
}

// A line is a connection.
type line struct {
	*ldap.Conn
	raw net.Conn
}

func newPool(c Config, log *slog.Logger) (*pool, error) {
	o := c.Options
	p := &pool{addresses: c.addresses(), ssl: o.SSL, dn: c.AdminDN, secret: c.AdminPassword, timeout: cmp.Or(o.Timeout, 5*time.Second), log: log,
		room: make(chan struct{}, most)}
	if o.SSL && o.StartTLS {
		return nil, errors.New("ldap.ssl and ldap.start_tls: want one of them")
	}
	if !o.SSL && !o.StartTLS {
		for _, a := range p.addresses {
			if host, _, _ := net.SplitHostPort(a); !o.Insecure && !loopback(host) {
				return nil, fmt.Errorf("ldap.ssl and ldap.start_tls: want one of them, as passwords would go to %s in the clear; ldap.insecure: true lets them", host)
			}
		}
		return p, nil
	}
	p.tls = &tls.Config{InsecureSkipVerify: o.Insecure, MinVersion: tls.VersionTLS12} //nolint:gosec // only where the configuration insists
	if o.CACert != "" {
		text, err := os.ReadFile(o.CACert)
		if err != nil {
			return nil, fmt.Errorf("ldap.ca_cert: %w", err)
		}
		p.tls.RootCAs = x509.NewCertPool()
		if !p.tls.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("ldap.ca_cert: want certificates in PEM, and %s has none", o.CACert)
		}
	}
	return p, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// away says that there is no answer. The cause is for the log.
func away(err error) error {
	return &godocker.Error{Code: godocker.Unavailable, Message: "the directory of people cannot be asked now; try again later", Err: fmt.Errorf("ldap: %w", err)}
}

// ask calls f with a connection on which whoever searches is logged in. A
// connection that broke while nobody used it is replaced, and f called again.
func (p *pool) ask(ctx context.Context, f func(*ldap.Conn) error) error {
	return p.within(ctx, func(ctx context.Context) error {
		if l := p.rested(); l != nil {
			err := l.use(ctx, f)
			if err == nil || !ldap.IsErrorWithCode(err, ldap.ErrorNetwork) || ctx.Err() != nil {
				p.keep(l, err)
				return err
			}
			_ = l.Close()
		}
		l, err := p.dial(ctx)
		if err != nil {
			return err
		}
		if p.dn != "" {
			if err = l.use(ctx, func(l *ldap.Conn) error { return l.Bind(p.dn, p.secret) }); err != nil {
				_ = l.Close()
				return away(fmt.Errorf("logging in as %s: %w", p.dn, err))
			}
		}
		err = l.use(ctx, f)
		p.keep(l, err)
		return err
	})
}

// as calls f with a connection on which somebody logged in with a password.
func (p *pool) as(ctx context.Context, dn, password string, f func(*ldap.Conn) error) error {
	return p.within(ctx, func(ctx context.Context) error {
		l, err := p.dial(ctx)
		if err != nil {
			return err
		}
		defer l.Close()
		err = l.use(ctx, func(l *ldap.Conn) error { return l.Bind(dn, password) })
		if ldap.IsErrorAnyOf(err, ldap.LDAPResultInvalidCredentials, ldap.LDAPResultNoSuchObject, ldap.LDAPResultInvalidDNSyntax, ldap.LDAPResultNamingViolation,
			ldap.LDAPResultInappropriateAuthentication, ldap.LDAPResultInsufficientAccessRights, ldap.LDAPResultUnwillingToPerform, ldap.LDAPResultConstraintViolation) {
			return refused()
		}
		if err != nil {
			return err
		}
		return l.use(ctx, f)
	})
}

// within waits for its turn and calls f, all within the limit of time. Whatever is
// no answer of the house becomes one, and the log says once that the directory went
// away, again when there is another cause, and once that it is back.
func (p *pool) within(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	select {
	case p.room <- struct{}{}:
	case <-ctx.Done():
		return away(errors.New("too many questions wait for their answer"))
	}
	defer func() { <-p.room }()
	err := f(ctx)
	if _, ours := errors.AsType[*godocker.Error](err); err != nil && !ours {
		err = away(err)
	}
	switch {
	case !errors.Is(err, godocker.Unavailable):
		p.report(nil)
	case !errors.Is(ctx.Err(), context.Canceled): // the caller lost interest, and that says nothing
		p.report(err)
	}
	return err
}

func (p *pool) report(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		if p.cause != "" {
			p.log.Info("the directory of people answers again", "servers", p.addresses)
		}
		p.cause = ""
		return
	}
	if cause := numbers.ReplaceAllString(fmt.Sprint(errors.Unwrap(err)), ""); cause != p.cause { // ports and times differ without meaning
		p.log.Warn("the directory of people cannot be asked", "servers", p.addresses, "error", errors.Unwrap(err))
		p.cause = cause
	}
}

var numbers = regexp.MustCompile(`[0-9]+`)

// rested returns a connection that nobody uses, or nil.
func (p *pool) rested() *line {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 {
		l := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if !l.IsClosing() {
			return l
		}
	}
	return nil
}

// keep lets others use a connection, unless it broke.
func (p *pool) keep(l *line, err error) {
	if l.IsClosing() || ldap.IsErrorWithCode(err, ldap.ErrorNetwork) {
		_ = l.Close()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, l) // never more than room
}

// dial connects to the first server that answers.
func (p *pool) dial(ctx context.Context) (*line, error) {
	var errs []error
	for i, a := range p.addresses {
		share, cancel := ctx, func() {}
		if end, ok := ctx.Deadline(); ok { // each gets its part of what time is left
			share, cancel = context.WithTimeout(ctx, time.Until(end)/time.Duration(len(p.addresses)-i))
		}
		l, err := p.dialOne(share, a)
		cancel()
		if err == nil {
			return l, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

func (p *pool) dialOne(ctx context.Context, address string) (*line, error) {
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	host, _, _ := net.SplitHostPort(address)
	conf := p.tls.Clone()
	if conf != nil {
		conf.ServerName = host
	}
	if p.ssl {
		enc := tls.Client(raw, conf)
		if err := enc.HandshakeContext(ctx); err != nil {
			_ = raw.Close()
			return nil, fmt.Errorf("%s: %w", address, err)
		}
		l := &line{ldap.NewConn(enc, true), raw}
		l.Start()
		return l, nil
	}
	l := &line{ldap.NewConn(raw, false), raw}
	l.Start()
	if conf != nil {
		if err := l.use(ctx, func(l *ldap.Conn) error { return l.StartTLS(conf) }); err != nil {
			_ = l.Close()
			return nil, fmt.Errorf("%s: STARTTLS: %w", address, err)
		}
	}
	return l, nil
}

// use calls f and breaks the connection when the time is up.
func (l *line) use(ctx context.Context, f func(*ldap.Conn) error) error {
	stop := context.AfterFunc(ctx, func() { _ = l.raw.SetDeadline(time.Unix(1, 0)) })
	err := f(l.Conn)
	if !stop() { // too late to be used again
		_ = l.raw.Close()
	}
	return err
}
