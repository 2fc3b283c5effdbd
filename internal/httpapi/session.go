package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/account"
	"godocker/store"
)

type loggedIn struct {
	Cookie *http.Cookie `header:"Set-Cookie"`
	Body   api.Token
}

type logIn struct {
	Proto string `header:"X-Forwarded-Proto" hidden:"true"` // how the browser reaches the proxy in front
	Agent string `header:"User-Agent" hidden:"true"`
	Body  api.Credentials
}

// authenticate exchanges an API key for a token. A password in its place, or a key as
// the password, opens a session of the page, whose cookie no script can read and no
// other site can use. Guesses are slowed down; the right key is let in nevertheless.
func (s *Server) authenticate(ctx context.Context, in *logIn) (*loggedIn, error) {
	now := time.Now()
	c := in.Body
	if c.Password == "" {
		token, err := s.Desk.Exchange(ctx, c.User, c.APIKey, now)
		if errors.Is(err, godocker.Unauthorized) {
			if _, slow := s.gate.Enter("key", c.User, originOf(ctx), now); slow != nil {
				return nil, slow
			}
			s.failed(ctx, c.User, "key")
		}
		return &loggedIn{Body: api.Token{Token: token}}, err
	}
	from := account.Origin{Address: originOf(ctx).String(), Agent: in.Agent}
	_, secret, err := s.Desk.LoginByKey(ctx, c.User, c.Password, from, now)
	if errors.Is(err, godocker.Unauthorized) {
		secret, err = s.byPassword(ctx, c, from, now)
	}
	if err != nil {
		return nil, err
	}
	s.ledger().Write(ctx, store.Act{At: now, Who: c.User, Door: "web", Address: from.Address, Action: "login", Object: "user " + c.User})
	k := cookie(secret, s.Session, in.Proto)
	return &loggedIn{Cookie: k, Body: api.Token{Token: secret}}, nil
}

func (s *Server) byPassword(ctx context.Context, c api.Credentials, from account.Origin, now time.Time) (string, error) {
	attempt, slow := s.gate.Enter("password", c.User, originOf(ctx), now)
	if slow != nil {
		return "", slow
	}
	_, secret, err := s.Desk.LoginByPassword(ctx, c.User, c.Password, from, now)
	switch {
	case err == nil:
		attempt.Succeeded()
	case errors.Is(err, godocker.Unauthorized):
		s.failed(ctx, c.User, "password")
	default:
		attempt.Unknown()
	}
	return secret, err
}

// failed logs who could not log in. What is no name may be a password in the wrong
// field.
func (s *Server) failed(ctx context.Context, user, with string) {
	if !account.Name.MatchString(user) {
		user = "?"
	}
	s.Log.Warn("a login failed", "user", user, "with", with, "from", originOf(ctx))
	door := map[string]string{"password": "web", "key": "api"}[with]
	s.ledger().Write(ctx, store.Act{At: time.Now(), Door: door, Address: originOf(ctx).String(), Action: "login", Object: "user " + user, Refused: "the " + with + " is wrong"})
}

func cookie(token string, life time.Duration, proto string) *http.Cookie {
	return &http.Cookie{Name: cookieName(proto), Value: token, Path: "/", HttpOnly: true, Secure: byHTTPS(proto),
		SameSite: http.SameSiteStrictMode, MaxAge: int(life.Seconds())}
}

func (s *Server) whoAmI(ctx context.Context, _ *empty) (*body[api.User], error) {
	u := callerOf(ctx).User
	keys, err := s.Store.ListKeys(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	return answer(api.FromUser(&u, newest(keys))), nil
}

func newest(keys []godocker.Key) string {
	prefix := ""
	for _, k := range keys {
		prefix = k.Prefix
	}
	return prefix
}

type loggedOut struct {
	Cookie *http.Cookie `header:"Set-Cookie"`
	Body   map[string]string
}

// logout ends the session, so that a copy of its cookie is worth nothing.
func (s *Server) logout(ctx context.Context, in *struct {
	Proto   string `header:"X-Forwarded-Proto" hidden:"true"`
	Cookies string `header:"Cookie" hidden:"true"`
}) (*loggedOut, error) {
	r := http.Request{Header: http.Header{"Cookie": {in.Cookies}}}
	for i, k := range r.CookiesNamed(cookieName(in.Proto)) {
		if i == mostCookies {
			break
		}
		if err := s.Desk.Logout(ctx, k.Value); err != nil {
			return nil, err
		}
	}
	c := cookie("", 0, in.Proto)
	c.MaxAge = -1
	return &loggedOut{c, map[string]string{"msg": "logged out"}}, nil
}

func (s *Server) listSessions(ctx context.Context, in *byUser) (*body[[]api.Session], error) {
	u, err := s.person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	ns, err := s.Store.ListSessions(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	docs, now, current := []api.Session{}, time.Now(), callerOf(ctx).Session
	for _, n := range ns {
		if now.Before(n.Expires) {
			docs = append(docs, api.FromSession(&n, n.ID == current))
		}
	}
	return answer(docs), nil
}

func (s *Server) endSession(ctx context.Context, in *struct {
	ID      string `path:"id"`
	Session string `path:"session"`
}) (*body[map[string]string], error) {
	u, err := s.person(ctx, in.ID)
	if err == nil {
		err = s.Store.DeleteSession(ctx, u.ID, in.Session)
	}
	return answer(map[string]string{"msg": "the session is over"}), err
}

func (s *Server) endSessions(ctx context.Context, in *byUser) (*body[map[string]string], error) {
	u, err := s.person(ctx, in.ID)
	if err == nil {
		err = s.Store.DeleteSessions(ctx, u.ID)
	}
	return answer(map[string]string{"msg": "all sessions are over"}), err
}
