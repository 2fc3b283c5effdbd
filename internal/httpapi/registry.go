package httpapi

import (
	"context"
	"strings"
	"time"
	"unicode"

	"godocker"
	"godocker/api"
	"godocker/internal/credential"
	"godocker/internal/image"
)

func (s *Server) listLogins(ctx context.Context, in *byUser) (*body[[]api.Registry], error) {
	u, err := s.person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Logins(ctx, u.ID)
	docs := make([]api.Registry, len(all))
	for i, l := range all {
		docs[i] = api.FromLogin(l)
	}
	return answer(docs), err
}

type byRegistry struct {
	ID       string `path:"id"`
	Registry string `path:"registry" doc:"its address" example:"registry.example.org:5000"`
}

type saveLoginInput struct {
	ID       string `path:"id"`
	Registry string `path:"registry" doc:"its address" example:"registry.example.org:5000"`
	Body     api.RegistryLogin
}

// Longest name and password of a login, in bytes; passwords are often tokens.
const (
	maxUsername = 200
	maxPassword = 20_000
)

func (s *Server) saveLogin(ctx context.Context, in *saveLoginInput) (*body[api.Registry], error) {
	u, err := s.person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	var bad []godocker.FieldError
	registry := image.Registry(in.Registry)
	if err := image.CheckRegistry(registry); err != nil {
		bad = append(bad, godocker.FieldError{Field: "registry", Message: err.Error()})
	}
	if n := in.Body.Username; n == "" || len(n) > maxUsername || strings.ContainsFunc(n, unicode.IsControl) || strings.Contains(n, ":") {
		bad = append(bad, godocker.FieldError{Field: "username", Message: "want a name on one line, without a colon"})
	}
	if p := in.Body.Password; p == "" || len(p) > maxPassword {
		bad = append(bad, godocker.FieldError{Field: "password", Message: "want a password or an access token"})
	}
	if err := godocker.FieldErrors(bad); err != nil {
		return nil, err
	}
	secret, err := s.Seal.Close(u.ID, registry, credential.Secret{Password: in.Body.Password})
	if err != nil {
		return nil, err
	}
	l := godocker.Login{User: u.ID, Registry: registry, Username: in.Body.Username, Secret: secret, Created: time.Now()}
	return answer(api.FromLogin(l)), s.Store.SaveLogin(ctx, l)
}

func (s *Server) deleteLogin(ctx context.Context, in *byRegistry) (*body[map[string]string], error) {
	u, err := s.person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(map[string]string{"msg": "login removed"}), s.Store.DeleteLogin(ctx, u.ID, image.Registry(in.Registry))
}
