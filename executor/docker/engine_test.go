package docker_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"godocker"
	"godocker/executor"
	"godocker/executor/docker"
	"godocker/internal/runner/spec"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wait(t testing.TB, e executor.Executor, h executor.Handle, want executor.Phase) executor.Status {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(settle); ; {
		got, err := e.Inspect(t.Context(), []executor.Handle{h})
		must(t, err)
		if got[0].Phase == want {
			return got[0]
		}
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("%+v, want %s", got[0], want)
		}
	}
}

// named gives an assignment a name that no earlier run of the tests left behind.
func named(t testing.TB, a executor.Assignment) executor.Assignment {
	a.Cluster, a.Task, a.Attempt = fmt.Sprintf("e%d", time.Now().UnixNano()), 1, 1
	t.Cleanup(func() {
		e := engine(t, docker.Config{})
		if err := e.Remove(context.Background(), executor.Handle(a.Name())); err != nil {
			t.Error(err)
		}
	})
	return a
}

func rawClient(t testing.TB) *client.Client {
	t.Helper()
	api, err := client.New()
	must(t, err)
	t.Cleanup(func() { _ = api.Close() })
	return api
}

func TestEngineAway(t *testing.T) {
	e := engine(t, docker.Config{URL: "unix://" + filepath.Join(t.TempDir(), "docker.sock")})
	ctx := t.Context()
	_, err := e.Start(ctx, named(t, shell("true")))
	if err == nil || errors.Is(err, executor.ErrCannotStart) || errors.Is(err, executor.ErrNoRoom) {
		t.Errorf("Start: %v, want an error of the third kind", err)
	}
	h := executor.Handle("god-c-1-1")
	_, inspect := e.Inspect(ctx, []executor.Handle{h})
	_, batch := e.Inspect(ctx, make([]executor.Handle, 100))
	_, nodes := e.Nodes(ctx)
	for what, err := range map[string]error{
		"Inspect": inspect, "Inspect of many": batch, "Nodes": nodes,
		"Kill": e.Kill(ctx, h, time.Second), "Remove": e.Remove(ctx, h),
		"Ends": e.(executor.Ender).Ends(ctx, "c", func() { t.Error("ready without an engine") }, func(executor.Handle) {}),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

func TestCannotStartSaysWhy(t *testing.T) {
	e := engine(t, docker.Config{})
	for name, test := range map[string]struct {
		change func(*executor.Assignment)
		word   string
	}{
		"no such command":   {func(a *executor.Assignment) { a.Command = []string{"/no/such/command"} }, "/no/such/command"},
		"bad image name":    {func(a *executor.Assignment) { a.Image = "UPPER:case:x" }, "reference"},
		"too many cores":    {func(a *executor.Assignment) { a.CPU = 100000 }, "CPU"},
		"too little memory": {func(a *executor.Assignment) { a.RAM = 1 }, "memory"},
		"missing mount": {func(a *executor.Assignment) {
			a.Mounts = []executor.Mount{{Source: "/no/such/folder", Target: "/x"}}
		}, "/no/such/folder"},
	} {
		a := named(t, shell("true"))
		test.change(&a)
		_, err := e.Start(t.Context(), a)
		if !errors.Is(err, executor.ErrCannotStart) || !strings.Contains(err.Error(), test.word) {
			t.Errorf("%s: %v, want ErrCannotStart with %q", name, err, test.word)
		}
		wait(t, e, executor.Handle(a.Name()), executor.Lost)
	}
}

// The process that created the container died before it could start it.
func TestTakesOverFromADeadCreator(t *testing.T) {
	e := engine(t, docker.Config{})
	docker.SetPatience(e, 100*time.Millisecond)
	a := named(t, shell(`[ "$(cat /.the-secret)" = it ] && exit 3`))
	a.Secret = &executor.Secret{Path: "/.the-secret", Content: []byte("it")}
	h := executor.Handle(a.Name())
	must(t, docker.CreateOnly(t.Context(), e, a))
	wait(t, e, h, executor.Waiting)
	got, err := e.Start(t.Context(), a)
	must(t, err)
	if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 3 {
		t.Errorf("%+v", s)
	}
}

// Whatever the author of an image put in the place of a secret leads it nowhere.
func TestSecretTakesAnyPlace(t *testing.T) {
	api := rawClient(t)
	e := engine(t, docker.Config{})
	for i, trap := range []string{"ln -s /out/stolen /.the-secret", "mkdir -p /.the-secret/folder", "echo forged >/.the-secret; chmod 666 /.the-secret"} {
		maker := named(t, shell(trap))
		got, err := e.Start(t.Context(), maker)
		must(t, err)
		wait(t, e, got.Handle, executor.Exited)
		image := fmt.Sprintf("godocker/test-trap:%d", i)
		_, err = api.ContainerCommit(t.Context(), maker.Name(), client.ContainerCommitOptions{Reference: image})
		must(t, err)
		t.Cleanup(func() {
			_, err := api.ImageRemove(context.Background(), image, client.ImageRemoveOptions{Force: true})
			must(t, err)
		})
		out := t.TempDir()
		a := named(t, shell(`[ "$(cat /.the-secret)" = it ] && [ ! -h /.the-secret ] && ls -l /.the-secret | grep -q '^-rw-------' && exit 3`))
		a.Image, a.Secret = image, &executor.Secret{Path: "/.the-secret", Content: []byte("it")}
		a.Mounts = append(a.Mounts, executor.Mount{Source: out, Target: "/out"})
		got, err = e.Start(t.Context(), a)
		must(t, err)
		if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 3 {
			t.Errorf("after %s: %+v", trap, s)
		}
		if left, err := os.ReadDir(out); err != nil || len(left) > 0 {
			t.Errorf("after %s, the folder has %v, %v", trap, left, err)
		}
		must(t, e.Remove(t.Context(), got.Handle))
	}
}

func TestKillOfOneThatNeverStarted(t *testing.T) {
	e := engine(t, docker.Config{})
	a := named(t, shell("true"))
	h := executor.Handle(a.Name())
	must(t, docker.CreateOnly(t.Context(), e, a))
	must(t, e.Kill(t.Context(), h, time.Second))
	wait(t, e, h, executor.Lost)
}

// What the image says about user, entry point, command and volumes does not count;
// its environment does.
func TestImageDefaults(t *testing.T) {
	api := rawClient(t)
	e := engine(t, docker.Config{})
	base := named(t, shell("true"))
	must(t, docker.CreateOnly(t.Context(), e, base))
	const image = "godocker/test-defaults:1"
	_, err := api.ContainerCommit(t.Context(), base.Name(), client.ContainerCommitOptions{Reference: image, Changes: []string{
		"USER 65534", `ENTRYPOINT ["/bin/false"]`, `CMD ["false"]`, "ENV FROM_IMAGE=yes", "VOLUME /data", "HEALTHCHECK CMD false"}})
	must(t, err)
	t.Cleanup(func() {
		_, err := api.ImageRemove(context.Background(), image, client.ImageRemoveOptions{Force: true})
		must(t, err)
	})
	a := shell(`[ "$(id -u)" = 0 ] && [ "$FROM_IMAGE" = yes ] && [ "$MINE" = too ]`)
	a.Image, a.Env = image, map[string]string{"MINE": "too"}
	a = named(t, a)
	got, err := e.Start(t.Context(), a)
	must(t, err)
	if s := wait(t, e, got.Handle, executor.Exited); s.ExitCode != 0 {
		t.Errorf("%+v", s)
	}
}

// The runner and the driver together, as a task meets them.
func TestWithRunner(t *testing.T) {
	dir := t.TempDir()
	godrun := filepath.Join(dir, "godrun")
	build := exec.Command("go", "build", "-o", godrun, "godocker/cmd/godrun")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	folder := filepath.Join(dir, "task")
	must(t, os.Mkdir(folder, 0o750))
	must(t, os.WriteFile(filepath.Join(folder, spec.Script), []byte("id -un; tail /dev/zero; exit 137"), 0o755))
	must(t, os.Chown(folder, 1234, 1234))
	e := engine(t, docker.Config{})
	a := named(t, executor.Assignment{
		Image: busybox, CPU: 0.5, RAM: 64 << 20, WorkDir: spec.Dir,
		Command: spec.Spec{Task: 1, Attempt: 1, UID: 1234, GID: 1234}.Args(),
		Mounts: []executor.Mount{{Source: folder, Target: spec.Dir},
			{Source: godrun, Target: spec.Path, ReadOnly: true}},
	})
	got, err := e.Start(t.Context(), a)
	must(t, err)
	s := wait(t, e, got.Handle, executor.Exited)
	if s.ExitCode != 137 || s.Outcome != godocker.OutOfMemory {
		t.Errorf("%+v, want out of memory", s)
	}
	r, err := spec.ReadResult(folder, 1)
	if err != nil || r.ExitCode != 137 || r.OOMKills == 0 {
		t.Errorf("result %+v, %v", r, err)
	}
	if log, err := os.ReadFile(filepath.Join(folder, spec.Log)); err != nil || string(log) != "godocker\n" {
		t.Errorf("log %q, %v", log, err)
	}
}
