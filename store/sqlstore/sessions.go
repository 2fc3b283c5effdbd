package sqlstore

import (
	"context"
	"time"

	"godocker"
	"godocker/store"
)

const sessionColumns = `sessions.id, sessions.user_id, sessions.digest, sessions.key_id, sessions.address, sessions.agent, sessions.created,
	sessions.expires, sessions.last_used`

// A sessionRow is a session as it is kept.
type sessionRow struct {
	godocker.Session
	created, expires, used int64
}

func (s *sessionRow) dest() []any {
	return []any{&s.ID, &s.User, &s.Digest, &s.Key, &s.Address, &s.Agent, &s.created, &s.expires, &s.used}
}

func (s *sessionRow) session() godocker.Session {
	s.Created, s.Expires, s.LastUsed = fromMicros(s.created), fromMicros(s.expires), fromMicros(s.used)
	return s.Session
}

// CreateSession adds a session, and removes those that are over.
func (s *Store) CreateSession(ctx context.Context, n godocker.Session) error {
	return s.write(ctx, func(t *txn) error {
		if _, err := oneUser(t, n.User, t.d.forUpdate); err != nil {
			return err
		}
		if err := t.exec(`DELETE FROM sessions WHERE expires <= ?`, micros(n.Created)); err != nil {
			return err
		}
		if err := t.exec(`INSERT INTO sessions VALUES (`+list(9)+`) ON CONFLICT (digest) DO NOTHING`, n.ID, n.User, n.Digest, n.Key, n.Address, n.Agent,
			micros(n.Created), micros(n.Expires), micros(n.LastUsed)); err != nil {
			return err
		}
		return t.exec(`DELETE FROM sessions WHERE user_id = ? AND id NOT IN (SELECT id FROM sessions WHERE user_id = ? ORDER BY created DESC, id LIMIT ?)`,
			n.User, n.User, store.MostSessions)
	})
}

// SessionByDigest returns a session together with its user.
func (s *Store) SessionByDigest(ctx context.Context, digest string) (n godocker.Session, u godocker.User, err error) {
	err = s.read(ctx, func(q querier) error {
		found := false
		err := q.query(`SELECT `+sessionColumns+`, `+userColumns+` FROM sessions JOIN users ON users.id = sessions.user_id WHERE digest = ?`, []any{digest},
			func(scan func(...any) error) (err error) {
				found = true
				var r sessionRow
				u, err = scanUser(scan, r.dest()...)
				n = r.session()
				return err
			})
		if err == nil && !found {
			err = godocker.Errorf(godocker.NotFound, "there is no such session")
		}
		return err
	})
	return n, u, err
}

// ListSessions returns the sessions of a user, newest first.
func (s *Store) ListSessions(ctx context.Context, user string) (ns []godocker.Session, err error) {
	err = s.read(ctx, func(q querier) error {
		ns = nil
		return q.query(`SELECT `+sessionColumns+` FROM sessions WHERE user_id = ? ORDER BY created DESC, id`, []any{user}, func(scan func(...any) error) error {
			var r sessionRow
			err := scan(r.dest()...)
			ns = append(ns, r.session())
			return err
		})
	})
	return ns, err
}

// DeleteSession ends a session of a user.
func (s *Store) DeleteSession(ctx context.Context, user, id string) error {
	return s.write(ctx, func(t *txn) error {
		n, err := t.change(`DELETE FROM sessions WHERE id = ? AND user_id = ?`, id, user)
		if err == nil && n == 0 {
			err = godocker.Errorf(godocker.NotFound, "there is no such session")
		}
		return err
	})
}

// DeleteSessions ends all sessions of a user.
func (s *Store) DeleteSessions(ctx context.Context, user string) error {
	return s.write(ctx, func(t *txn) error { return endSessions(t, user) })
}

func endSessions(t *txn, user string) error {
	if err := t.exec(`DELETE FROM passes WHERE user_id = ?`, user); err != nil {
		return err
	}
	return t.exec(`DELETE FROM sessions WHERE user_id = ?`, user)
}

// TouchSession records the last use of a session, to the minute.
func (s *Store) TouchSession(ctx context.Context, id string, at time.Time) error {
	return s.write(ctx, func(t *txn) error {
		return t.exec(`UPDATE sessions SET last_used = ? WHERE id = ? AND last_used <= ?`, micros(at), id, micros(at.Add(-touchEvery)))
	})
}
