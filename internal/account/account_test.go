package account_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/auth/fake"
	"godocker/auth/local"
	"godocker/internal/account"
	"godocker/plugin"
	"godocker/store"
	"godocker/store/sqlstore"

	"github.com/golang-jwt/jwt/v5"
)

const passphrase = "0123456789abcdef0123456789abcdef"

var now = time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)

// desk knows bob, and from the directory also ann and eve, whose passwords are their
// names.
func desk(t *testing.T) (*account.Desk, store.Store) {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), "sqlite::memory:", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	people, err := fake.New(t.Context(), plugin.Env{}, fake.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CreateUser(t.Context(), godocker.User{ID: "bob", UID: 5, GID: 5, Active: true, Admin: true}); err != nil {
		t.Fatal(err)
	}
	return account.New(s, people, local.Users(s, nil), passphrase, time.Hour), s
}

func key(t *testing.T, s store.Store, k godocker.Key) (text string, id int64) {
	t.Helper()
	text, id, err := account.NewKey(t.Context(), s, k, now)
	if err != nil {
		t.Fatal(err)
	}
	return text, id
}

func refused(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, godocker.Unauthorized) {
		t.Errorf("%s: %v, want it refused", what, err)
	}
}

func TestKeysAreKeptAsDigests(t *testing.T) {
	_, s := desk(t)
	text, id := key(t, s, godocker.Key{User: "bob", Name: "k"})
	again, _ := key(t, s, godocker.Key{User: "bob", Name: "k"})
	kept, _, err := s.KeyByID(t.Context(), id)
	if err != nil || text == again || len(text) < 40 || kept.Digest != account.Digest(text) || strings.Contains(kept.Digest, text) || !strings.HasPrefix(text, kept.Prefix) || len(kept.Prefix) > 8 {
		t.Errorf("the key %s is kept as %+v, %v", text, kept, err)
	}
}

func TestKeysExpire(t *testing.T) {
	d, s := desk(t)
	text, _ := key(t, s, godocker.Key{User: "bob", Expires: now.Add(time.Hour)})
	token, err := d.Exchange(t.Context(), "bob", text, now)
	if err != nil {
		t.Fatal(err)
	}
	_, session, err := d.LoginByKey(t.Context(), "bob", text, account.Origin{}, now.Add(30*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{token, session} {
		if _, err := d.Check(t.Context(), token, now.Add(59*time.Minute)); err != nil {
			t.Errorf("before its time: %v", err)
		}
		_, err := d.Check(t.Context(), token, now.Add(61*time.Minute))
		refused(t, "after its time", err)
	}
	_, err = d.Exchange(t.Context(), "bob", text, now.Add(2*time.Hour))
	refused(t, "the key itself", err)
	for user, want := range map[string]string{"bob": "this API key has expired", "ann": "user or key is wrong"} {
		_, err := d.Exchange(t.Context(), user, text, now.Add(2*time.Hour))
		_, _, byPage := d.LoginByKey(t.Context(), user, text, account.Origin{}, now.Add(2*time.Hour))
		if !strings.Contains(err.Error(), want) || !strings.Contains(byPage.Error(), want) {
			t.Errorf("an expired key of bob tells %s: %v; %v", user, err, byPage)
		}
	}
}

func TestScopes(t *testing.T) {
	d, s := desk(t)
	for _, c := range []struct {
		scopes              []godocker.Scope
		read, submit, admin bool
	}{
		{nil, true, true, true},
		{[]godocker.Scope{godocker.ScopeRead}, true, false, false},
		{[]godocker.Scope{godocker.ScopeSubmit}, false, true, false},
		{[]godocker.Scope{godocker.ScopeAdmin}, true, true, true},
	} {
		text, _ := key(t, s, godocker.Key{User: "bob", Scopes: c.scopes})
		token, err := d.Exchange(t.Context(), "bob", text, now)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.Check(t.Context(), token, now)
		if err != nil || got.Can(godocker.ScopeRead) != c.read || got.Can(godocker.ScopeSubmit) != c.submit || got.Admin() != c.admin || got.Session != "" {
			t.Errorf("a key for %v is %+v, %v", c.scopes, got, err)
		}
		if _, _, err := d.LoginByKey(t.Context(), "bob", text, account.Origin{}, now); (err == nil) != (c.scopes == nil) {
			t.Errorf("a key for %v as a password: %v", c.scopes, err)
		}
	}
}

// Whoever the directory knows is stored at the first login, and stays out once
// disabled here.
func TestPeopleOfTheDirectory(t *testing.T) {
	d, s := desk(t)
	u, token, err := d.LoginByPassword(t.Context(), "ann", "ann", account.Origin{}, now)
	if err != nil || u.ID != "ann" || u.UID == 0 {
		t.Fatal(u, err)
	}
	if got, err := d.Check(t.Context(), token, now.Add(59*time.Minute)); err != nil || got.User.ID != "ann" || got.Session == "" {
		t.Errorf("the session is %+v, %v", got, err)
	}
	_, err = d.Check(t.Context(), token, now.Add(61*time.Minute))
	refused(t, "a session after its time", err)
	_, _, err = d.LoginByPassword(t.Context(), "ann", "bob", account.Origin{}, now)
	refused(t, "a wrong password", err)
	if _, err := s.UpdateUser(t.Context(), "ann", func(u *godocker.User) error { u.Active = false; return nil }); err != nil {
		t.Fatal(err)
	}
	_, err = d.Check(t.Context(), token, now)
	refused(t, "a session of somebody disabled", err)
	_, _, err = d.LoginByPassword(t.Context(), "ann", "ann", account.Origin{}, now)
	refused(t, "somebody disabled", err)
	if err := s.DeleteUser(t.Context(), "ann"); err != nil {
		t.Fatal(err)
	}
	_, err = d.Check(t.Context(), token, now)
	refused(t, "a session of somebody removed", err)
}

func TestForgedTokens(t *testing.T) {
	d, s := desk(t)
	_, id := key(t, s, godocker.Key{User: "bob"})
	later := now.Add(time.Hour).Unix()
	good := jwt.MapClaims{"sub": "bob", "aud": "urn:godocker/api", "key": id, "iat": now.Unix()}
	sign := func(m jwt.SigningMethod, secret any, change jwt.MapClaims) string {
		t.Helper()
		claims := jwt.MapClaims{}
		for k, v := range good {
			claims[k] = v
		}
		for k, v := range change {
			if claims[k] = v; v == nil {
				delete(claims, k)
			}
		}
		token, err := jwt.NewWithClaims(m, claims).SignedString(secret)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	secret := []byte(passphrase)
	right := sign(jwt.SigningMethodHS256, secret, nil)
	if _, err := d.Check(t.Context(), right, now); err != nil {
		t.Fatalf("a right token: %v", err)
	}
	for what, token := range map[string]string{
		"unsigned":            sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil),
		"of another secret":   sign(jwt.SigningMethodHS256, []byte("another secret that is long too"), nil),
		"of another method":   sign(jwt.SigningMethodHS512, secret, nil),
		"for another service": sign(jwt.SigningMethodHS256, secret, jwt.MapClaims{"aud": "urn:other"}),
		"for two services":    sign(jwt.SigningMethodHS256, secret, jwt.MapClaims{"aud": []string{"urn:godocker/api", "urn:godocker/session"}}),
		"without a key":       sign(jwt.SigningMethodHS256, secret, jwt.MapClaims{"key": nil}),
		"of an unknown key":   sign(jwt.SigningMethodHS256, secret, jwt.MapClaims{"key": 999}),
		"without a user":      sign(jwt.SigningMethodHS256, secret, jwt.MapClaims{"sub": nil}),
		"of a session":        sign(jwt.SigningMethodHS256, secret, jwt.MapClaims{"aud": "urn:godocker/session", "key": nil, "exp": later}),
		"like a session":      "gods_" + strings.Repeat("A", 52),
		"cut":                 right[:len(right)-2],
		"empty":               "", "no token": "a.b.c",
	} {
		_, err := d.Check(t.Context(), token, now)
		refused(t, "a token "+what, err)
	}
}

// People are seen when they are let in, by whatever it is, and not by being refused.
func TestWhenPeopleWereSeen(t *testing.T) {
	d, s := desk(t)
	text, _ := key(t, s, godocker.Key{User: "bob"})
	var token, session string
	at := now
	for _, step := range []struct {
		what, user string
		do         func() error
		seen       bool
	}{
		{"a wrong key", "bob", func() error { _, err := d.Exchange(t.Context(), "bob", "wrong", at); return err }, false},
		{"a key", "bob", func() (err error) { token, err = d.Exchange(t.Context(), "bob", text, at); return err }, true},
		{"its token", "bob", func() error { _, err := d.Check(t.Context(), token, at); return err }, true},
		{"a proxy that vouches", "bob", func() error { _, err := d.Vouch(t.Context(), "bob", at); return err }, true},
		{"a wrong password", "ann", func() error {
			_, _, err := d.LoginByPassword(t.Context(), "ann", "bob", account.Origin{}, at)
			return err
		}, false},
		{"a first login", "ann", func() (err error) {
			_, session, err = d.LoginByPassword(t.Context(), "ann", "ann", account.Origin{}, at)
			return err
		}, true},
		{"a session", "ann", func() error { _, err := d.Check(t.Context(), session, at); return err }, true},
	} {
		at = at.Add(2 * time.Minute)
		if err := step.do(); (err == nil) != step.seen {
			t.Errorf("%s: %v", step.what, err)
		}
		if u, _ := s.User(t.Context(), step.user); u.LastSeen.Equal(at) != step.seen {
			t.Errorf("by %s, %s was seen at %v", step.what, step.user, u.LastSeen)
		}
	}
}
