package account

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"godocker"
)

// TicketTime is how long a ticket can be used.
const TicketTime = time.Minute

var errTicket = godocker.Errorf(godocker.Unauthorized, "the ticket is not valid: it works once and for %d seconds, for who asked for it and for one task; ask for another one", int(TicketTime/time.Second))

// Ticket returns a secret with which a person can begin one thing with a task, once, in
// whatever process. It is kept nowhere.
func (d *Desk) Ticket(ctx context.Context, user string, task int64, now time.Time) (string, error) {
	secret := rand.Text() + rand.Text() // 256 random bits
	return secret, d.store.CreateTicket(ctx, godocker.Ticket{Digest: Digest(secret), Task: task, User: user, Expires: now.Add(TicketTime)}, now)
}

// TakeTicket uses a ticket up.
func (d *Desk) TakeTicket(ctx context.Context, secret, user string, task int64, now time.Time) error {
	err := d.store.TakeTicket(ctx, Digest(secret), task, user, now)
	if errors.Is(err, godocker.NotFound) {
		err = errTicket
	}
	return err
}
