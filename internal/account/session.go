package account

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"
	"unicode"

	"godocker"
)

// An Origin is where a login comes from, to be shown to its owner.
type Origin struct{ Address, Agent string }

// sessionPrefix begins what the browser holds of a session.
const sessionPrefix = "gods_"

// LoginByKey opens a session with an API key that may do everything, and that the
// session ends with. The session's secret is returned and kept nowhere.
func (d *Desk) LoginByKey(ctx context.Context, user, key string, from Origin, now time.Time) (godocker.User, string, error) {
	k, u, err := d.keyOf(ctx, user, key, now)
	if err == nil && len(k.Scopes) > 0 {
		err = errWrong
	}
	if err != nil {
		return godocker.User{}, "", err
	}
	secret, err := d.open(ctx, u, k.ID, from, now)
	return u, secret, err
}

// LoginByPassword opens a session with a password. A person whom the directory knows
// and the store does not yet is stored.
func (d *Desk) LoginByPassword(ctx context.Context, user, password string, from Origin, now time.Time) (godocker.User, string, error) {
	u, err := d.person(ctx, user, password, now)
	if err != nil {
		return godocker.User{}, "", err
	}
	secret, err := d.open(ctx, u, 0, from, now)
	return u, secret, err
}

func (d *Desk) open(ctx context.Context, u godocker.User, key int64, from Origin, now time.Time) (string, error) {
	if err := d.Seen(ctx, &u, now); err != nil {
		return "", err
	}
	secret := sessionPrefix + rand.Text() + rand.Text() // 256 random bits
	return secret, d.store.CreateSession(ctx, godocker.Session{ID: strings.ToLower(rand.Text()[:12]), User: u.ID, Digest: Digest(secret), Key: key,
		Address: printable(from.Address), Agent: printable(from.Agent), Created: now, Expires: now.Add(d.session), LastUsed: now})
}

// printable is a text that can be shown, of 200 characters at most.
func printable(s string) string {
	var b strings.Builder
	n := 0
	for _, c := range s {
		if n++; n > 200 {
			break
		}
		if !unicode.IsPrint(c) || c == unicode.ReplacementChar {
			c = '?'
		}
		b.WriteRune(c)
	}
	return b.String()
}

// Logout ends the session with a secret, if it is one.
func (d *Desk) Logout(ctx context.Context, secret string) error {
	if !strings.HasPrefix(secret, sessionPrefix) {
		return nil
	}
	n, _, err := d.store.SessionByDigest(ctx, Digest(secret))
	if err == nil {
		err = d.store.DeleteSession(ctx, n.User, n.ID)
	}
	if errors.Is(err, godocker.NotFound) {
		return nil
	}
	return err
}

// inSession returns whose session it is, as long as it lasts.
func (d *Desk) inSession(ctx context.Context, secret string, now time.Time) (Caller, error) {
	n, u, err := d.store.SessionByDigest(ctx, Digest(secret))
	switch {
	case errors.Is(err, godocker.NotFound), err == nil && !now.Before(n.Expires):
		return Caller{}, errInvalid
	case err != nil:
		return Caller{}, err
	}
	if u, err = d.holder(ctx, n, u, now); err != nil {
		return Caller{}, err
	}
	if now.Sub(n.LastUsed) > time.Minute {
		if err := d.store.TouchSession(ctx, n.ID, now); err != nil {
			return Caller{}, err
		}
	}
	return Caller{User: u, Session: n.ID}, d.Seen(ctx, &u, now)
}

// holder returns who has a session as they are now.
func (d *Desk) holder(ctx context.Context, n godocker.Session, u godocker.User, now time.Time) (godocker.User, error) {
	if n.Key == 0 {
		return d.standing(ctx, u, now)
	}
	k, owner, err := d.store.KeyByID(ctx, n.Key)
	_, u, err = d.valid(ctx, k, owner, err, now)
	return u, err
}

// again returns who has a session, or for whom a proxy vouched, if they may still be in.
func (d *Desk) again(ctx context.Context, p Proof, now time.Time) (Caller, error) {
	if p.Session == "" {
		return d.Vouch(ctx, p.User, now)
	}
	ns, err := d.store.ListSessions(ctx, p.User)
	if err != nil {
		return Caller{}, err
	}
	for _, n := range ns {
		if n.ID != p.Session || !now.Before(n.Expires) {
			continue
		}
		u, err := d.store.User(ctx, p.User)
		if err == nil {
			u, err = d.holder(ctx, n, u, now)
		}
		return Caller{User: u, Session: n.ID}, err
	}
	return Caller{}, errInvalid
}
