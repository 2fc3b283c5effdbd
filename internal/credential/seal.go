// Package credential keeps what people log in to registries with: sealed at rest, and
// read from the archives that they put into their homes.
package credential

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"godocker"
)

// A Seal encrypts secrets with a key that follows from a passphrase: AES-256-GCM with
// random nonces. Its methods may be called concurrently.
type Seal struct {
	aead cipher.AEAD
	id   string // tells the key from that of another passphrase
}

// version names how the key follows from the passphrase, and how the text is written.
const version = "v1"

// NewSeal returns the seal of a passphrase.
func NewSeal(passphrase string) (*Seal, error) {
	derive := func(purpose string, length int) ([]byte, error) {
		return hkdf.Key(sha256.New, []byte(passphrase), nil, "godocker registry logins "+version+" "+purpose, length)
	}
	key, err := derive("key", 32)
	if err != nil {
		return nil, err
	}
	id, err := derive("id", 6)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &Seal{aead, base64.RawURLEncoding.EncodeToString(id)}, err
}

// A Secret is what is sealed of a login.
type Secret struct {
	Password string `json:"password,omitempty"`
	Token    string `json:"token,omitempty"`
}

// Close returns a secret as text that can be kept. It opens only for the same user and
// registry.
func (s *Seal) Close(user, registry string, secret Secret) (string, error) {
	plain, err := json.Marshal(secret)
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(s.aead.Seal(nil, nil, plain, bound(user, registry)))
	return version + "." + s.id + "." + text, nil
}

// Open returns the secret of a login that is kept.
func (s *Seal) Open(l godocker.Login) (Secret, error) {
	var secret Secret
	fail := func(why string) error {
		return fmt.Errorf("the login of %s for the registry %s cannot be read: %s; give it again with: god registry login %s", l.User, l.Registry, why, l.Registry)
	}
	parts := strings.Split(l.Secret, ".")
	switch {
	case parts[0] != version:
		return secret, fail("it was kept by another version of the server")
	case len(parts) != 3:
		return secret, fail("it is damaged")
	case parts[1] != s.id:
		return secret, fail("secret_passphrase is not the one with which it was kept")
	}
	sealed, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return secret, fail("it is damaged")
	}
	plain, err := s.aead.Open(nil, nil, sealed, bound(l.User, l.Registry))
	if err != nil || json.Unmarshal(plain, &secret) != nil {
		return secret, fail("it is damaged")
	}
	return secret, nil
}

func bound(user, registry string) []byte { return []byte(user + "\x00" + registry) }
