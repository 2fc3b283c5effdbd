package sqlstore

import "context"

// Cursor returns how far a follower of the events has come, 0 if it never began.
func (s *Store) Cursor(ctx context.Context, name string) (seq int64, err error) {
	err = s.read(ctx, func(q querier) error {
		_, err := one(q, `SELECT seq FROM cursors WHERE name = ?`, []any{name}, &seq)
		return err
	})
	return seq, err
}

// Advance records how far a follower has come. It never goes back.
func (s *Store) Advance(ctx context.Context, name string, seq int64) error {
	return s.write(ctx, func(t *txn) error {
		return t.exec(`INSERT INTO cursors (name, seq) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq WHERE cursors.seq < excluded.seq`, name, seq)
	})
}
