package account

import (
	"errors"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Audiences of the two kinds of token. The first one is what clients of the API
// 1.0 hold.
const (
	audienceAPI     = "urn:godocker/api"
	audienceSession = "urn:godocker/session"
)

// claims is what a token says.
type claims struct {
	User    string
	Key     int64 // the API key the token was got with; 0 = a password
	Session bool
}

type payload struct {
	Key int64 `json:"key,omitempty"`
	jwt.RegisteredClaims
}

// signer makes and reads JSON Web Tokens (RFC 7519) with HMAC-SHA-256.
type signer struct{ key []byte }

// sign returns a token that lives for the given time, or forever for 0.
func (s signer) sign(c claims, now time.Time, life time.Duration) (string, error) {
	p := payload{Key: c.Key, RegisteredClaims: jwt.RegisteredClaims{
		Subject: c.User, Audience: jwt.ClaimStrings{audienceAPI}, IssuedAt: jwt.NewNumericDate(now),
	}}
	if c.Session {
		p.Audience = jwt.ClaimStrings{audienceSession}
	}
	if life > 0 {
		p.ExpiresAt = jwt.NewNumericDate(now.Add(life))
	}
	return jwt.NewWithClaims(jwt.SigningMethodHS256, p).SignedString(s.key)
}

func (s signer) read(token string, now time.Time) (claims, error) {
	var p payload
	_, err := jwt.ParseWithClaims(token, &p, func(*jwt.Token) (any, error) { return s.key, nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithTimeFunc(func() time.Time { return now }))
	if err != nil {
		return claims{}, err
	}
	if len(p.Audience) != 1 || p.Subject == "" {
		return claims{}, errors.New("not one of our tokens")
	}
	switch {
	case p.Audience[0] == audienceAPI && p.Key != 0:
		return claims{User: p.Subject, Key: p.Key}, nil
	case p.Audience[0] == audienceSession && p.ExpiresAt != nil:
		return claims{User: p.Subject, Key: p.Key, Session: true}, nil
	default:
		return claims{}, errors.New("not one of our tokens")
	}
}
