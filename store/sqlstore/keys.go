package sqlstore

import (
	"context"
	"sync"
	"time"

	"godocker"
)

const keyColumns = `api_keys.id, api_keys.user_id, api_keys.name, api_keys.prefix, api_keys.digest, api_keys.scopes, api_keys.created,
	api_keys.expires, api_keys.last_used`

// A keyRow is a key as it is kept.
type keyRow struct {
	godocker.Key
	scopes                  string
	created, expires, touch int64
}

func (k *keyRow) dest() []any {
	return []any{&k.ID, &k.User, &k.Name, &k.Prefix, &k.Digest, &k.scopes, &k.created, &k.expires, &k.touch}
}

func (k *keyRow) key() (godocker.Key, error) {
	k.Created, k.Expires, k.LastUsed = fromMicros(k.created), fromMicros(k.expires), fromMicros(k.touch)
	return k.Key, fromJSON(k.scopes, &k.Scopes)
}

// CreateKey adds a key and returns its id, which is never used again.
func (s *Store) CreateKey(ctx context.Context, k godocker.Key) (id int64, err error) {
	err = s.write(ctx, func(t *txn) error {
		if _, err := oneUser(t, k.User, t.d.forUpdate); err != nil {
			return err
		}
		if _, err := one(t, `UPDATE counters SET api_key = api_key + 1 WHERE id = 1 RETURNING api_key`, nil, &id); err != nil {
			return err
		}
		n, err := t.change(`INSERT INTO api_keys VALUES (`+list(9)+`) ON CONFLICT (digest) DO NOTHING`, id, k.User, k.Name, k.Prefix, k.Digest,
			toJSON(k.Scopes), micros(k.Created), micros(k.Expires), micros(k.LastUsed))
		if err == nil && n == 0 {
			err = godocker.Errorf(godocker.Conflict, "there is such a key already")
		}
		return err
	})
	return id, err
}

// KeyByDigest returns a key together with its user.
func (s *Store) KeyByDigest(ctx context.Context, digest string) (godocker.Key, godocker.User, error) {
	return s.keyBy(ctx, "digest = ?", digest)
}

// KeyByID returns a key together with its user.
func (s *Store) KeyByID(ctx context.Context, id int64) (godocker.Key, godocker.User, error) {
	return s.keyBy(ctx, "api_keys.id = ?", id)
}

func (s *Store) keyBy(ctx context.Context, where string, arg any) (k godocker.Key, u godocker.User, err error) {
	err = s.read(ctx, func(q querier) error {
		found := false
		err := q.query(`SELECT `+keyColumns+`, `+userColumns+` FROM api_keys JOIN users ON users.id = api_keys.user_id WHERE `+where, []any{arg},
			func(scan func(...any) error) (err error) {
				found = true
				var r keyRow
				if u, err = scanUser(scan, r.dest()...); err != nil {
					return err
				}
				k, err = r.key()
				return err
			})
		if err == nil && !found {
			err = godocker.Errorf(godocker.NotFound, "there is no such key")
		}
		return err
	})
	return k, u, err
}

// ListKeys returns the keys of a user, oldest first.
func (s *Store) ListKeys(ctx context.Context, user string) (ks []godocker.Key, err error) {
	err = s.read(ctx, func(q querier) error {
		ks = nil
		return q.query(`SELECT `+keyColumns+` FROM api_keys WHERE user_id = ? ORDER BY id`, []any{user}, func(scan func(...any) error) error {
			var r keyRow
			if err := scan(r.dest()...); err != nil {
				return err
			}
			k, err := r.key()
			ks = append(ks, k)
			return err
		})
	})
	return ks, err
}

// DeleteKey removes a key of a user.
func (s *Store) DeleteKey(ctx context.Context, user string, id int64) error {
	return s.write(ctx, func(t *txn) error {
		n, err := t.change(`DELETE FROM api_keys WHERE id = ? AND user_id = ?`, id, user)
		if err == nil && n == 0 {
			err = godocker.Errorf(godocker.NotFound, "there is no such key")
		}
		if err != nil {
			return err
		}
		return t.exec(`DELETE FROM sessions WHERE user_id = ? AND key_id = ?`, user, id)
	})
}

// touchEvery is how exactly the last use of a key is known.
const touchEvery = time.Minute

// touches remembers when this process last wrote the use of a key.
type touches struct {
	mu   sync.Mutex
	last map[int64]time.Time
}

// due reports whether a use must be written, and takes note of it.
func (c *touches) due(id int64, at time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if last, ok := c.last[id]; ok && at.Sub(last) < touchEvery {
		return false
	}
	if c.last == nil || len(c.last) > 10_000 {
		c.last = map[int64]time.Time{}
	}
	c.last[id] = at
	return true
}

// TouchKey records the last use of a key, to the minute: uses that follow each
// other closer cost nothing. A key that is gone is passed over.
func (s *Store) TouchKey(ctx context.Context, id int64, at time.Time) error {
	if !s.touch.due(id, at) {
		return nil
	}
	return s.write(ctx, func(t *txn) error {
		return t.exec(`UPDATE api_keys SET last_used = ? WHERE id = ? AND last_used <= ?`, micros(at), id, micros(at.Add(-touchEvery)))
	})
}
