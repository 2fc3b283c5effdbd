package local_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"godocker"
	"godocker/auth"
	"godocker/auth/authtest"
	"godocker/auth/local"
	"godocker/plugin"
)

type users map[string]godocker.User

func (u users) User(_ context.Context, id string) (godocker.User, error) {
	if v, ok := u[id]; ok {
		return v, nil
	}
	return godocker.User{}, godocker.Errorf(godocker.NotFound, "user %s does not exist", id)
}

func TestConformance(t *testing.T) {
	authtest.Run(t, authtest.Harness{
		User: "ann", Password: "correct horse",
		New: func(t *testing.T) auth.Authenticator {
			hash, err := local.Hash("correct horse")
			if err != nil {
				t.Fatal(err)
			}
			people := users{
				"ann": {ID: "ann", UID: 1001, GID: 1001, Home: "/home/ann", Source: "local", PasswordHash: hash},
				"eve": {ID: "eve", Source: "ldap", PasswordHash: hash}, // another knows her
				"bob": {ID: "bob"},                                     // has never had a password
			}
			a, err := local.New(t.Context(), plugin.Env{Users: people}, local.Config{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.Login(t.Context(), "bob", ""); !errors.Is(err, godocker.Unauthorized) {
				t.Fatalf("a user without a password logged in: %v", err)
			}
			if _, err := a.Login(t.Context(), "eve", "correct horse"); !errors.Is(err, godocker.Unauthorized) {
				t.Fatalf("a person of a directory logged in with a password that is kept here: %v", err)
			}
			return a
		},
	})
}

func TestHashRefusesWhatBcryptWouldCut(t *testing.T) {
	for _, p := range []string{"", "short", strings.Repeat("x", 73)} {
		if _, err := local.Hash(p); !errors.Is(err, godocker.Invalid) {
			t.Errorf("Hash of %d bytes = %v", len(p), err)
		}
	}
}
