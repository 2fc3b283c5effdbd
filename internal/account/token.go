package account

import (
	"errors"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// audience is what clients of the API 1.0 hold tokens for.
const audience = "urn:godocker/api"

// claims is what a token says.
type claims struct {
	User string
	Key  int64 // the API key the token was got with
}

type payload struct {
	Key int64 `json:"key,omitempty"`
	jwt.RegisteredClaims
}

// signer makes and reads JSON Web Tokens (RFC 7519) with HMAC-SHA-256.
type signer struct{ key []byte }

// sign returns a token that lives as long as its key.
func (s signer) sign(c claims, now time.Time) (string, error) {
	p := payload{Key: c.Key, RegisteredClaims: jwt.RegisteredClaims{
		Subject: c.User, Audience: jwt.ClaimStrings{audience}, IssuedAt: jwt.NewNumericDate(now),
	}}
	return jwt.NewWithClaims(jwt.SigningMethodHS256, p).SignedString(s.key)
}

func (s signer) read(token string, now time.Time) (claims, error) {
	var p payload
	_, err := jwt.ParseWithClaims(token, &p, func(*jwt.Token) (any, error) { return s.key, nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithTimeFunc(func() time.Time { return now }))
	if err != nil {
		return claims{}, err
	}
	if len(p.Audience) != 1 || p.Audience[0] != audience || p.Subject == "" || p.Key == 0 {
		return claims{}, errors.New("not one of our tokens")
	}
	return claims{User: p.Subject, Key: p.Key}, nil
}
