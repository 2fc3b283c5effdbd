package account

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"godocker"
)

// ticketPrefix begins what somebody holds of a ticket.
const ticketPrefix = "godt_"

var errTicket = godocker.Errorf(godocker.Unauthorized, "this ticket is not valid any more")

// NewTicket lets a person in to a task, at one kind of door, for the given time. The
// ticket's secret is returned and kept nowhere.
func (d *Desk) NewTicket(ctx context.Context, kind godocker.TicketKind, task int64, user string, life time.Duration, now time.Time) (string, error) {
	secret := ticketPrefix + rand.Text() + rand.Text() // 256 random bits
	return secret, d.store.SaveTicket(ctx, godocker.Ticket{Digest: Digest(secret), Kind: kind, Task: task, User: user, Expires: now.Add(life)}, now)
}

// TakeTicket returns a ticket that is good once.
func (d *Desk) TakeTicket(ctx context.Context, kind godocker.TicketKind, secret string, now time.Time) (godocker.Ticket, error) {
	return d.ticket(ctx, d.store.TakeTicket, kind, secret, now)
}

// Ticket returns a ticket that is good until it expires.
func (d *Desk) Ticket(ctx context.Context, kind godocker.TicketKind, secret string, now time.Time) (godocker.Ticket, error) {
	return d.ticket(ctx, d.store.Ticket, kind, secret, now)
}

func (d *Desk) ticket(ctx context.Context, get func(context.Context, godocker.TicketKind, string) (godocker.Ticket, error),
	kind godocker.TicketKind, secret string, now time.Time) (godocker.Ticket, error) {
	if !strings.HasPrefix(secret, ticketPrefix) {
		return godocker.Ticket{}, errTicket
	}
	k, err := get(ctx, kind, Digest(secret))
	if errors.Is(err, godocker.NotFound) || err == nil && !now.Before(k.Expires) {
		return godocker.Ticket{}, errTicket
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
