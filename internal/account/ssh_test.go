package account_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker"
	"godocker/internal/account"
)

// sshKey is a new one: as authorized_keys has it, and in wire format.
func sshKey(t *testing.T) (line, wire string) {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return string(ssh.MarshalAuthorizedKey(k)), string(k.Marshal())
}

// An ssh key is of those who say so, as long as they do and are not disabled.
func TestWhoseSSHKeyItIs(t *testing.T) {
	d, s := desk(t)
	line, wire := sshKey(t)
	other, otherWire := sshKey(t)
	if err := s.CreateUser(t.Context(), godocker.User{ID: "carl", UID: 6, GID: 6, Active: true}); err != nil {
		t.Fatal(err)
	}
	later := now
	check := func(what, key string, want ...string) {
		t.Helper()
		later = later.Add(time.Minute)
		who, err := d.Behind(t.Context(), account.Proof{PublicKey: key}, later)
		var got []string
		for _, c := range who {
			got = append(got, c.User.ID)
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
		if len(want) == 0 {
			refused(t, what, err)
		} else if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	change := func(user string, f func(*godocker.User)) {
		t.Helper()
		if _, err := s.UpdateUser(t.Context(), user, func(u *godocker.User) error { f(u); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	check("nobody's", wire)
	change("bob", func(u *godocker.User) { u.PublicKey = other + "\n" + line })
	check("bob's", wire, "bob")
	check("bob's other", otherWire, "bob")
	check("no key", "")
	change("carl", func(u *godocker.User) { u.PublicKey = line })
	check("of two", wire, "bob", "carl")
	change("bob", func(u *godocker.User) { u.Active = false })
	check("of one who is disabled, too", wire, "carl")
	check("of one who is disabled", otherWire)
	change("carl", func(u *godocker.User) { u.PublicKey = "" })
	if _, err := d.Behind(t.Context(), account.Proof{PublicKey: wire}, later); err == nil {
		t.Error("a key that was removed opens something still")
	}
}

// An API key says by itself whose it is, until it is removed.
func TestWhoseAPIKeyItIs(t *testing.T) {
	d, s := desk(t)
	text, id := key(t, s, godocker.Key{User: "bob", Scopes: []godocker.Scope{godocker.ScopeRead}})
	p, err := d.ByAPIKey(t.Context(), text, now)
	if err != nil {
		t.Fatal(err)
	}
	if who, err := d.Behind(t.Context(), p, now); err != nil || len(who) != 1 || who[0].User.ID != "bob" || who[0].Can(godocker.ScopeSubmit) || who[0].Admin() {
		t.Errorf("%+v, %v", who, err)
	}
	_, err = d.ByAPIKey(t.Context(), text+"x", now)
	refused(t, "another", err)
	if err := s.DeleteKey(t.Context(), "bob", id); err != nil {
		t.Fatal(err)
	}
	_, err = d.Behind(t.Context(), p, now)
	refused(t, "a removed one", err)
}
