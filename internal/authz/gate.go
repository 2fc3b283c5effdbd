package authz

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"godocker"
)

// A Gate decides on requests to engines. It may be used concurrently.
type Gate struct {
	Key   *Key
	Users []string // may do everything; the names of their certificates

	// Live reports whether an attempt may still begin and run; see Attempts.
	Live func(ctx context.Context, a Attempt) (bool, error)
}

// An Attempt is what the name of a container says.
type Attempt struct {
	Task   int64
	Number int
	Mark   string // the task's; see godocker.Task.Mark
}

// Attempts returns the Gate.Live of those who keep the tasks.
func Attempts(tasks interface {
	Task(ctx context.Context, id int64) (godocker.Task, error)
}) func(context.Context, Attempt) (bool, error) {
	return func(ctx context.Context, a Attempt) (bool, error) {
		t, err := tasks.Task(ctx, a.Task)
		if errors.Is(err, godocker.NotFound) {
			return false, nil
		}
		return t.State.Holds() && t.Attempt == a.Number && t.Mark() == a.Mark && t.Outcome == "", err
	}
}

// Asked is what an engine asks about.
type Asked struct {
	Request
	User  string // name of the certificate that the engine checked; "" = none
	Token string // "" = none
}

// Refusals are for whoever sits in front of a docker command line.
var (
	errNobody = godocker.Errorf(godocker.Denied, "this engine runs tasks of GO-Docker and does nothing else: submit yours with: god job create; "+
		"administrators come with a certificate whose name is in docker_authz.users")
	errToken   = godocker.Errorf(godocker.Denied, "the token is not one of this server's, or too old: the attempt must be started by GO-Docker again")
	errChanged = godocker.Errorf(godocker.Denied, "the token is for another request: send what GO-Docker signed, letter by letter, as application/json and below 1 MB")
	errOver    = godocker.Errorf(godocker.Denied, "the attempt that the token is for is over: submit the task again with: god job create")
	errVerb    = godocker.Errorf(godocker.Denied, "a token of GO-Docker is for creating, starting, watching, ending and removing the container of its attempt, and for nothing else")
)

// Allow returns nil for a request that the engine is to do. Every other one is
// godocker.Denied, with what to do about it, or an error of who keeps the tasks.
func (g *Gate) Allow(ctx context.Context, a Asked, now time.Time) error {
	switch {
	case a.User != "" && slices.Contains(g.Users, a.User), greeting(a.Request):
		return nil
	case a.Token == "":
		return errNobody
	}
	c, err := g.Key.read(a.Token, now)
	if err != nil {
		return errToken
	}
	exact := slices.Contains(c.Requests, a.digest())
	if c.Subject == "" {
		if !exact {
			return errChanged
		}
		return nil
	}
	if exact {
		return g.live(ctx, c.Subject)
	}
	name, verb := uses(a.Request)
	switch _, create := creates(a.Request); {
	case create:
		return errChanged
	case verb == "":
		return errVerb
	case name != c.Subject:
		return godocker.Errorf(godocker.Denied, "the token is for the container %s, which is to be called by this name and not by its id", c.Subject)
	case verb == "start":
		return g.live(ctx, c.Subject)
	default:
		return nil
	}
}

func (g *Gate) live(ctx context.Context, name string) error {
	a, ok := g.Key.attempt(name)
	if !ok {
		return errToken
	}
	live, err := g.Live(ctx, a)
	if err == nil && !live {
		err = errOver
	}
	return err
}

// greeting reports whether a request is what clients begin with. It tells of nothing but
// the engine's version.
func greeting(r Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && greetings.MatchString(r.URI)
}

var (
	greetings = regexp.MustCompile(`^(?:/v1\.[0-9]+)?/(?:_ping|version)$`)
	using     = regexp.MustCompile(`^(?:/v1\.([0-9]+))?/containers/([a-z0-9-]+)(?:/([a-z]+))?$`)
)

// verbs are what can be done with a container without changing what it is.
var verbs = map[string][]string{
	http.MethodGet:    {"json", "logs", "stats"},
	http.MethodPost:   {"start", "wait", "attach", "resize", "kill", "stop", "pause", "unpause"},
	http.MethodDelete: {""},
}

// oldest is the minor version of Docker's API from which on a start takes no settings
// of the container.
const oldest = 24

// uses returns which container a request uses, and for what; no verb if it does anything
// else. The path is as it was sent: one with escapes or more slashes is no such request.
func uses(r Request) (name, verb string) {
	path, query, _ := strings.Cut(r.URI, "?")
	m := using.FindStringSubmatch(path)
	if m == nil || !slices.Contains(verbs[r.Method], m[3]) {
		return "", ""
	}
	if m[1] != "" {
		if minor, err := strconv.Atoi(m[1]); err != nil || minor < oldest {
			return "", ""
		}
	}
	switch {
	case r.Method == http.MethodDelete:
		return m[2], "remove"
	case m[3] == "start" && (query != "" || len(r.Body) > 0): // from a checkpoint of anybody's
		return "", ""
	}
	return m[2], m[3]
}
