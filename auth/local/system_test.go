package local_test

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"godocker"
	"godocker/auth"
	"godocker/auth/local"
	"godocker/plugin"
)

// want is what the files of this machine say of an account.
func want(t *testing.T, name string) godocker.User {
	t.Helper()
	a, err := user.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	groups, err := a.GroupIds()
	if err != nil {
		t.Fatal(err)
	}
	u := godocker.User{ID: name, Home: a.HomeDir}
	u.UID, _ = strconv.Atoi(a.Uid)
	u.GID, _ = strconv.Atoi(a.Gid)
	for _, g := range groups {
		if n, _ := strconv.Atoi(g); n != u.GID {
			u.Groups = append(u.Groups, n)
		}
	}
	slices.Sort(u.Groups)
	return u
}

func same(a, b godocker.User) bool {
	return a.UID == b.UID && a.GID == b.GID && a.Home == b.Home && slices.Equal(a.Groups, b.Groups)
}

// www-data and _apt are on every machine that these tests run on.
func TestSystem(t *testing.T) {
	check := func(t *testing.T) {
		for _, name := range []string{"www-data", "_apt"} {
			if got, err := local.System(t.Context(), name); err != nil || !same(got, want(t, name)) {
				t.Errorf("System(%s) = %+v, %v; want %+v", name, got, err, want(t, name))
			}
		}
		for _, name := range []string{"", "nobody-knows", "33", "-h", "www-data\n", "../x"} {
			if got, err := local.System(t.Context(), name); !errors.Is(err, godocker.NotFound) {
				t.Errorf("System(%q) = %+v, %v; want not found", name, got, err)
			}
		}
	}
	t.Run("getent", check)
	t.Run("files", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		check(t)
	})
}

// programs stand in for getent and id on a machine that has its accounts elsewhere.
func programs(t *testing.T, getent, id string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"getent": getent, "id": id} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
}

func TestAccountGoesBeforeWhatIsStored(t *testing.T) {
	hash, err := local.Hash("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	stored := godocker.User{ID: "ann", Source: "local", UID: 20001, GID: 20002, Groups: []int{20003}, Home: "/stored", PasswordHash: hash, Active: true, Email: "a@example.org"}
	a, err := local.New(t.Context(), plugin.Env{Users: users{"ann": stored}}, local.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if d := a.(auth.Directory); d.Source() != "local" || d.Recheck() == 0 {
		t.Error("accounts are not looked up again")
	}
	elsewhere := godocker.User{UID: 5000, GID: 5001, Groups: []int{5002, 5003}, Home: "/net/ann"}
	for name, tt := range map[string]struct {
		getent, id string
		want       godocker.User
	}{
		"an account":       {`echo ann:x:5000:5001:Ann:/net/ann:/bin/bash`, `echo 5001 5003 5002 5003 0`, elsewhere},
		"no account":       {`exit 2`, `exit 1`, stored},
		"of somebody else": {`echo bob:x:5000:5001::/net/bob:/bin/bash`, `echo 5001`, stored},
		"root's":           {`echo ann:x:0:0::/root:/bin/bash`, `echo 0`, stored},
		"nonsense":         {`echo ann:x:many:few::/root:/bin/bash`, `echo 0`, stored},
		"out of order":     {`exit 3`, `exit 1`, stored},
		"no groups":        {`echo ann:x:5000:5001:Ann:/net/ann:/bin/bash`, `exit 1`, stored},
	} {
		t.Run(name, func(t *testing.T) {
			programs(t, tt.getent, tt.id)
			for what, f := range map[string]func() (godocker.User, error){
				"Login":  func() (godocker.User, error) { return a.Login(t.Context(), "ann", "correct horse") },
				"Lookup": func() (godocker.User, error) { return a.Lookup(t.Context(), "ann") },
			} {
				got, err := f()
				if err != nil || !same(got, tt.want) || !got.Active || got.Email != stored.Email {
					t.Errorf("%s: %+v, %v", what, got, err)
				}
			}
		})
	}
}
