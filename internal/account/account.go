// Package account tells who is calling: by API key, by the token that a key was
// exchanged for, or by the session of somebody who gave a password. Whoever is
// disabled, and whatever key is removed, is out at the next call; whoever a directory
// does not know any more, when it is asked again.
package account

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"godocker"
	"godocker/auth"
	"godocker/store"
)

// Store is what accounts need of the store.
type Store interface {
	store.Users
	store.Keys
	store.Sessions
	store.Passes
}

// A Desk checks credentials. Its methods may be called concurrently.
type Desk struct {
	store   Store
	people  auth.Authenticator
	own     auth.Directory
	signer  signer
	session time.Duration
	told    told
	ring    ring
}

// New returns a Desk that signs tokens with the passphrase and lets sessions live
// for the given time. own knows the passwords of people who belong to this server, and
// people everybody else's.
func New(s Store, people auth.Authenticator, own auth.Directory, passphrase string, session time.Duration) *Desk {
	return &Desk{store: s, people: people, own: own, signer: signer{key: []byte(passphrase)}, session: session}
}

// A Caller is somebody whose credentials were checked.
type Caller struct {
	User    godocker.User
	Scopes  []godocker.Scope // empty = all
	Session string           // the id of the session that the request belongs to; "" = none
	Key     int64            // the id of the API key that they showed a token of; 0 = none
}

// Can reports whether the caller's key reaches as far as the scope.
func (c Caller) Can(s godocker.Scope) bool {
	return len(c.Scopes) == 0 || slices.Contains(c.Scopes, s) || slices.Contains(c.Scopes, godocker.ScopeAdmin)
}

// Full reports whether the caller's key may do all that they may.
func (c Caller) Full() bool {
	return len(c.Scopes) == 0 || slices.Contains(c.Scopes, godocker.ScopeAdmin)
}

// Admin reports whether the caller administers the system, with a key that may.
func (c Caller) Admin() bool { return c.User.Admin && c.Can(godocker.ScopeAdmin) }

// MayChange reports whether the caller may act on a task, as far as their key reaches:
// their own, or for administrators anybody's.
func (c Caller) MayChange(t *godocker.Task) bool { return t.User.ID == c.User.ID || c.Admin() }

var (
	errWrong   = godocker.Errorf(godocker.Unauthorized, "user or key is wrong, or the account is disabled")
	errExpired = godocker.Errorf(godocker.Unauthorized, "this API key has expired; make another one, or ask an administrator for one")
	errName    = godocker.Errorf(godocker.Unauthorized, "user or password is wrong: names of users have letters, digits and . _ @ - , at most 64")
	errInvalid = godocker.Errorf(godocker.Unauthorized, "the token is not valid; log in again")
)

// Exchange checks an API key and returns a token that lives as long as the key.
func (d *Desk) Exchange(ctx context.Context, user, key string, now time.Time) (string, error) {
	k, _, err := d.keyOf(ctx, user, key, now)
	if err != nil {
		return "", err
	}
	return d.signer.sign(claims{User: k.User, Key: k.ID}, now)
}

// keyOf looks an API key of somebody up. Only who names its owner learns that it expired.
func (d *Desk) keyOf(ctx context.Context, user, key string, now time.Time) (godocker.Key, godocker.User, error) {
	k, u, err := d.key(ctx, key, now)
	if k.User != user && (err == nil || errors.Is(err, godocker.Unauthorized)) {
		err = errWrong
	}
	return k, u, err
}

// key looks an API key up. Only its digest is compared: keys are long and random,
// so a fast digest is enough and its index lookup tells an attacker nothing.
func (d *Desk) key(ctx context.Context, key string, now time.Time) (godocker.Key, godocker.User, error) {
	k, u, err := d.store.KeyByDigest(ctx, Digest(key))
	return d.valid(ctx, k, u, err, now)
}

func (d *Desk) valid(ctx context.Context, k godocker.Key, u godocker.User, err error, now time.Time) (godocker.Key, godocker.User, error) {
	switch {
	case errors.Is(err, godocker.NotFound):
		return k, u, errWrong
	case err != nil:
		return k, u, err
	case !k.Expires.IsZero() && now.After(k.Expires):
		return k, u, errExpired
	}
	if u, err = d.standing(ctx, u, now); err != nil {
		return k, u, err
	}
	if now.Sub(k.LastUsed) > time.Minute {
		if err := d.store.TouchKey(ctx, k.ID, now); err != nil {
			return k, u, err
		}
	}
	return k, u, d.Seen(ctx, &u, now)
}

// Seen takes down that somebody was let in, to the minute.
func (d *Desk) Seen(ctx context.Context, u *godocker.User, now time.Time) error {
	if now.Sub(u.LastSeen) < time.Minute {
		return nil
	}
	u.LastSeen = now
	return d.store.TouchUser(ctx, u.ID, now)
}

// person returns who has the password. Whose password it is depends on where somebody
// is from, and on nothing else: who belongs to this server logs in while a directory is
// away, and is nobody that a directory has under the same name.
func (d *Desk) person(ctx context.Context, user, password string, now time.Time) (godocker.User, error) {
	if !Name.MatchString(user) {
		return godocker.User{}, errName // a directory may take it for another spelling of somebody's
	}
	u, err := d.store.User(ctx, user)
	if err != nil && !errors.Is(err, godocker.NotFound) {
		return godocker.User{}, err
	}
	who := d.people
	if err == nil && u.Source == d.own.Source() {
		who = d.own
	}
	known, err := who.Login(ctx, user, password)
	if err != nil {
		return godocker.User{}, err
	}
	return d.admit(ctx, known, now)
}

// Vouch returns somebody for whom a proxy vouches that the configuration trusts. Who
// is known neither here nor to the directory is refused.
func (d *Desk) Vouch(ctx context.Context, user string, now time.Time) (Caller, error) {
	u, err := d.store.User(ctx, user)
	if err == nil {
		if u, err = d.standing(ctx, u, now); err == nil {
			err = d.Seen(ctx, &u, now)
		}
		return Caller{User: u}, err
	}
	if !errors.Is(err, godocker.NotFound) {
		return Caller{}, err
	}
	known, err := d.people.Lookup(ctx, user)
	if errors.Is(err, godocker.NotFound) || err == nil && !known.Active {
		err = godocker.Errorf(godocker.Unauthorized, "you are not a user of this system, or your account is disabled")
	}
	if err == nil {
		u, err = d.admit(ctx, known, now)
	}
	if err == nil {
		err = d.Seen(ctx, &u, now)
	}
	return Caller{User: u}, err
}

// admit returns the stored user for somebody whom the authenticator knows, and stores
// them at the first time.
func (d *Desk) admit(ctx context.Context, known godocker.User, now time.Time) (godocker.User, error) {
	if !Name.MatchString(known.ID) {
		return godocker.User{}, godocker.Errorf(godocker.Denied, "%.80q cannot be a user here: want letters, digits and . _ @ - , at most 64", known.ID)
	}
	u, err := d.store.User(ctx, known.ID)
	switch {
	case errors.Is(err, godocker.NotFound) && (known.UID < 1 || known.GID < 1):
		return godocker.User{}, godocker.Errorf(godocker.Denied, "%s has no numeric user and group id above 0, so no task can run for them", known.ID)
	case errors.Is(err, godocker.NotFound):
		known.Created = now
		refused := d.store.CreateUser(ctx, known)
		if !errors.Is(refused, godocker.Conflict) {
			return known, refused
		}
		if u, err = d.store.User(ctx, known.ID); errors.Is(err, godocker.NotFound) {
			return known, godocker.Errorf(godocker.Denied, "%w", refused)
		} // else it was the same person, at the same time
	}
	if err == nil && (!u.Active || u.Source != known.Source) { // another of the same name
		err = errWrong
	}
	if dir, ok := d.people.(auth.Directory); ok && err == nil && u.Source == dir.Source() {
		d.told.answer(u.ID, now.Add(dir.Recheck()), false)
		return d.carry(ctx, dir, known, u)
	}
	return u, err
}

// Name is what users are called: it becomes part of paths and of an engine's labels.
var Name = regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9_.@-]{0,63}$`)

// Check returns who holds a token or a session.
func (d *Desk) Check(ctx context.Context, token string, now time.Time) (Caller, error) {
	if strings.HasPrefix(token, sessionPrefix) {
		return d.inSession(ctx, token, now)
	}
	c, err := d.signer.read(token, now)
	if err != nil {
		return Caller{}, errInvalid
	}
	k, u, err := d.store.KeyByID(ctx, c.Key)
	if k, u, err = d.valid(ctx, k, u, err, now); err != nil {
		return Caller{}, err
	}
	return Caller{User: u, Scopes: k.Scopes, Key: k.ID}, nil
}
