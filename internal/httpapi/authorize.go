package httpapi

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"godocker"
	"godocker/internal/account"
	"godocker/store"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// access is who may use a route at all. Which tasks they may touch is decided by
// mayRead and mayChange, and nowhere else.
type access string

const (
	public    access = "public"    // anybody
	reader    access = "reader"    // anybody who is logged in
	submitter access = "submitter" // whose key may change things
	owner     access = "owner"     // whose key may do all that they may: with less, nobody gets more
	admin     access = "admin"     // administrators
)

// A route is one operation and its access rule.
type route struct {
	method, path string
	access       access
	summary      string
}

// add registers a route. It is the only way to register one.
func add[I, O any](s *Server, r route, handle func(context.Context, *I) (*O, error)) {
	op := huma.Operation{
		Method: r.method, Path: r.path, Summary: r.summary, OperationID: operationID(r),
		Tags:         []string{strings.Split(r.path, "/")[1]},
		MaxBodyBytes: smallBody, BodyReadTimeout: 10 * time.Second,
		SkipValidateBody: true, // the rooms check, and name the fields in their own words
		// The framework takes an empty path for a missing one.
		SkipValidateParams: strings.HasSuffix(r.path, "...}"),
		DefaultStatus:      http.StatusOK,
		Errors:             []int{400, 401, 403, 404, 409, 413, 429, 503},
		Metadata:           map[string]any{accessKey: r},
		Description:        "Access: " + string(r.access) + ".",
	}
	if r.access != public {
		op.Security = []map[string][]string{{"token": {}}}
	}
	in := s.api
	if strings.Contains(r.path, "Plugin.") { // Docker knows no prefix
		in, op.Servers = s.root, []*huma.Server{{URL: "/"}}
		if s.Authz != nil {
			op.MaxBodyBytes = engineBody
		}
	}
	if r.access == submitter && r.method == "POST" {
		op.MaxBodyBytes, op.BodyReadTimeout = s.MaxBody, time.Minute // scripts; who sends them is known by then
	}
	huma.Register(in, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		s.settle(ctx, actOf(ctx), err)
		if err != nil {
			var p *problem
			if errors.As(err, &p) {
				return nil, p
			}
			return nil, s.fail(err)
		}
		return out, nil
	})
}

// smallBody is enough for everything but a task, in bytes. Strangers can make the
// server keep no more.
const smallBody = 64 << 10

const accessKey = "access"

func operationID(r route) string {
	words := strings.FieldsFunc(r.path, func(c rune) bool { return strings.ContainsRune("/{}.", c) })
	return strings.ToLower(r.method) + "-" + strings.Join(words, "-")
}

type callerKey struct{}

// callerOf returns who makes the request. Public routes may have nobody.
func callerOf(ctx context.Context) account.Caller {
	c, _ := ctx.Value(callerKey{}).(account.Caller)
	return c
}

// sessionCookie carries the page's session. Pages of other hosts of a domain can set a
// cookie of this name for all of them, but none with the prefix, which browsers take by
// https alone.
const (
	sessionCookie = "god_session"
	securePrefix  = "__Host-"
)

// byHTTPS reports whether the browser reaches the proxy in front by https.
func byHTTPS(proto string) bool {
	first, _, _ := strings.Cut(proto, ",")
	return strings.EqualFold(strings.TrimSpace(first), "https")
}

func cookieName(proto string) string {
	if byHTTPS(proto) {
		return securePrefix + sessionCookie
	}
	return sessionCookie
}

// mostCookies is how many cookies of one name are looked at.
const mostCookies = 5

var errTwoSessions = godocker.Errorf(godocker.Unauthorized, "your browser has the cookies of two logins; remove the cookies of this site, and log in again")

// inSession returns whose session the cookie is. Cookies do not tell who set them: a page
// of another port or host may have added the session of somebody else, and then nobody
// knows which is meant.
func (s *Server) inSession(r *http.Request) (c account.Caller, err error) {
	cookies := r.CookiesNamed(cookieName(r.Header.Get("X-Forwarded-Proto")))
	if len(cookies) == 0 {
		return c, godocker.Errorf(godocker.Unauthorized, "log in first: send a token as \"Authorization: Bearer TOKEN\"")
	}
	for i, k := range cookies {
		if i == mostCookies {
			return account.Caller{}, errTwoSessions
		}
		other, wrong := s.Desk.Check(r.Context(), k.Value, time.Now())
		switch {
		case wrong != nil && (err == nil && c.User.ID == ""):
			err = wrong
		case wrong != nil:
		case c.User.ID != "" && c.Session != other.Session:
			s.Log.Warn("a browser has two sessions; a page of another port or host may have set one of the cookies", "users", []string{c.User.ID, other.User.ID}, "from", s.From(r))
			return account.Caller{}, errTwoSessions
		default:
			c, err = other, nil
		}
	}
	return c, err
}

// authorize lets a request through if its caller may use the route.
func (s *Server) authorize(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	op := ctx.Operation().Metadata[accessKey].(route)
	rule := op.access
	ctx = huma.WithValue(huma.WithValue(ctx, originKey{}, s.From(r)), hostKey{}, hostOf(r))
	if rule == public {
		next(ctx)
		return
	}
	c, err := s.caller(r)
	if err == nil {
		err = ownSite(r, rule == reader)
	}
	if err == nil {
		_, token := bearer(r)
		done := s.beginAct(ctx, op, c.User.ID, token)
		ctx = huma.WithValue(ctx, actKey{}, done)
		if err = allow(rule, c); err != nil {
			s.settle(ctx.Context(), done, err)
		}
	}
	if err != nil {
		var p *problem
		if !errors.As(s.fail(err), &p) {
			p = newProblem(godocker.Internal, "the server failed to do this")
		}
		writeProblem(w, p)
		return
	}
	next(huma.WithValue(ctx, callerKey{}, c))
}

var errOtherSite = godocker.Errorf(godocker.Denied, "this request comes from a page of another site")

// ownSite refuses what a page of another site has a browser do, whatever the method:
// older clients change things by GET. A browser adds by itself what a cookie or a proxy
// makes of somebody, but no token. Pages of tasks may be of the same site for a browser,
// but never of the same origin. To follow a link to something that is only read is free.
func ownSite(r *http.Request, reads bool) error {
	if _, ok := bearer(r); ok {
		return nil
	}
	if reads && r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document" {
		return nil
	}
	as := *r
	as.Method = http.MethodPost // of others not even the origin is looked at
	if http.NewCrossOriginProtection().Check(&as) != nil {
		return errOtherSite
	}
	if reads || r.Method != http.MethodGet || r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Origin") != "" {
		return nil
	}
	// The referrer is all that there is of some browsers' GET, and a page can keep it back.
	if from, err := url.Parse(r.Referer()); err != nil || from.Host != r.Host {
		return errOtherSite
	}
	return nil
}

// bearer is the token that a request shows, if it shows one.
func bearer(r *http.Request) (token string, ok bool) {
	kind, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), strings.EqualFold(kind, "bearer")
}

func (s *Server) caller(r *http.Request) (account.Caller, error) {
	if token, ok := bearer(r); ok {
		return s.Desk.Check(r.Context(), token, time.Now())
	}
	if user, ok, err := s.vouched(r); ok || err != nil {
		if err != nil {
			return account.Caller{}, err
		}
		return s.Desk.Vouch(r.Context(), user, time.Now())
	}
	return s.inSession(r)
}

func allow(rule access, c account.Caller) error {
	switch {
	case rule == reader && c.Can(godocker.ScopeRead), rule == reader && c.Can(godocker.ScopeSubmit):
		return nil
	case rule == submitter && c.Can(godocker.ScopeSubmit):
		return nil
	case rule == owner && c.Full(), rule == admin && c.Admin():
		return nil
	case rule == admin:
		return godocker.Errorf(godocker.Denied, "this is for administrators")
	case rule == owner:
		return godocker.Errorf(godocker.Denied, "this API key has the scopes %q; this takes one with the scope \"full\"", c.Scopes)
	default:
		return godocker.Errorf(godocker.Denied, "this API key does not have the scope %q", scopeOf(rule))
	}
}

func scopeOf(rule access) godocker.Scope {
	if rule == submitter {
		return godocker.ScopeSubmit
	}
	return godocker.ScopeRead
}

// mayRead reports whether a caller may see a task.
func (s *Server) mayRead(ctx context.Context, c account.Caller, user, project string) bool {
	return s.reads(ctx, c)(user, project)
}

// reads tells which tasks a caller may see. It asks for their projects once at the most,
// and so is for one answer.
func (s *Server) reads(ctx context.Context, c account.Caller) func(user, project string) bool {
	shared := sync.OnceValues(func() ([]string, error) { return s.sharedProjects(ctx, c) })
	return func(user, project string) bool {
		if user == c.User.ID || c.Admin() {
			return true
		}
		if project == godocker.DefaultProject {
			return false
		}
		ids, err := shared()
		return err == nil && slices.Contains(ids, project)
	}
}

// mayChange reports whether a caller may act on a task that they may see.
func mayChange(c account.Caller, t *godocker.Task) bool {
	return c.MayChange(t)
}

// submitterOf is who a task is submitted by: an administrator whose key may not
// administer is like anybody else.
func submitterOf(c account.Caller) godocker.User {
	u := c.User
	u.Admin = c.Admin()
	return u
}

// person returns the user with an id, whom the caller may know of: themselves, or
// anybody for administrators.
func (s *Server) person(ctx context.Context, id string) (godocker.User, error) {
	c := callerOf(ctx)
	switch {
	case id == c.User.ID:
		return c.User, nil
	case !c.Admin():
		return godocker.User{}, godocker.Errorf(godocker.NotFound, "user %s does not exist", id)
	}
	return s.Store.User(ctx, id)
}

// recipesOf are the recipes that the caller may see and use: their own and those of their
// projects, of which leads tells whether they lead it; everybody's for administrators.
func (s *Server) recipesOf(ctx context.Context) (rs []godocker.Recipe, leads func(project string) bool, err error) {
	c := callerOf(ctx)
	leads = func(string) bool { return false }
	if c.Admin() {
		rs, err = s.Store.ListRecipes(ctx, "", nil)
		return rs, leads, err
	}
	ps, err := s.Store.ListProjects(ctx, c.User.ID)
	if err != nil {
		return nil, nil, err
	}
	var ids, led []string
	for _, p := range ps {
		ids = append(ids, p.ID)
		if slices.Contains(p.Leaders, c.User.ID) {
			led = append(led, p.ID)
		}
	}
	leads = func(project string) bool { return slices.Contains(led, project) }
	rs, err = s.Store.ListRecipes(ctx, c.User.ID, ids)
	return rs, leads, err
}

// recipe returns one that the caller may see.
func (s *Server) recipe(ctx context.Context, id string) (godocker.Recipe, error) {
	n, err := recipeID(id)
	if err != nil {
		return godocker.Recipe{}, err
	}
	r, err := s.Store.Recipe(ctx, n)
	if c := callerOf(ctx); err != nil || c.Admin() || r.Owner == c.User.ID {
		return r, err
	}
	if r.Project != "" {
		_, err = s.project(ctx, r.Project)
	}
	if r.Project == "" || errors.Is(err, godocker.NotFound) {
		return godocker.Recipe{}, godocker.Errorf(godocker.NotFound, "recipe %d does not exist", n)
	}
	return r, err
}

// changeable returns a recipe that the caller may change and remove.
func (s *Server) changeable(ctx context.Context, id string) (godocker.Recipe, error) {
	r, err := s.recipe(ctx, id)
	if err == nil && !mayChangeRecipe(callerOf(ctx), &r, s.leads(ctx)) {
		err = godocker.Errorf(godocker.Denied, "only %s, who leads the project, and administrators change this recipe", cmp.Or(r.Owner, "nobody else"))
	}
	return r, err
}

// mayChangeRecipe reports whether a recipe that the caller may see is theirs, or one of a
// project that they lead.
func mayChangeRecipe(c account.Caller, r *godocker.Recipe, leads func(project string) bool) bool {
	return c.Admin() || r.Owner == c.User.ID || r.Project != "" && leads(r.Project)
}

// leads tells whether the caller leads a project.
func (s *Server) leads(ctx context.Context) func(project string) bool {
	return func(project string) bool {
		p, err := s.Store.Project(ctx, project)
		return err == nil && slices.Contains(p.Leaders, callerOf(ctx).User.ID)
	}
}

// mayShare refuses to share a recipe in a project that the caller is no member of, and
// with everybody unless an administrator does.
func (s *Server) mayShare(ctx context.Context, was, project string) error {
	if project = strings.TrimSpace(project); project == "" || project == was {
		return nil
	}
	wrong := ""
	if _, err := s.project(ctx, project); errors.Is(err, godocker.NotFound) {
		wrong = "you are not a member of a project " + project
	} else if err != nil {
		return err
	}
	if project == godocker.DefaultProject && !callerOf(ctx).Admin() {
		wrong = "only administrators share with everybody"
	}
	if wrong == "" {
		return nil
	}
	return godocker.FieldErrors([]godocker.FieldError{{Field: "project", Message: wrong}})
}

// only restricts a query to what the caller may see: the tasks of a user, "" being
// their own and those they share, and "*" everybody's.
func (s *Server) only(ctx context.Context, user string, q *store.Query) (err error) {
	switch c := callerOf(ctx); {
	case user == "" || user == c.User.ID:
		q.User = c.User.ID
		q.Shared, err = s.sharedProjects(ctx, c)
	case !c.Admin():
		err = godocker.Errorf(godocker.Denied, "only administrators see the tasks of others")
	case user != everybody:
		q.User = user
	}
	return err
}

const everybody = "*"

// sharedProjects are those whose tasks a caller sees beside their own.
func (s *Server) sharedProjects(ctx context.Context, c account.Caller) ([]string, error) {
	if !s.ShareProjects {
		return nil, nil
	}
	ps, err := s.Store.ListProjects(ctx, c.User.ID)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, p := range ps {
		if p.ID != godocker.DefaultProject {
			ids = append(ids, p.ID)
		}
	}
	return ids, nil
}

// task returns a task that the caller may see. One that they may not is as absent
// as one that does not exist.
func (s *Server) task(ctx context.Context, id string) (godocker.Task, error) {
	missing := godocker.Errorf(godocker.NotFound, "task %s does not exist", path.Base("/"+id))
	n, ok := taskID(id)
	if !ok {
		return godocker.Task{}, missing
	}
	t, err := s.Store.Task(ctx, n)
	if errors.Is(err, godocker.NotFound) || err == nil && !s.mayRead(ctx, callerOf(ctx), t.User.ID, t.User.Project) {
		return godocker.Task{}, missing
	}
	return t, err
}
