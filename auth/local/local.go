// Package local knows people by the users of the system's own store. Passwords are
// kept as bcrypt hashes. Where this machine has an account of the same name, ids,
// groups and home are those of the account.
package local

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"godocker"
	"godocker/auth"
	"godocker/plugin"

	"golang.org/x/crypto/bcrypt"
)

// Config has no keys: the users are in the store.
type Config struct{}

// Plugin describes this authenticator to the registry.
var Plugin = plugin.Define("local", "users of the system's own store, with passwords", New)

// New returns the authenticator.
func New(_ context.Context, env plugin.Env, _ Config) (auth.Authenticator, error) {
	if env.Users == nil {
		return nil, errors.New("local: no users to look up")
	}
	return Users(env.Users, env.Log), nil
}

// Users returns the authenticator of the people who belong to this server, whatever
// others there are. log may be nil.
func Users(users plugin.Users, log *slog.Logger) auth.Directory { return people{users, log} }

type people struct {
	users plugin.Users
	log   *slog.Logger // may be nil
}

// decoy is compared with where there is no hash, so that an unknown user takes as
// long as a wrong password.
var decoy, _ = bcrypt.GenerateFromPassword([]byte("no such user"), bcrypt.DefaultCost)

// Login implements auth.Authenticator.
func (p people) Login(ctx context.Context, user, password string) (godocker.User, error) {
	u, err := p.users.User(ctx, user)
	if err != nil && !errors.Is(err, godocker.NotFound) {
		return godocker.User{}, err
	}
	hash := []byte(u.PasswordHash)
	known := len(hash) > 0 && u.Source == source
	if !known {
		hash = decoy
	}
	wrong := bcrypt.CompareHashAndPassword(hash, []byte(password)) != nil
	if wrong || !known {
		return godocker.User{}, godocker.Errorf(godocker.Unauthorized, "user or password is wrong")
	}
	return p.ofSystem(ctx, u), nil
}

// Lookup implements auth.Authenticator.
func (p people) Lookup(ctx context.Context, user string) (godocker.User, error) {
	u, err := p.users.User(ctx, user)
	if err != nil {
		return u, err
	}
	return p.ofSystem(ctx, u), nil
}

// ofSystem adds what the machine knows. Where it cannot be asked, or where its account
// is root's, what is stored stands.
func (p people) ofSystem(ctx context.Context, u godocker.User) godocker.User {
	a, err := System(ctx, u.ID)
	switch {
	case err == nil && a.UID > 0 && a.GID > 0:
		p.Carry(a, &u)
	case err != nil && !errors.Is(err, godocker.NotFound) && p.log != nil:
		p.log.Warn("what is stored of a user stands", "user", u.ID, "error", err, "cause", errors.Unwrap(err))
	}
	return u
}

// source is godocker.User.Source of people who belong to this server.
const source = "local"

// Source implements auth.Directory.
func (people) Source() string { return source }

// Recheck implements auth.Directory.
func (people) Recheck() time.Duration { return 5 * time.Minute }

// Carry implements auth.Directory.
func (people) Carry(known godocker.User, stored *godocker.User) {
	stored.UID, stored.GID, stored.Groups, stored.Home = known.UID, known.GID, known.Groups, known.Home
}

// Hash returns the hash to keep of a password. bcrypt reads 72 bytes; longer
// passwords are refused rather than cut.
func Hash(password string) (string, error) {
	if len(password) < 8 || len(password) > 72 {
		return "", godocker.Errorf(godocker.Invalid, "a password has 8 to 72 bytes, this one has %d", len(password))
	}
	h, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	return string(h), err
}
