package sqlstore

import (
	"context"
	"time"

	"godocker"
	"godocker/store"
)

// SaveTicket adds a ticket, and removes those that are over.
func (s *Store) SaveTicket(ctx context.Context, k godocker.Ticket, now time.Time) error {
	return s.write(ctx, func(t *txn) error {
		if _, err := oneUser(t, k.User, t.d.forUpdate); err != nil {
			return err
		}
		if err := t.exec(`DELETE FROM tickets WHERE expires <= ?`, micros(now)); err != nil {
			return err
		}
		if err := t.exec(`INSERT INTO tickets VALUES (`+list(5)+`) ON CONFLICT (digest) DO NOTHING`, k.Digest, string(k.Kind), k.Task, k.User, micros(k.Expires)); err != nil {
			return err
		}
		return t.exec(`DELETE FROM tickets WHERE user_id = ? AND kind = ? AND digest NOT IN
			(SELECT digest FROM tickets WHERE user_id = ? AND kind = ? ORDER BY expires DESC, digest LIMIT ?)`,
			k.User, string(k.Kind), k.User, string(k.Kind), store.MostTickets)
	})
}

// Ticket returns a ticket of a kind, also one that is over.
func (s *Store) Ticket(ctx context.Context, kind godocker.TicketKind, digest string) (k godocker.Ticket, err error) {
	err = s.read(ctx, func(q querier) (err error) {
		k, err = ticketOf(q, kind, digest)
		return err
	})
	return k, err
}

// TakeTicket returns a ticket of a kind, also one that is over, and removes it.
func (s *Store) TakeTicket(ctx context.Context, kind godocker.TicketKind, digest string) (k godocker.Ticket, err error) {
	err = s.write(ctx, func(t *txn) (err error) {
		if k, err = ticketOf(t, kind, digest); err != nil {
			return err
		}
		n, err := t.change(`DELETE FROM tickets WHERE digest = ?`, digest)
		if err == nil && n == 0 { // somebody else has it
			err = errNoTicket
		}
		return err
	})
	if err != nil {
		k = godocker.Ticket{}
	}
	return k, err
}

var errNoTicket = godocker.Errorf(godocker.NotFound, "there is no such ticket")

func ticketOf(q querier, kind godocker.TicketKind, digest string) (godocker.Ticket, error) {
	k := godocker.Ticket{Digest: digest, Kind: kind}
	var expires int64
	found, err := one(q, `SELECT task, user_id, expires FROM tickets WHERE digest = ? AND kind = ?`, []any{digest, string(kind)}, &k.Task, &k.User, &expires)
	k.Expires = fromMicros(expires)
	if err == nil && !found {
		err = errNoTicket
	}
	return k, err
}
