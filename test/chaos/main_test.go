package chaos

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"godocker/test/daemon"
)

const image = "godocker/busybox:1"

// bin is the folder of the programs.
var bin string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if out, err := exec.Command("docker", "image", "inspect", image).CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "these tests need a Docker engine and the test images: run `make test`\n%v %s\n", err, out)
		return 1
	}
	if os.Getenv("GODOCKER_TEST_POSTGRES") == "" {
		fmt.Fprintln(os.Stderr, "these tests need PostgreSQL: run `make test`, or set GODOCKER_TEST_POSTGRES to what test/backends/postgres/up.sh prints")
		return 1
	}
	var err error
	if bin, err = os.MkdirTemp("", "godocker-chaos-"); err == nil {
		defer os.RemoveAll(bin)
		err = daemon.Build(bin)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// install makes a server in a folder of its own, not yet running.
func install(t *testing.T, o daemon.Options) *daemon.Server {
	t.Helper()
	o.Bin = bin
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	if o.Cluster == "" {
		o.Cluster = daemon.Name("chaos")
	}
	s, err := daemon.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Kill()
		if t.Failed() {
			t.Logf("the end of the server's log:\n%s", s.LogEnd())
		}
	})
	return s
}

func start(t *testing.T, s *daemon.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), startTime)
	defer cancel()
	if err := s.Start(ctx); err != nil {
		t.Fatal(err)
	}
}
