package account

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"godocker"

	"golang.org/x/crypto/ssh"
)

// A Proof is what somebody showed who logged in, so that it can be looked at again.
type Proof struct {
	PublicKey string // in wire format, whose private part they have; or
	APIKey    int64  // the id of an API key; or
	User      string // who has a session of the page, or for whom a proxy vouches:
	Session   string // the id of the session; "" = it is the proxy
}

// Proof is what the caller showed.
func (c Caller) Proof() Proof {
	if c.Key != 0 {
		return Proof{APIKey: c.Key}
	}
	return Proof{User: c.User.ID, Session: c.Session}
}

// ByAPIKey returns the proof that an API key is, whoever has it.
func (d *Desk) ByAPIKey(ctx context.Context, key string, now time.Time) (Proof, error) {
	k, _, err := d.key(ctx, key, now)
	return Proof{APIKey: k.ID}, err
}

// Behind returns who a proof proves somebody to be, with what they are now. A public key
// may be of several people, as everybody may say that a key is theirs.
func (d *Desk) Behind(ctx context.Context, p Proof, now time.Time) ([]Caller, error) {
	if p.APIKey != 0 {
		k, u, err := d.store.KeyByID(ctx, p.APIKey)
		if k, u, err = d.valid(ctx, k, u, err, now); err != nil {
			return nil, err
		}
		return []Caller{{User: u, Scopes: k.Scopes}}, nil
	}
	if p.User != "" {
		c, err := d.again(ctx, p, now)
		if err != nil {
			return nil, err
		}
		return []Caller{c}, nil
	}
	ids, err := d.ring.holders(ctx, d.store.ListUsers, p.PublicKey, now)
	if err != nil {
		return nil, err
	}
	var out []Caller
	for _, id := range ids {
		u, err := d.store.User(ctx, id)
		if err == nil && !holds(u, p.PublicKey) { // not any more
			continue
		}
		if err == nil {
			u, err = d.standing(ctx, u, now)
		}
		switch {
		case err == nil:
			out = append(out, Caller{User: u})
		case !errors.Is(err, godocker.NotFound) && !errors.Is(err, godocker.Unauthorized):
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, errWrong
	}
	return out, nil
}

func holds(u godocker.User, key string) bool {
	for _, k := range sshKeys(u) {
		if k == key {
			return true
		}
	}
	return false
}

// sshKeys are the public keys of a user in wire format.
func sshKeys(u godocker.User) (keys []string) {
	for line := range strings.Lines(u.PublicKey) {
		if key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line)); err == nil {
			keys = append(keys, string(key.Marshal()))
		}
	}
	return keys
}

// A ring remembers who says that an ssh key is theirs, for ringTime.
type ring struct {
	mu    sync.Mutex
	read  time.Time
	users map[string][]string // by their key
}

const ringTime = time.Second

func (r *ring) holders(ctx context.Context, list func(context.Context) ([]godocker.User, error), key string, now time.Time) ([]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if age := now.Sub(r.read); age >= 0 && age < ringTime {
		return r.users[key], nil
	}
	all, err := list(ctx)
	if err != nil {
		return nil, err
	}
	r.users, r.read = map[string][]string{}, now
	for _, u := range all {
		for _, k := range sshKeys(u) {
			r.users[k] = append(r.users[k], u.ID)
		}
	}
	return r.users[key], nil
}
