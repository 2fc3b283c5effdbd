package sqlstore

import (
	"context"
	"time"

	"godocker"
	"godocker/store"
)

// SavePass adds a pass, and removes those that are over.
func (s *Store) SavePass(ctx context.Context, k godocker.Pass, now time.Time) error {
	return s.write(ctx, func(t *txn) error {
		if _, err := oneUser(t, k.User, t.d.forUpdate); err != nil {
			return err
		}
		if err := t.exec(`DELETE FROM passes WHERE expires <= ?`, micros(now)); err != nil {
			return err
		}
		if err := t.exec(`INSERT INTO passes VALUES (`+list(5)+`) ON CONFLICT (digest) DO NOTHING`, k.Digest, string(k.Kind), k.Task, k.User, micros(k.Expires)); err != nil {
			return err
		}
		return t.exec(`DELETE FROM passes WHERE user_id = ? AND kind = ? AND digest NOT IN
			(SELECT digest FROM passes WHERE user_id = ? AND kind = ? ORDER BY expires DESC, digest LIMIT ?)`,
			k.User, string(k.Kind), k.User, string(k.Kind), store.MostPasses)
	})
}

// Pass returns a pass of a kind, also one that is over.
func (s *Store) Pass(ctx context.Context, kind godocker.PassKind, digest string) (k godocker.Pass, err error) {
	err = s.read(ctx, func(q querier) (err error) {
		k, err = passOf(q, kind, digest)
		return err
	})
	return k, err
}

// TakePass returns a pass of a kind, also one that is over, and removes it.
func (s *Store) TakePass(ctx context.Context, kind godocker.PassKind, digest string) (k godocker.Pass, err error) {
	err = s.write(ctx, func(t *txn) (err error) {
		if k, err = passOf(t, kind, digest); err != nil {
			return err
		}
		n, err := t.change(`DELETE FROM passes WHERE digest = ?`, digest)
		if err == nil && n == 0 { // somebody else has it
			err = errNoPass
		}
		return err
	})
	if err != nil {
		k = godocker.Pass{}
	}
	return k, err
}

var errNoPass = godocker.Errorf(godocker.NotFound, "there is no such pass")

func passOf(q querier, kind godocker.PassKind, digest string) (godocker.Pass, error) {
	k := godocker.Pass{Digest: digest, Kind: kind}
	var expires int64
	found, err := one(q, `SELECT task, user_id, expires FROM passes WHERE digest = ? AND kind = ?`, []any{digest, string(kind)}, &k.Task, &k.User, &expires)
	k.Expires = fromMicros(expires)
	if err == nil && !found {
		err = errNoPass
	}
	return k, err
}
