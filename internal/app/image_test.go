package app_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/executor/fake"
	"godocker/internal/credential"
	"godocker/store/faulty"
)

// A registrar is an engine whose registry lets people in by password, "" being nobody's.
type registrar struct {
	executor.Executor
	house *house
	mu    sync.Mutex
	lets  map[string]bool
	away  error    // the answer to every question
	early []string // images fetched with a login before they were guarded
}

func (r *registrar) Ask(_ context.Context, image string, login *executor.RegistryLogin) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	password := ""
	if login != nil {
		password = login.Password
	}
	if r.away != nil || r.lets[password] {
		return r.away
	}
	return executor.RegistryRefusal{Words: "unauthorized"}
}

func (r *registrar) Start(ctx context.Context, a executor.Assignment) (executor.Started, error) {
	if a.Login != nil {
		guarded, err := r.house.store.Guarded(ctx, "lab.org/tool")
		r.mu.Lock()
		if err != nil || !guarded && !r.lets[""] {
			r.early = append(r.early, a.Image)
		}
		r.mu.Unlock()
	}
	return r.Executor.Start(ctx, a)
}

// set changes what the registry says, and lets earlier answers grow old.
func (r *registrar) set(away error, lets ...string) {
	r.mu.Lock()
	r.away, r.lets = away, map[string]bool{}
	for _, password := range lets {
		r.lets[password] = true
	}
	r.mu.Unlock()
	r.house.pass(time.Hour)
}

func withRegistry(t *testing.T, hook faulty.Hook, f func(h *house, r *registrar)) {
	lived(t, fake.Config{}, hook, func(h *house) {
		r := &registrar{Executor: h.engine, house: h}
		h.engine = r
		h.restart()
		for user, password := range map[string]string{"ann": "sesame", "bob": "guess"} {
			secret, err := houseSeal.Close(user, "lab.org", credential.Secret{Password: password})
			if err == nil {
				err = errors.Join(h.store.CreateUser(h.t.Context(), godocker.User{ID: user}),
					h.store.SaveLogin(h.t.Context(), godocker.Login{User: user, Registry: "lab.org", Username: user, Secret: secret}))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		f(h, r)
		if len(r.early) > 0 {
			t.Errorf("fetched before it was guarded: %q", r.early)
		}
	})
}

// run runs a task of somebody's with an image of the registry.
func (h *house) run(user, image string) godocker.Task {
	h.t.Helper()
	return h.until(h.submit("run=1m", func(t *godocker.Task) { t.User.ID, t.Container.Image = user, image }), godocker.Over)
}

func TestPrivateImagesAreGuarded(t *testing.T) {
	withRegistry(t, nil, func(h *house, r *registrar) {
		expect := func(user, image string, want godocker.Outcome, words string) {
			t.Helper()
			got := h.run(user, image)
			if got.Outcome != want || !strings.Contains(got.Reason, words) || strings.Contains(got.Reason, "sesame") {
				t.Errorf("%s with %s: %s %q, want %s %q", user, image, got.Outcome, got.Reason, want, words)
			}
			if (got.Digest != "") != (want == godocker.Succeeded) {
				t.Errorf("%s with %s: digest %q", user, image, got.Digest)
			}
		}
		r.set(nil, "sesame")
		expect("eve", "lab.org/tool:1", godocker.Succeeded, "") // nobody brought anything yet; the engine has what it has
		expect("ann", "lab.org/tool:1", godocker.Succeeded, "")
		for _, image := range []string{"lab.org/tool:1", "lab.org/tool", "lab.org/tool:2", "lab.org/tool@sha256:" + strings.Repeat("0", 64)} {
			expect("eve", image, godocker.CannotStart, "wants a login, and eve has none for lab.org: unauthorized")
			expect("bob", image, godocker.CannotStart, "lab.org does not let bob have "+image)
		}
		expect("ann", "lab.org/tool:2", godocker.Succeeded, "")
		expect("eve", "lab.org/listed:1", godocker.Succeeded, "")
		expect("ann", "lab.org/listed:1", godocker.Succeeded, "")
		expect("eve", "lab.org/listed:1", godocker.Succeeded, "")

		r.set(executor.ErrCannotStart, "sesame")
		expect("ann", "lab.org/tool:1", godocker.CannotStart, "") // nobody can tell
		r.set(nil, "", "sesame", "guess")
		expect("eve", "lab.org/tool:1", godocker.Succeeded, "") // it is for everybody by now,
		r.set(executor.ErrCannotStart)
		expect("eve", "lab.org/tool:1", godocker.Succeeded, "") // and nobody asks any more
	})
}

func TestPublicImagesAreNotGuarded(t *testing.T) {
	withRegistry(t, nil, func(h *house, r *registrar) {
		r.set(nil, "", "sesame")
		if got := h.run("ann", "lab.org/tool:1"); got.Outcome != godocker.Succeeded {
			t.Errorf("%+v", got.Life)
		}
		r.set(executor.ErrCannotStart)
		if got := h.run("eve", "lab.org/tool:1"); got.Outcome != godocker.Succeeded {
			t.Errorf("%+v", got.Life)
		}
	})
}

// Whatever fails on the way, nothing is fetched before it is guarded, and the task runs
// in the end.
func TestGuardingFails(t *testing.T) {
	for _, c := range []faulty.Call{{Method: "Logins", N: 1}, {Method: "Guarded", N: 1}, {Method: "Guard", N: 1}, {Method: "Guard", N: 1, After: true}, {Method: "Guarded", N: 2}} {
		withRegistry(t, faulty.Once(c.Method, c.N, c.After, errors.New("the store is away")), func(h *house, r *registrar) {
			r.set(nil, "sesame")
			if got := h.run("ann", "lab.org/tool:1"); got.Outcome != godocker.Succeeded || got.Attempt != 1 {
				t.Errorf("%+v: %+v", c, got.Life)
			}
			if yes, err := h.store.Guarded(h.t.Context(), "lab.org/tool"); err != nil || !yes {
				t.Errorf("%+v: guarded %v, %v", c, yes, err)
			}
		})
	}
	withRegistry(t, nil, func(h *house, r *registrar) {
		r.set(errors.New("the engine is away"))
		id := h.submit("run=1m", func(t *godocker.Task) { t.Container.Image = "lab.org/tool:1" })
		if got := h.until(id, godocker.Starting); got.Outcome != "" {
			t.Errorf("%+v", got.Life)
		}
		r.set(nil, "sesame")
		if got := h.until(id, godocker.Over); got.Outcome != godocker.Succeeded {
			t.Errorf("%+v", got.Life)
		}
	})
}
