package sqlstore

import (
	"context"
	"time"

	"godocker"
	"godocker/store"
)

// CreateTicket adds a ticket, and removes those that expired.
func (s *Store) CreateTicket(ctx context.Context, k godocker.Ticket, now time.Time) error {
	return s.write(ctx, func(t *txn) error {
		if err := t.exec(`DELETE FROM tickets WHERE expires <= ?`, micros(now)); err != nil {
			return err
		}
		if err := t.exec(`INSERT INTO tickets VALUES (`+list(4)+`) ON CONFLICT (digest) DO NOTHING`, k.Digest, k.Task, k.User, micros(k.Expires)); err != nil {
			return err
		}
		return t.exec(`DELETE FROM tickets WHERE user_id = ? AND digest NOT IN (SELECT digest FROM tickets WHERE user_id = ? ORDER BY expires DESC, digest LIMIT ?)`,
			k.User, k.User, store.MostTickets)
	})
}

// TakeTicket removes a ticket that has not expired.
func (s *Store) TakeTicket(ctx context.Context, digest string, task int64, user string, now time.Time) error {
	return s.write(ctx, func(t *txn) error {
		n, err := t.change(`DELETE FROM tickets WHERE digest = ? AND task_id = ? AND user_id = ? AND expires > ?`, digest, task, user, micros(now))
		if err == nil && n == 0 {
			err = godocker.Errorf(godocker.NotFound, "there is no such ticket")
		}
		return err
	})
}
