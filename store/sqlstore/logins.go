package sqlstore

import (
	"context"

	"godocker"
)

// SaveLogin keeps what a user logs in to a registry with, in place of what was kept.
func (s *Store) SaveLogin(ctx context.Context, l godocker.Login) error {
	return s.write(ctx, func(t *txn) error {
		if _, err := oneUser(t, l.User, t.d.forUpdate); err != nil {
			return err
		}
		return t.exec(`INSERT INTO logins (user_id, registry, username, secret, created) VALUES (`+list(5)+`)
			ON CONFLICT (user_id, registry) DO UPDATE SET username = excluded.username, secret = excluded.secret, created = excluded.created`,
			l.User, l.Registry, l.Username, l.Secret, micros(l.Created))
	})
}

// Logins returns those of a user, by registry.
func (s *Store) Logins(ctx context.Context, user string) (ls []godocker.Login, err error) {
	err = s.read(ctx, func(q querier) error {
		ls = nil
		return q.query(`SELECT user_id, registry, username, secret, created FROM logins WHERE user_id = ? ORDER BY registry`, []any{user},
			func(scan func(...any) error) error {
				var l godocker.Login
				var created int64
				err := scan(&l.User, &l.Registry, &l.Username, &l.Secret, &created)
				l.Created = fromMicros(created)
				ls = append(ls, l)
				return err
			})
	})
	return ls, err
}

// DeleteLogin removes one.
func (s *Store) DeleteLogin(ctx context.Context, user, registry string) error {
	return s.write(ctx, func(t *txn) error {
		n, err := t.change(`DELETE FROM logins WHERE user_id = ? AND registry = ?`, user, registry)
		if err == nil && n == 0 {
			err = godocker.Errorf(godocker.NotFound, "%s has no login for the registry %s", user, registry)
		}
		return err
	})
}

// Guard records whether some may not have the images of a repository.
func (s *Store) Guard(ctx context.Context, repository string, on bool) error {
	return s.write(ctx, func(t *txn) error {
		if !on {
			return t.exec(`DELETE FROM guarded WHERE repository = ?`, repository)
		}
		return t.exec(`INSERT INTO guarded (repository) VALUES (?) ON CONFLICT (repository) DO NOTHING`, repository)
	})
}

// Guarded reports what Guard recorded.
func (s *Store) Guarded(ctx context.Context, repository string) (yes bool, err error) {
	err = s.read(ctx, func(q querier) error {
		yes = false
		return q.query(`SELECT repository FROM guarded WHERE repository = ?`, []any{repository}, func(scan func(...any) error) error {
			var name string
			yes = true
			return scan(&name)
		})
	})
	return yes, err
}
