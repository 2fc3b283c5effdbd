package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"godocker"
	"godocker/store"
)

// NewKey makes an API key for a user and stores its digest. The key itself is
// returned and kept nowhere.
func NewKey(ctx context.Context, s store.Keys, k godocker.Key, now time.Time) (key string, id int64, err error) {
	key = "god_" + rand.Text() + rand.Text() // 256 random bits
	k.Digest, k.Prefix, k.Created = Digest(key), key[:8], now
	id, err = s.CreateKey(ctx, k)
	return key, id, err
}

// Digest is what is kept of an API key.
func Digest(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
