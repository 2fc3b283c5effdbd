// Package doortest is what tests of doors share: people, a store, tasks, and a port.
package doortest

import (
	"context"
	"log/slog"
	"net"
	"testing"
	"time"

	"godocker"
	"godocker/auth/fake"
	"godocker/auth/local"
	"godocker/internal/account"
	"godocker/plugin"
	"godocker/store"
	"godocker/store/sqlstore"
)

// A Site is what is behind a door.
type Site struct {
	Store store.Store
	Desk  *account.Desk
	Log   *slog.Logger // says nothing
}

// New makes a site with nobody and nothing in it.
func New(t testing.TB) Site {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	s, err := sqlstore.Open(t.Context(), "sqlite::memory:", log)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	people, err := fake.New(t.Context(), plugin.Env{}, fake.Config{})
	must(t, err)
	return Site{Store: s, Desk: account.New(s, people, local.Users(s, nil), "a passphrase", time.Hour), Log: log}
}

// Submit adds a task of a user as the rest of it is given.
func (s Site) Submit(t testing.TB, user string, k godocker.Task) int64 {
	t.Helper()
	k.User = godocker.Owner{ID: user, Project: godocker.DefaultProject}
	k.State, k.Submitted = godocker.Pending, time.Now()
	ids, err := s.Store.Submit(t.Context(), []godocker.Task{k})
	must(t, err)
	return ids[0]
}

// Begin has a task that waits run, and returns its attempt.
func (s Site) Begin(t testing.TB, id int64) store.AttemptKey {
	t.Helper()
	now := time.Now()
	lease, ok, err := s.Store.Acquire(t.Context(), "schedule", "test", now, time.Hour)
	if must(t, err); !ok {
		t.Fatal("nobody leads")
	}
	_, err = s.Store.Claim(t.Context(), lease, now, []store.Claim{{ID: id, Executor: "docker", Node: "localhost"}})
	must(t, err)
	k, err := s.Store.Task(t.Context(), id)
	must(t, err)
	key := store.AttemptKey{ID: id, Attempt: k.Attempt}
	_, err = s.Store.Started(t.Context(), now, []store.Start{{AttemptKey: key, Handle: "h", Node: "localhost"}})
	must(t, err)
	return key
}

// Listen takes a port.
func Listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	return l
}

// Serve has a door serve at a port until the test ends, and fails the test if it could not.
func Serve(t testing.TB, l net.Listener, serve func(context.Context, net.Listener) error) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
