package sqlstore

import (
	"context"
	"time"

	"godocker"
)

// Acquire takes or renews a lease. Renewing in time keeps the term; taking it anew
// begins another one, even for the same holder.
func (s *Store) Acquire(ctx context.Context, name, holder string, now time.Time, ttl time.Duration) (l godocker.Lease, ok bool, err error) {
	err = s.write(ctx, func(t *txn) error {
		l, ok = godocker.Lease{Name: name}, false
		if err := t.exec(`INSERT INTO leases (name, holder, term, expires) VALUES (?, '', 0, 0) ON CONFLICT (name) DO NOTHING`, name); err != nil {
			return err
		}
		var expires int64
		if _, err := one(t, `SELECT holder, term, expires FROM leases WHERE name = ?`+t.d.forUpdate, []any{name}, &l.Holder, &l.Term, &expires); err != nil {
			return err
		}
		l.Expires = fromMicros(expires)
		valid := expires > micros(now)
		if valid && l.Holder != holder {
			return nil
		}
		if !valid {
			l.Term++
		}
		l.Holder, l.Expires, ok = holder, fromMicros(micros(now.Add(ttl))), true
		return t.exec(`UPDATE leases SET holder = ?, term = ?, expires = ? WHERE name = ?`, holder, l.Term, micros(l.Expires), name)
	})
	return l, ok, err
}

// Release gives a lease up. One that is not held as given is left alone.
func (s *Store) Release(ctx context.Context, l godocker.Lease) error {
	return s.write(ctx, func(t *txn) error {
		return t.exec(`UPDATE leases SET expires = 0 WHERE name = ? AND holder = ? AND term = ?`, l.Name, l.Holder, l.Term)
	})
}
