// Package authtest is the conformance suite for auth.Authenticator. What it asserts
// is the contract.
package authtest

import (
	"errors"
	"testing"

	"godocker"
	"godocker/auth"
)

// Harness adapts one authenticator to the suite.
type Harness struct {
	New            func(t *testing.T) auth.Authenticator
	User, Password string // somebody who exists
}

// Run runs every test of the contract against h.
func Run(t *testing.T, h Harness) {
	t.Run("LoginReturnsTheUser", h.login)
	t.Run("WrongPasswordAndUnknownUserLookAlike", h.refusals)
	t.Run("Lookup", h.lookup)
}

func (h Harness) login(t *testing.T) {
	u, err := h.New(t).Login(t.Context(), h.User, h.Password)
	if err != nil || u.ID != h.User || u.UID == 0 || u.GID == 0 {
		t.Fatalf("Login = %+v, %v; want %s with uid and gid", u, err, h.User)
	}
}

func (h Harness) refusals(t *testing.T) {
	a := h.New(t)
	var texts []string
	for _, try := range [][2]string{{h.User, "wrong"}, {h.User, ""}, {"nobody-knows", h.Password}, {"", ""}} {
		_, err := a.Login(t.Context(), try[0], try[1])
		if !errors.Is(err, godocker.Unauthorized) {
			t.Fatalf("Login(%q, %q) = %v; want unauthorized", try[0], try[1], err)
		}
		texts = append(texts, err.Error())
	}
	for _, text := range texts {
		if text != texts[0] {
			t.Fatalf("the refusals tell users apart: %q", texts)
		}
	}
}

func (h Harness) lookup(t *testing.T) {
	a := h.New(t)
	if u, err := a.Lookup(t.Context(), h.User); err != nil || u.ID != h.User {
		t.Fatalf("Lookup = %+v, %v", u, err)
	}
	if _, err := a.Lookup(t.Context(), "nobody-knows"); !errors.Is(err, godocker.NotFound) {
		t.Fatalf("Lookup of nobody = %v; want not found", err)
	}
}
