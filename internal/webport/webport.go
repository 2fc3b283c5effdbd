// Package webport is the door to what tasks serve by HTTP: a port of its own, so that no
// page of a task is ever of the origin of the installation's own page. People come in with
// a ticket that the REST interface gave them, and get to the one port that a task named,
// through the ssh server of the task; nothing else can be reached.
//
// Where the site has a domain for it, each task is a host of its own. Else all tasks
// share one origin, and a browser is let in to one of them at a time.
package webport

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/account"
	"godocker/internal/entry"
	"godocker/internal/loop"
	"godocker/store"
)

const (
	visitLife  = 12 * time.Hour // after which people come again from the task's page
	maxHeaders = 64 << 10       // bytes, of requests and of answers
	maxForm    = 4 << 10
	ownPath    = "/.godocker/"
)

// A Hall leads into tasks; see entry.Hall.
type Hall interface {
	Enter(ctx context.Context, t *godocker.Task) (entry.Conn, error)
	KeepAwake(ctx context.Context, t *godocker.Task) (end func())
}

// A Door lets browsers in to what tasks serve. Fill in the fields, then call Handler once.
type Door struct {
	Store      store.Tasks
	Desk       *account.Desk
	Hall       Hall
	Sees       func(ctx context.Context, user string, t *godocker.Task) (bool, error) // whether somebody may see a task now
	Origin     func(task, host string) string                                         // of a task, for browsers that reach this server by the host
	From       func(*http.Request) netip.Addr                                         // where a request comes from
	Domain     string                                                                 // whose hosts are tasks; "" = all tasks share one origin
	Page       string                                                                 // address of the installation's own page; "" = by any
	UserHeader string                                                                 // of a proxy that says who somebody is; "" = none
	Log        *slog.Logger
	Recheck    time.Duration // how often it is asked whether people may still be where they are; 0 = ten seconds

	stays stays
	lines lines
}

// Handler returns the web server. ctx ends the connections to tasks.
func (d *Door) Handler(ctx context.Context) http.Handler {
	if d.Recheck == 0 {
		d.Recheck = 10 * time.Second
	}
	d.lines.ctx, d.lines.hall, d.lines.byAttempt = ctx, d.Hall, map[attempt]*line{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := loop.Guard(func() (struct{}, error) { d.serve(w, r); return struct{}{}, nil })
		if err != nil {
			d.Log.Error("a request to a task crashed", "method", r.Method, "error", err)
			panic(http.ErrAbortHandler)
		}
	})
}

func (d *Door) serve(w http.ResponseWriter, r *http.Request) {
	task, ok := d.taskOf(r)
	switch {
	case !ok:
		say(w, r, notice{status: http.StatusNotFound, title: "There is nothing here", text: "The web ports of tasks have addresses such as 12." + d.Domain + "."})
	case r.URL.Path == api.WebEnter:
		d.enter(w, r, task)
	case strings.HasPrefix(r.URL.Path, ownPath):
		say(w, r, notice{status: http.StatusNotFound, title: "There is nothing here", text: "What begins with " + ownPath + " is not the task's."})
	default:
		d.visit(w, r, task)
	}
}

// taskOf is the task that a request is for, by its host; 0 = where all share one origin.
func (d *Door) taskOf(r *http.Request) (id int64, ok bool) {
	if d.Domain == "" {
		return 0, true
	}
	label, ok := strings.CutSuffix(strings.ToLower(hostname(r.Host)), "."+d.Domain)
	if !ok {
		return 0, false
	}
	id, err := strconv.ParseInt(label, 10, 64)
	return id, err == nil && id > 0 && strconv.FormatInt(id, 10) == label
}

// hostname is a host without its port.
func hostname(host string) string { return (&url.URL{Host: host}).Hostname() }

// originOf is the origin under which a browser knows a task.
func (d *Door) originOf(task int64, r *http.Request) string {
	return d.Origin(strconv.FormatInt(task, 10), hostname(r.Host))
}

func (d *Door) https(r *http.Request) bool { return strings.HasPrefix(d.originOf(1, r), "https:") }

// enter takes a ticket from a form of the installation's page, and gives a cookie for it.
func (d *Door) enter(w http.ResponseWriter, r *http.Request, task int64) {
	refuse := func(status int, text string) {
		say(w, r, notice{status: status, title: "You are not let in", text: text, link: d.pageOf(task)})
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		refuse(http.StatusMethodNotAllowed, "Open the port from the page of its task.")
		return
	}
	if !d.fromPage(r) {
		refuse(http.StatusForbidden, "This came from another page than that of this site. Open the port from the page of its task.")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	ticket, now := r.PostFormValue("ticket"), time.Now()
	k, err := d.Desk.TakePass(r.Context(), godocker.PassWeb, ticket, now)
	if err == nil && task != 0 && k.Task != task {
		err = godocker.Errorf(godocker.Unauthorized, "this ticket is for another task")
	}
	var t godocker.Task
	if err == nil {
		t, err = d.may(r.Context(), k)
	}
	var secret string
	if err == nil {
		secret, err = d.Desk.NewPass(r.Context(), godocker.PassWebVisit, k.Task, k.User, visitLife, now)
	}
	if err != nil {
		d.Log.Warn("somebody was not let in to a task", "kind", "web", "task", task, "from", d.From(r), "error", err)
		status, text := wordsOf(err)
		refuse(status, text)
		return
	}
	d.Log.Info("somebody entered a task", "kind", "web", "task", t.ID, "user", k.User, "from", d.From(r))
	http.SetCookie(w, d.cookie(secret, r))
	if d.Domain == "" { // what another task may have left
		w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// fromPage reports whether a form is one of the installation's page: nobody else may bring
// a browser in to a task.
func (d *Door) fromPage(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	u, err := url.Parse(origin)
	switch {
	case origin == "": // no browser
		return r.Header.Get("Sec-Fetch-Site") == ""
	case err != nil || u.Host == "" || strings.EqualFold(u.Host, r.Host):
		return false
	case d.Page != "":
		page, err := url.Parse(d.Page)
		return err == nil && strings.EqualFold(u.Host, page.Host) && u.Scheme == page.Scheme
	case d.Domain != "":
		return !strings.HasSuffix("."+strings.ToLower(u.Hostname()), "."+d.Domain)
	default:
		return strings.EqualFold(u.Hostname(), hostname(r.Host))
	}
}

// pageOf is where people get a ticket for a task; "" = nobody knows.
func (d *Door) pageOf(task int64) string {
	switch page := strings.TrimRight(d.Page, "/"); {
	case page == "" || task == 0:
		return page
	default:
		return page + "/task/" + strconv.FormatInt(task, 10) + "/web"
	}
}

// visit hands a request on to the task, for somebody who was let in.
func (d *Door) visit(w http.ResponseWriter, r *http.Request, task int64) {
	s, err := d.stayOf(r, task)
	if err != nil {
		status, text := wordsOf(err)
		say(w, r, notice{status: status, title: "You are not let in", text: text, link: d.pageOf(task)})
		return
	}
	if !d.ownSite(r) {
		say(w, r, notice{status: http.StatusForbidden, title: "This is not allowed", text: "This request comes from a page of another site, or of another task."})
		return
	}
	if d.Domain == "" && r.Header.Get("Service-Worker") != "" { // it would stay there for the next task
		say(w, r, notice{status: http.StatusForbidden, title: "This is not allowed", text: "This site has no service workers, as all tasks share its address."})
		return
	}
	if n, ok := stateOf(&s.task); !ok {
		say(w, r, n)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	go d.watch(ctx, s, cancel)
	awake := sync.OnceFunc(d.Hall.KeepAwake(ctx, &s.task)) // until it answers
	defer awake()
	d.proxy(s, awake).ServeHTTP(w, r.WithContext(ctx))
}

// ownSite refuses what another page has a browser do, but for links that people follow. To
// browsers, tasks may be of one site with each other and with the installation's page.
func (d *Door) ownSite(r *http.Request) bool {
	if o := r.Header.Get("Origin"); o != "" {
		u, err := url.Parse(o)
		return err == nil && strings.EqualFold(u.Host, r.Host)
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	default:
		return (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	}
}

// Serve answers at a port until ctx is done.
func (d *Door) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{Handler: d.Handler(ctx), BaseContext: func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: maxHeaders, ErrorLog: slog.NewLogLogger(d.Log.Handler(), slog.LevelDebug)}
	var closed sync.WaitGroup
	stop := context.AfterFunc(ctx, func() { closed.Go(func() { _ = srv.Close() }) })
	defer closed.Wait()
	defer stop()
	if err := srv.Serve(l); ctx.Err() == nil {
		return err
	}
	return nil
}
