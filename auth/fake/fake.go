// Package fake knows a fixed set of people, each with their own name as password.
// It is for tests and demonstrations, never for a site.
package fake

import (
	"context"
	"slices"

	"godocker"
	"godocker/auth"
	"godocker/plugin"
)

// Config has no keys.
type Config struct{}

// Plugin describes this authenticator to the registry.
var Plugin = plugin.Define("fake", "ann, bob and eve, with their names as passwords; for tests", New)

// New returns the authenticator.
func New(context.Context, plugin.Env, Config) (auth.Authenticator, error) { return people{}, nil }

var names = []string{"ann", "bob", "eve"}

type people struct{}

// Login implements auth.Authenticator.
func (p people) Login(ctx context.Context, user, password string) (godocker.User, error) {
	u, err := p.Lookup(ctx, user)
	if err != nil || password != user {
		return godocker.User{}, godocker.Errorf(godocker.Unauthorized, "user or password is wrong")
	}
	return u, nil
}

// Lookup implements auth.Authenticator.
func (people) Lookup(_ context.Context, user string) (godocker.User, error) {
	i := slices.Index(names, user)
	if i < 0 {
		return godocker.User{}, godocker.Errorf(godocker.NotFound, "user %s does not exist", user)
	}
	return godocker.User{ID: user, UID: 20001 + i, GID: 20001 + i, Home: "/home/" + user,
		Email: user + "@example.org", Active: true, Source: "fake", Priority: godocker.DefaultPriority}, nil
}
