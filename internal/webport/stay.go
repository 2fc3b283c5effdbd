package webport

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"godocker"
)

const (
	cookieName   = "god_web"
	securePrefix = "__Host-" // browsers take such cookies by https alone, and from no other host
	mostCookies  = 8         // of the name, that are looked at
	mostStays    = 10_000    // that are remembered
)

func (d *Door) cookieName(r *http.Request) string {
	if d.https(r) {
		return securePrefix + cookieName
	}
	return cookieName
}

func (d *Door) cookie(secret string, r *http.Request) *http.Cookie {
	return &http.Cookie{Name: d.cookieName(r), Value: secret, Path: "/", HttpOnly: true, Secure: d.https(r),
		SameSite: http.SameSiteLaxMode, MaxAge: int(visitLife.Seconds())}
}

// A stay is somebody who was let in to a task.
type stay struct {
	secret string
	ticket godocker.Pass
	task   godocker.Task // as it was when it was last looked at
	until  time.Time     // when it is looked at again
}

type stays struct {
	mu    sync.Mutex
	known map[string]stay // by secret
}

func (s *stays) get(secret string) stay {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known[secret]
}

func (s *stays) put(v stay) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil || len(s.known) >= mostStays {
		s.known = map[string]stay{}
	}
	s.known[v.secret] = v
}

// doubt has a stay looked at again at its next use.
func (s *stays) doubt(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.known[secret]; ok {
		v.until = time.Time{}
		s.known[secret] = v
	}
}

func (s *stays) drop(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.known, secret)
}

var (
	errOutside = godocker.Errorf(godocker.Unauthorized, "Open the port from the page of its task.")
	errTwo     = godocker.Errorf(godocker.Unauthorized, "Your browser has the cookies of two tasks for this address. Remove them, and open the port from the page of its task.")
)

// stayOf returns who is let in to the task that a request is for. Cookies do not tell who
// set them: a page of another task may have added one that lets somebody in elsewhere.
func (d *Door) stayOf(r *http.Request, task int64) (found stay, err error) {
	err = errOutside
	for i, k := range r.CookiesNamed(d.cookieName(r)) {
		if i == mostCookies {
			return stay{}, errTwo
		}
		s, wrong := d.look(r.Context(), k.Value)
		switch {
		case wrong != nil && !errors.Is(wrong, godocker.Unauthorized) && !errors.Is(wrong, godocker.NotFound):
			return stay{}, wrong
		case wrong != nil, task != 0 && s.ticket.Task != task:
		case err == nil && s.ticket.Task != found.ticket.Task:
			return stay{}, errTwo
		case err != nil:
			found, err = s, nil
		}
	}
	return found, err
}

// look returns the stay that somebody has the secret of. It is looked at again every
// Recheck, and of a task that does not run at once, as it may by now.
func (d *Door) look(ctx context.Context, secret string) (stay, error) {
	now := time.Now()
	s := d.stays.get(secret)
	if _, runs := stateOf(&s.task); now.Before(s.until) && now.Before(s.ticket.Expires) && runs {
		return s, nil
	}
	k, err := d.Desk.Pass(ctx, godocker.PassWebVisit, secret, now)
	var t godocker.Task
	if err == nil {
		t, err = d.may(ctx, k)
	}
	switch {
	case err == nil:
		s = stay{secret: secret, ticket: k, task: t, until: now.Add(d.Recheck)}
		d.stays.put(s)
		return s, nil
	case gone(err):
		d.stays.drop(secret)
		return stay{}, err
	case s.secret != "" && now.Before(s.ticket.Expires): // while nobody can tell
		return s, nil
	default:
		return stay{}, err
	}
}

func gone(err error) bool {
	return errors.Is(err, godocker.Unauthorized) || errors.Is(err, godocker.NotFound) || errors.Is(err, godocker.Denied)
}

// may returns the task of a ticket, if its holder may see it now. Else it is as absent as
// what does not exist.
func (d *Door) may(ctx context.Context, k godocker.Pass) (godocker.Task, error) {
	t, err := d.Store.Task(ctx, k.Task)
	if err != nil && !errors.Is(err, godocker.NotFound) {
		return t, err
	}
	sees := false
	if err == nil {
		if sees, err = d.Sees(ctx, k.User, &t); err != nil {
			return t, err
		}
	}
	if !sees {
		return t, godocker.Errorf(godocker.NotFound, "Task %d does not exist, or you may not see it.", k.Task)
	}
	return t, nil
}

// watch ends something when it may not go on: with the right to be there, with the task
// and with its attempt.
func (d *Door) watch(ctx context.Context, s stay, end func()) {
	tick := time.NewTicker(d.Recheck)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now, err := d.look(ctx, s.secret)
		if ctx.Err() != nil {
			return
		}
		if _, runs := stateOf(&now.task); err != nil || !runs || attemptOf(&now.task) != attemptOf(&s.task) {
			end()
			return
		}
	}
}

// ours reports whether a cookie is the installation's.
func ours(name string) bool {
	return strings.HasPrefix(strings.TrimPrefix(name, securePrefix), "god_")
}
