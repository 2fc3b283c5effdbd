package account

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"godocker"
)

// passPrefix begins what somebody holds of a pass.
const passPrefix = "godp_"

// ErrPass is all that is said of a pass that lets nobody in.
var ErrPass = godocker.Errorf(godocker.Unauthorized, "the ticket is not valid: it works once, for who asked for it and for one task, and not for long; ask for another one")

// NewPass lets a person in to a task, at one kind of door, for the given time. The
// pass's secret is returned and kept nowhere.
func (d *Desk) NewPass(ctx context.Context, kind godocker.PassKind, task int64, user string, life time.Duration, now time.Time) (string, error) {
	secret := passPrefix + rand.Text() + rand.Text() // 256 random bits
	return secret, d.store.SavePass(ctx, godocker.Pass{Digest: Digest(secret), Kind: kind, Task: task, User: user, Expires: now.Add(life)}, now)
}

// TakePass returns a pass that is good once.
func (d *Desk) TakePass(ctx context.Context, kind godocker.PassKind, secret string, now time.Time) (godocker.Pass, error) {
	return d.pass(ctx, d.store.TakePass, kind, secret, now)
}

// TicketTime is how long a ticket can be used: a pass that is good once.
const TicketTime = time.Minute

// Ticket lets a person open one kind of door of a task, once.
func (d *Desk) Ticket(ctx context.Context, kind godocker.PassKind, task int64, user string, now time.Time) (string, error) {
	return d.NewPass(ctx, kind, task, user, TicketTime, now)
}

// Pass returns a pass that is good until it expires.
func (d *Desk) Pass(ctx context.Context, kind godocker.PassKind, secret string, now time.Time) (godocker.Pass, error) {
	return d.pass(ctx, d.store.Pass, kind, secret, now)
}

func (d *Desk) pass(ctx context.Context, get func(context.Context, godocker.PassKind, string) (godocker.Pass, error),
	kind godocker.PassKind, secret string, now time.Time) (godocker.Pass, error) {
	if !strings.HasPrefix(secret, passPrefix) {
		return godocker.Pass{}, ErrPass
	}
	k, err := get(ctx, kind, Digest(secret))
	if errors.Is(err, godocker.NotFound) || err == nil && !now.Before(k.Expires) {
		return godocker.Pass{}, ErrPass
	}
	return k, err
}

// Person returns a person as they are now, or refuses somebody who is disabled or gone.
func (d *Desk) Person(ctx context.Context, id string, now time.Time) (Caller, error) {
	u, err := d.store.User(ctx, id)
	if errors.Is(err, godocker.NotFound) {
		err = errWrong
	}
	if err == nil {
		u, err = d.standing(ctx, u, now)
	}
	return Caller{User: u}, err
}
