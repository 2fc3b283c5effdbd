package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"godocker"
	"godocker/api"
)

type loggedIn struct {
	Cookie *http.Cookie `header:"Set-Cookie"`
	Body   api.Token
}

type logIn struct {
	Proto string `header:"X-Forwarded-Proto" hidden:"true"` // how the browser reaches the proxy in front
	Body  api.Credentials
}

// authenticate exchanges an API key for a token. A password in its place opens a
// session of the page, whose cookie no script can read and no other site can use.
func (s *Server) authenticate(ctx context.Context, in *logIn) (*loggedIn, error) {
	now := time.Now()
	if in.Body.Password == "" {
		token, err := s.Desk.Exchange(ctx, in.Body.User, in.Body.APIKey, now)
		return &loggedIn{Body: api.Token{Token: token}}, err
	}
	_, token, err := s.Desk.Login(ctx, in.Body.User, in.Body.Password, now)
	if err != nil {
		return nil, err
	}
	c := cookie(token, s.Session)
	c.Secure = strings.EqualFold(in.Proto, "https")
	return &loggedIn{Cookie: c, Body: api.Token{Token: token}}, nil
}

func cookie(token string, life time.Duration) *http.Cookie {
	return &http.Cookie{Name: sessionCookie, Value: token, Path: "/", HttpOnly: true,
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

func (s *Server) logout(context.Context, *empty) (*struct {
	Cookie *http.Cookie `header:"Set-Cookie"`
	Body   map[string]string
}, error) {
	c := cookie("", 0)
	c.MaxAge = -1
	return &struct {
		Cookie *http.Cookie `header:"Set-Cookie"`
		Body   map[string]string
	}{c, map[string]string{"msg": "logged out"}}, nil
}
