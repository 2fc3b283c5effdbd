package account_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/auth/local"
	"godocker/internal/account"
	"godocker/store"
	"godocker/store/sqlstore"
)

// A directory has people with their names as passwords, and can be away. It takes
// names in any letter case.
type directory struct {
	people map[string]godocker.User
	away   bool
	asked  int
}

const recheck = 5 * time.Minute

func (d *directory) Lookup(_ context.Context, user string) (godocker.User, error) {
	d.asked++
	u, ok := d.people[strings.ToLower(user)]
	switch {
	case d.away:
		return u, godocker.Errorf(godocker.Unavailable, "away")
	case !ok:
		return u, godocker.Errorf(godocker.NotFound, "nobody")
	}
	return u, nil
}

func (d *directory) Login(ctx context.Context, user, password string) (godocker.User, error) {
	u, err := d.Lookup(ctx, user)
	if errors.Is(err, godocker.NotFound) || err == nil && password != u.ID {
		err = godocker.Errorf(godocker.Unauthorized, "wrong")
	}
	return u, err
}

func (*directory) Source() string         { return "dir" }
func (*directory) Recheck() time.Duration { return recheck }
func (*directory) Carry(known godocker.User, stored *godocker.User) {
	stored.Groups = known.Groups
}

func (d *directory) change(user string, f func(*godocker.User)) {
	u := d.people[user]
	f(&u)
	d.people[user] = u
}

func withDirectory(t *testing.T) (*account.Desk, *directory, store.Store) {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), "sqlite::memory:", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d := &directory{people: map[string]godocker.User{"ann": {ID: "ann", UID: 7, GID: 7, Active: true, Source: "dir"}}}
	return account.New(s, d, local.Users(s, nil), passphrase, 24*time.Hour), d, s
}

// Tokens and sessions of somebody who vanishes from the directory end within the time
// that its answers hold, and work again when they are back.
func TestPeopleWhoVanish(t *testing.T) {
	desk, dir, s := withDirectory(t)
	_, session, err := desk.LoginByPassword(t.Context(), "ann", "ann", account.Origin{}, now)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := key(t, s, godocker.Key{User: "ann"})
	token, err := desk.Exchange(t.Context(), "ann", text, now)
	if err != nil {
		t.Fatal(err)
	}
	later := now
	check := func(what string, ok bool) {
		t.Helper()
		for _, text := range []string{session, token} {
			if _, err := desk.Check(t.Context(), text, later); (err == nil) != ok || err != nil && !errors.Is(err, godocker.Unauthorized) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := desk.Exchange(t.Context(), "ann", text, later); (err == nil) != ok {
			t.Errorf("%s, with the key: %v", what, err)
		}
	}
	asked := dir.asked
	check("known", true)
	if dir.asked != asked {
		t.Error("the directory is asked although its answer holds")
	}
	ann := dir.people["ann"]
	delete(dir.people, "ann")
	later = later.Add(recheck)
	check("vanished", false)
	dir.away = true
	later = later.Add(recheck)
	check("vanished, and then the directory went away", false)
	dir.away, dir.people["ann"] = false, ann
	later = later.Add(recheck)
	check("back", true)
	dir.change("ann", func(u *godocker.User) { u.Active = false })
	later = later.Add(recheck)
	check("locked", false)
	dir.change("ann", func(u *godocker.User) { u.Active = true })
	later = later.Add(recheck)
	check("unlocked", true)
	dir.away = true
	later = later.Add(recheck)
	check("the directory is away", true)
	asked = dir.asked
	later = later.Add(time.Second)
	check("the directory is away", true)
	if dir.asked != asked {
		t.Error("a directory that is away is asked for every request")
	}
}

func TestFactsFollowTheDirectory(t *testing.T) {
	desk, dir, s := withDirectory(t)
	u, session, err := desk.LoginByPassword(t.Context(), "ANN", "ann", account.Origin{}, now)
	if err != nil || u.ID != "ann" {
		t.Fatal(u, err)
	}
	groups := func(want ...int) {
		t.Helper()
		if u, err := s.User(t.Context(), "ann"); err != nil || !slices.Equal(u.Groups, want) {
			t.Errorf("groups %v, want %v; %v", u.Groups, want, err)
		}
	}
	dir.change("ann", func(u *godocker.User) { u.Groups = []int{8, 9} })
	got, err := desk.Check(t.Context(), session, now.Add(recheck))
	if err != nil || !slices.Equal(got.User.Groups, []int{8, 9}) {
		t.Errorf("rechecked: %+v, %v", got, err)
	}
	groups(8, 9)
	dir.change("ann", func(u *godocker.User) { u.Groups = nil })
	if u, _, err = desk.LoginByPassword(t.Context(), "ann", "ann", account.Origin{}, now.Add(recheck)); err != nil || len(u.Groups) > 0 {
		t.Errorf("logged in again: %+v, %v", u, err)
	}
	groups()
	if us, err := s.ListUsers(t.Context()); err != nil || len(us) != 1 {
		t.Errorf("people: %+v, %v", us, err)
	}
}

// Names that could not be part of a path never become users, and the directory has no
// say about those who are not from it.
func TestWhoIsNotFromTheDirectory(t *testing.T) {
	desk, dir, s := withDirectory(t)
	for _, name := range []string{"../ann", "a b", ".", "a/b", strings.Repeat("x", 65)} {
		dir.people[name] = godocker.User{ID: name, UID: 8, GID: 8, Active: true, Source: "dir"}
		if _, _, err := desk.LoginByPassword(t.Context(), name, name, account.Origin{}, now); !errors.Is(err, godocker.Unauthorized) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, ids := range [][2]int{{0, 8}, {8, 0}, {-1, 8}} {
		dir.people["boss"] = godocker.User{ID: "boss", UID: ids[0], GID: ids[1], Active: true, Source: "dir"}
		if _, _, err := desk.LoginByPassword(t.Context(), "boss", "boss", account.Origin{}, now); !errors.Is(err, godocker.Denied) {
			t.Errorf("uid and gid %d: %v", ids, err)
		}
	}
	if err := s.CreateUser(t.Context(), godocker.User{ID: "boss", Active: true, Source: "local"}); err != nil {
		t.Fatal(err)
	}
	text, _ := key(t, s, godocker.Key{User: "boss"})
	asked := dir.asked
	if _, err := desk.Exchange(t.Context(), "boss", text, now.Add(time.Hour)); err != nil || dir.asked != asked {
		t.Errorf("somebody of this server: %v", err)
	}
}

// Where somebody is from decides whose password it is: another of the same name, in the
// directory or here, is nobody.
func TestNamesakes(t *testing.T) {
	desk, dir, s := withDirectory(t)
	hash, err := local.Hash("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []godocker.User{{ID: "boss", UID: 9, GID: 9, Active: true, Admin: true, Source: "local", PasswordHash: hash},
		{ID: "left", UID: 9, GID: 9, Active: true, Source: "another directory"}, {ID: "ann", UID: 7, GID: 7, Active: true, Source: "dir", PasswordHash: hash}} {
		if err := s.CreateUser(t.Context(), u); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"boss", "left"} {
		dir.people[id] = godocker.User{ID: id, UID: 8, GID: 8, Active: true, Source: "dir"}
	}
	login := func(user, password string) error {
		u, _, err := desk.LoginByPassword(t.Context(), user, password, account.Origin{}, now)
		if err == nil && u.ID != user {
			t.Errorf("%s is %+v", user, u)
		}
		return err
	}
	for _, c := range [][2]string{{"boss", "boss"}, {"BOSS", "boss"}, {"left", "left"}, {"ann", "correct horse"}} {
		refused(t, fmt.Sprint(c), login(c[0], c[1]))
	}
	if _, err := desk.Vouch(t.Context(), "BOSS", now); !errors.Is(err, godocker.Unauthorized) {
		t.Errorf("a proxy's other spelling of somebody of this server: %v", err)
	}
	for _, away := range []bool{false, true} {
		dir.away = away
		if err := login("boss", "correct horse"); err != nil {
			t.Errorf("somebody of this server, directory away %t: %v", away, err)
		}
	}
	refused(t, "their wrong password", login("boss", "correct cow"))
}

// A directory may take a name with blanks for the one without.
func TestSpellings(t *testing.T) {
	desk, dir, _ := withDirectory(t)
	asked := dir.asked
	for _, name := range []string{"ann ", " ann", "ann\t", "ann\x00"} {
		if _, _, err := desk.LoginByPassword(t.Context(), name, "ann", account.Origin{}, now); !errors.Is(err, godocker.Unauthorized) || dir.asked != asked {
			t.Errorf("%q: %v; the directory was asked: %t", name, err, dir.asked != asked)
		}
	}
}
