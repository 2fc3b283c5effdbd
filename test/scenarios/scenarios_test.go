// Package scenarios tells stories of users to a real server, and checks that they
// come true: godockerd as a process of its own on real Docker, and the client as
// people type it. Each story is a file in testdata; the words beside those of
// testscript are in commands_test.go.
package scenarios

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/moby/moby/client"
	"github.com/rogpeppe/go-internal/testscript"
)

const debian = "godocker/debian:12"

// cpus is how many the engine has.
var cpus int

var images = []string{debian, "godocker/busybox:1", "godocker/static:1", "godocker/notebook:1"}

// bin is where the programs are, under all their names.
var bin string

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "scenarios:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if err := prepared(); err != nil {
		return 1, fmt.Errorf("%w\nThese tests need Docker, the test images and a built runner: run `make test`", err)
	}
	if bin, err = os.MkdirTemp("", "god-bin-"); err != nil {
		return 1, err
	}
	defer os.RemoveAll(bin)
	if err := build(); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

func prepared() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	api, err := client.New()
	if err != nil {
		return err
	}
	defer api.Close()
	for _, image := range images {
		if _, err := api.ImageInspect(ctx, image); err != nil {
			return err
		}
	}
	info, err := api.Info(ctx, client.InfoOptions{})
	if err != nil {
		return err
	}
	cpus = info.Info.NCPU
	_, err = os.Stat("../../internal/carried/bin/godrun")
	return err
}

// build makes the programs from the source as it is now.
func build() error {
	if err := readSource(); err != nil {
		return err
	}
	cmd := exec.Command("go", "build", "-o", bin, "godocker/cmd/god", "godocker/cmd/godockerd")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	for _, name := range []string{"godlogin", "godjob", "godbatch", "godfile", "godimage", "godproject", "goduser", "godssh"} {
		for _, suffix := range []string{"", ".py"} {
			if err := os.Symlink("god", filepath.Join(bin, name+suffix)); err != nil {
				return err
			}
		}
	}
	return nil
}

// readSource opens every folder of the source, so that the go command, which sees
// what a test opens and not what its children read, does not take the result of an
// earlier source for this one's.
func readSource() error {
	return filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if name := d.Name(); err == nil && d.IsDir() && (name == "node_modules" || path == "../../var" || path == "../../bin" || len(name) > 2 && name[0] == '.') {
			return filepath.SkipDir
		}
		return err
	})
}

func TestScenarios(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup:               setUp,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server": server, "as": as, "task": task, "exits": exits, "waitfor": waitfor, "http": request, "token": token, "append": appendLine, "directory": directory, "serves": serves,
			"registry": registryCmd, "push": push, "forget": forget, "guarded": guarded, "container": containerOf, "swarm": swarm,
		},
	})
}
