package webport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"

	"godocker"
)

// inside is the host by which a task knows itself. Servers such as Jupyter's, which listen
// to the container alone, refuse any other.
func inside(port int) string {
	if port == 80 {
		return "localhost"
	}
	return "localhost:" + strconv.Itoa(port)
}

// proxy hands requests of somebody on to the task where they are, and tells when it answers.
func (d *Door) proxy(s stay, answers func()) *httputil.ReverseProxy {
	l := d.lines.to(&s.task)
	return &httputil.ReverseProxy{
		Transport: l.transport, FlushInterval: -1, ErrorLog: nil,
		Rewrite:        func(p *httputil.ProxyRequest) { d.rewrite(p, &s) },
		ModifyResponse: func(a *http.Response) error { answers(); d.cleaned(a, &s); return nil },
		ErrorHandler:   func(w http.ResponseWriter, r *http.Request, err error) { d.failed(w, r, &s, err) },
	}
}

// rewrite makes of what a browser sent what the task gets: nothing that proves who
// somebody is, and the addresses that the task knows itself by.
func (d *Door) rewrite(p *httputil.ProxyRequest, s *stay) {
	at := inside(s.task.Requirements.WebPort)
	p.Out.URL.Scheme, p.Out.URL.Host, p.Out.Host = "http", "task", at
	p.Out.URL.RawQuery = p.In.URL.RawQuery // as it is, semicolons too
	h := p.Out.Header
	for name := range h {
		if strings.HasPrefix(name, "X-Forwarded-") {
			h.Del(name)
		}
	}
	for _, name := range []string{"Proxy-Authorization", "X-Real-Ip", d.UserHeader} {
		h.Del(name)
	}
	if kind, _, _ := strings.Cut(h.Get("Authorization"), " "); !strings.EqualFold(kind, "token") { // which is Jupyter's, and nobody else's
		h.Del("Authorization")
	}
	if up := h.Get("Upgrade"); up != "" && !strings.EqualFold(up, "websocket") {
		h.Del("Upgrade")
		h.Del("Connection")
	}
	d.cookiesTo(h, s.task.ID)
	if h.Get("Origin") != "" { // which is the task's own, or it would not be here
		h.Set("Origin", "http://"+at)
	}
	if from, err := url.Parse(h.Get("Referer")); err == nil && from.Host != "" && strings.EqualFold(from.Host, p.In.Host) {
		from.Scheme, from.Host = "http", at
		h.Set("Referer", from.String())
	} else {
		h.Del("Referer")
	}
	proto, _, _ := strings.Cut(d.originOf(s.task.ID, p.In), "://")
	h.Set("X-Forwarded-For", d.From(p.In).String())
	h.Set("X-Forwarded-Host", p.In.Host)
	h.Set("X-Forwarded-Proto", proto)
}

// prefixOf begins the names of the cookies of a task in browsers where all tasks share a
// host with each other and with whatever else is there.
func (d *Door) prefixOf(task int64) string {
	if d.Domain != "" {
		return ""
	}
	return "t" + strconv.FormatInt(task, 10) + "-"
}

// cookiesTo leaves the task its own cookies.
func (d *Door) cookiesTo(h http.Header, task int64) {
	prefix := d.prefixOf(task)
	var kept []string
	for _, line := range h["Cookie"] {
		for part := range strings.SplitSeq(line, ";") {
			part = strings.TrimSpace(part)
			name, value, ok := strings.Cut(part, "=")
			own, its := strings.CutPrefix(name, prefix)
			if ok && its && own != "" && !ours(name) && !ours(own) {
				kept = append(kept, own+"="+value)
			}
		}
	}
	h.Del("Cookie")
	if len(kept) > 0 {
		h.Set("Cookie", strings.Join(kept, "; "))
	}
}

// fenced are headers by which a task would speak for more than its own pages: for the
// whole host, for other ports, for its domain or for the browser's logins.
var fenced = []string{"Strict-Transport-Security", "Alt-Svc", "Clear-Site-Data", "Nel", "Report-To", "Public-Key-Pins", "Expect-Ct", "Www-Authenticate",
	"Proxy-Authenticate", "Authentication-Info", "Set-Login", "Set-Cookie2"}

// cleaned makes of what a task answered what the browser gets.
func (d *Door) cleaned(a *http.Response, s *stay) {
	h := a.Header
	for _, name := range fenced {
		h.Del(name)
	}
	if d.Domain == "" {
		h.Del("Service-Worker-Allowed")
	}
	d.cookiesFrom(a, s.task.ID)
	for _, name := range []string{"Location", "Content-Location"} {
		if to, err := url.Parse(h.Get(name)); err == nil && to.Host != "" && isLocal(to, s.task.Requirements.WebPort) {
			to.Scheme, to.Host, to.User = "", "", nil
			if to.Path == "" {
				to.Path = "/"
			}
			h.Set(name, to.String())
		}
	}
	h.Add("Content-Security-Policy", "frame-ancestors 'self'")
	for name, value := range map[string]string{"Referrer-Policy": "same-origin", "Origin-Agent-Cluster": "?1",
		"Cross-Origin-Opener-Policy": "same-origin-allow-popups", "Cross-Origin-Resource-Policy": "same-origin"} {
		if h.Get(name) == "" {
			h.Set(name, value)
		}
	}
}

// isLocal reports whether an address is that of the task itself, as it knows it.
func isLocal(u *url.URL, port int) bool {
	switch u.Hostname() {
	case "localhost", "127.0.0.1", "::1", "0.0.0.0":
		return u.Port() == strconv.Itoa(port) || u.Port() == "" && port == 80
	default:
		return false
	}
}

// cookiesFrom lets a task set cookies for its own host and for nothing of the installation.
func (d *Door) cookiesFrom(a *http.Response, task int64) {
	cookies := a.Cookies()
	a.Header.Del("Set-Cookie")
	prefix := d.prefixOf(task)
	for _, k := range cookies {
		if ours(k.Name) || prefix != "" && strings.HasPrefix(k.Name, "__") { // whose prefix would be in the middle
			continue
		}
		k.Name, k.Domain = prefix+k.Name, ""
		if text := k.String(); text != "" {
			a.Header.Add("Set-Cookie", text)
		}
	}
}

// failed tells why a task does not answer.
func (d *Door) failed(w http.ResponseWriter, r *http.Request, s *stay, err error) {
	if r.Context().Err() != nil || errors.Is(err, context.Canceled) {
		panic(http.ErrAbortHandler) // the browser is gone, or may not stay
	}
	d.stays.doubt(s.secret)
	n := notice{status: http.StatusBadGateway, title: "The task does not answer", text: "Its connection broke. This page tries again by itself.", again: true}
	refused, isRefused := errors.AsType[*ssh.OpenChannelError](err)
	if e, ok := errors.AsType[*godocker.Error](err); ok {
		n = notice{status: http.StatusServiceUnavailable, title: "The task is not reached yet", text: sentence(e.Message) + " This page tries again by itself.", again: true}
	} else if isRefused && refused.Reason == ssh.ConnectionFailed {
		n = notice{status: http.StatusServiceUnavailable, title: "Nothing listens there yet",
			text: "Task " + strconv.FormatInt(s.task.ID, 10) + " runs, but nothing in it listens at port " + strconv.Itoa(s.task.Requirements.WebPort) +
				" of 127.0.0.1 yet. This page tries again by itself.", again: true}
	} else if !errors.Is(err, io.EOF) {
		d.Log.Info("the web port of a task does not answer", "task", s.task.ID, "error", err)
	}
	say(w, r, n)
}
