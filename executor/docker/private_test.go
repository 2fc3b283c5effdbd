package docker_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/moby/moby/client"

	"godocker"
	"godocker/executor"
	"godocker/executor/docker"
	realregistry "godocker/test/registry"
)

// private is a registry that lets ann in, and her login.
func private(t *testing.T) (*realregistry.Registry, *executor.RegistryLogin) {
	t.Helper()
	r, err := realregistry.Start(t.TempDir(), map[string]string{"ann": "open sesame"})
	must(t, err)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r, &executor.RegistryLogin{Registry: r.Address, Username: "ann", Password: "open sesame"}
}

func push(t *testing.T, r *realregistry.Registry, image, as string) string {
	t.Helper()
	name, err := r.Push(t.Context(), image, as, "ann", "open sesame")
	must(t, err)
	return name
}

// An image that wants a password is fetched with the login of who asks, and with no
// other; what the registry says against it is the reason.
func TestPrivateImage(t *testing.T) {
	r, ann := private(t)
	e := engine(t, docker.Config{})
	image := push(t, r, busybox, "lab/tool:1")
	wrong := *ann
	wrong.Password = "wrong"
	for _, login := range []*executor.RegistryLogin{nil, &wrong} {
		a := named(t, shell("true"))
		a.Image, a.Login = image, login
		got, err := e.Start(t.Context(), a)
		if !errors.Is(err, executor.ErrCannotStart) || !strings.Contains(err.Error(), "auth") || strings.Contains(err.Error(), "sesame") {
			t.Fatalf("Start = %+v, %v", got, err)
		}
		if _, no := errors.AsType[executor.RegistryRefusal](e.(executor.Registrar).Ask(t.Context(), image, login)); !no {
			t.Error("the registry is said to let them in")
		}
	}
	a := named(t, shell("exit 3"))
	a.Image, a.Login = image, ann
	must(t, e.(executor.Registrar).Ask(t.Context(), image, ann))
	got, err := e.Start(t.Context(), a)
	must(t, err)
	if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 3 {
		t.Errorf("%+v", s)
	}
	repository := r.Address + "/lab/tool@sha256:"
	if !strings.HasPrefix(got.Digest, repository) || len(got.Digest) != len(repository)+64 {
		t.Errorf("digest %q", got.Digest)
	}
	// The very image, by what ran.
	b := named(t, shell("true"))
	b.Image, b.Login = got.Digest, ann
	again, err := e.Start(t.Context(), b)
	must(t, err)
	if again.Digest != got.Digest {
		t.Errorf("%q was started as %q", again.Digest, got.Digest)
	}
}

func TestAskWithoutARegistry(t *testing.T) {
	r, ann := private(t)
	image := push(t, r, busybox, "lab/tool:1")
	x := engine(t, docker.Config{}).(executor.Registrar)
	if _, no := errors.AsType[executor.RegistryRefusal](x.Ask(t.Context(), r.Address+"/lab/tool:2", ann)); !no {
		t.Error("a tag that is not there is no refusal")
	}
	must(t, r.Down())
	err := x.Ask(t.Context(), image, ann)
	if _, no := errors.AsType[executor.RegistryRefusal](err); no || err == nil {
		t.Errorf("a registry that is away: %v", err)
	}
}

// While somebody waits for a registry, others start.
func TestAskingHoldsNobodyUp(t *testing.T) {
	e := engine(t, docker.Config{MaxCreates: 1})
	slow, quick := named(t, shell("true")), named(t, shell("true"))
	slow.MayUse = func(ctx context.Context) error {
		_, err := e.Start(ctx, quick)
		return err
	}
	ctx, cancel := context.WithTimeout(t.Context(), settle)
	defer cancel()
	got, err := e.Start(ctx, slow)
	must(t, err)
	wait(t, e, got.Handle, executor.Exited)
}

func TestPullPolicies(t *testing.T) {
	r, ann := private(t)
	e := engine(t, docker.Config{})
	image := push(t, r, busybox, "lab/tool:1")
	start := func(p godocker.PullPolicy) (executor.Started, error) {
		a := named(t, shell("sleep 100"))
		a.Image, a.Login, a.Pull = image, ann, p
		got, err := e.Start(t.Context(), a)
		if err == nil { // once more, as after a crash: nothing is fetched for it
			must(t, r.Down())
			if again, err := e.Start(t.Context(), a); err != nil || again.Handle != got.Handle {
				t.Errorf("%s, the second time: %+v, %v", p, again, err)
			}
			must(t, r.Up())
		}
		return got, err
	}
	if got, err := start(godocker.PullNever); !errors.Is(err, executor.ErrCannotStart) || !strings.Contains(err.Error(), "its pull policy is never") {
		t.Fatalf("never: %+v, %v", got, err)
	}
	first, err := start(godocker.PullIfNotPresent)
	must(t, err)
	push(t, r, committed(t, image), "lab/tool:2")
	must(t, r.Retag(t.Context(), "lab/tool", "2", "1", "ann", "open sesame"))
	for _, c := range []struct {
		policy godocker.PullPolicy
		newer  bool
	}{{"", false}, {godocker.PullNever, false}, {godocker.PullAlways, true}, {godocker.PullNever, true}} {
		got, err := start(c.policy)
		must(t, err)
		if (got.Digest != first.Digest) != c.newer {
			t.Errorf("%q: %s after %s", c.policy, got.Digest, first.Digest)
		}
	}
}

// committed makes another image of one.
func committed(t *testing.T, image string) string {
	t.Helper()
	api := rawClient(t)
	base := named(t, shell("true"))
	base.Image = image
	must(t, docker.CreateOnly(t.Context(), engine(t, docker.Config{}), base))
	const other = "godocker/test-newer:1"
	_, err := api.ContainerCommit(t.Context(), base.Name(), client.ContainerCommitOptions{Reference: other, Changes: []string{"ENV NEWER=yes"}})
	must(t, err)
	t.Cleanup(func() {
		_, err := api.ImageRemove(context.Background(), other, client.ImageRemoveOptions{Force: true})
		must(t, err)
	})
	return other
}
