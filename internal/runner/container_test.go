package runner_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/client"

	"godocker/internal/runner/spec"
)

const (
	debian  = "godocker/debian:12"
	busybox = "godocker/busybox:1"
	static  = "godocker/static:1"

	uid, gid = 1234, 1235
)

var (
	api    *client.Client
	godrun string // the program under test
)

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "godrun")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := errors.Join(os.Chmod(dir, 0o755), prepare(dir)); err != nil {
		fmt.Fprintf(os.Stderr, "these tests need root, a Docker engine and the test images: run `make test`, "+
			"or test/backends/docker/up.sh and test/images/build.sh\n%v\n", err)
		return 1
	}
	return m.Run()
}

func prepare(dir string) (err error) {
	godrun = filepath.Join(dir, "godrun")
	if err := build(godrun, "godocker/cmd/godrun"); err != nil {
		return err
	}
	if api, err = client.New(); err != nil {
		return err
	}
	for _, image := range []string{debian, busybox, static} {
		if _, err := api.ImageInspect(context.Background(), image); err != nil {
			return err
		}
	}
	return nil
}

// build makes a static program, as the product's own build does.
func build(file, pkg string) error {
	c := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, pkg)
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// A box is a task's folder and the container that runs it.
type box struct {
	image   string
	folder  string
	spec    spec.Spec
	config  container.Config
	host    container.HostConfig
	session *spec.Session // of an interactive task
	id      string
	exited  <-chan container.WaitResponse
	failure <-chan error
}

// newBox makes a folder as the server does. An empty script leaves cmd.sh out.
func newBox(t *testing.T, image, script string) *box {
	t.Helper()
	b := &box{image: image, folder: filepath.Join(t.TempDir(), "task")}
	b.spec = spec.Spec{Task: 12, Attempt: 1, UID: uid, GID: gid, Groups: []int{10, 20}}
	must(t, os.Mkdir(b.folder, 0o750))
	if script != "" {
		must(t, os.WriteFile(filepath.Join(b.folder, spec.Script), []byte(script), 0o755))
		must(t, os.Chown(filepath.Join(b.folder, spec.Script), uid, gid))
	}
	must(t, os.Chown(b.folder, uid, gid))
	b.host = container.HostConfig{
		CapDrop:     []string{"ALL"},
		CapAdd:      []string{"SETUID", "SETGID", "SETPCAP", "CHOWN", "DAC_OVERRIDE", "KILL"},
		SecurityOpt: []string{"no-new-privileges"},
		NetworkMode: "none",
		Mounts: []mount.Mount{
			{Type: mount.TypeBind, Source: b.folder, Target: spec.Dir},
			{Type: mount.TypeBind, Source: godrun, Target: spec.Path, ReadOnly: true},
		},
	}
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// start begins the attempt in a new container.
func (b *box) start(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	b.config.Image, b.config.Entrypoint = b.image, b.spec.Args()
	made, err := api.ContainerCreate(ctx, client.ContainerCreateOptions{Config: &b.config, HostConfig: &b.host})
	must(t, err)
	b.id = made.ID
	t.Cleanup(func() {
		_, err := api.ContainerRemove(context.Background(), made.ID, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
		must(t, err)
	})
	if b.session != nil {
		_, err := api.CopyToContainer(ctx, b.id, client.CopyToContainerOptions{DestinationPath: "/", Content: b.sessionFile(t)})
		must(t, err)
	}
	wait := api.ContainerWait(ctx, b.id, client.ContainerWaitOptions{Condition: container.WaitConditionNextExit})
	b.exited, b.failure = wait.Result, wait.Error
	_, err = api.ContainerStart(ctx, b.id, client.ContainerStartOptions{})
	must(t, err)
}

// end waits for the container and returns its exit code.
func (b *box) end(t *testing.T) int {
	t.Helper()
	select {
	case r := <-b.exited:
		return int(r.StatusCode)
	case err := <-b.failure:
		t.Fatal(err)
	case <-time.After(30 * time.Second):
		t.Fatalf("the container does not end; it said %q, %q", b.read(t, spec.Log), b.read(t, spec.ErrLog))
	}
	return -1
}

func (b *box) run(t *testing.T) int {
	t.Helper()
	b.start(t)
	return b.end(t)
}

func (b *box) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(b.folder, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return string(text)
}

// says waits until the script has written a word.
func (b *box) says(t *testing.T, word string) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(30 * time.Second); !strings.Contains(b.read(t, spec.Log), word); {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("the script does not say %q; it said %q, %q", word, b.read(t, spec.Log), b.read(t, spec.ErrLog))
		}
	}
}

func (b *box) result(t *testing.T) spec.Result {
	t.Helper()
	r, err := spec.ReadResult(b.folder, b.spec.Attempt)
	must(t, err)
	return r
}

func (b *box) signal(t *testing.T, name string) {
	t.Helper()
	_, err := api.ContainerKill(t.Context(), b.id, client.ContainerKillOptions{Signal: name})
	must(t, err)
}

// want compares the exit code, what was written and what was complained of.
func (b *box) want(t *testing.T, code int, log, errs string) {
	t.Helper()
	got := b.run(t)
	gotLog, gotErrs := b.read(t, spec.Log), b.read(t, spec.ErrLog)
	if got != code || gotLog != log || (errs == "") != (gotErrs == "") || !strings.Contains(gotErrs, errs) {
		t.Errorf("%s: exit %d, log %q, err %q; want %d, %q, %q", b.image, got, gotLog, gotErrs, code, log, errs)
	}
}
