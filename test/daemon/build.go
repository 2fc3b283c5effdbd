package daemon

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build builds the server, with a fresh runner in it, and the client into dir. Its
// working folder may be anywhere in the module.
func Build(dir string) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	runner := filepath.Join(dir, "godrun")
	if err := goBuild(root, runner, "./cmd/godrun"); err != nil {
		return err
	}
	if err := carry(runner, filepath.Join(root, "internal", "carried", "bin", "godrun")); err != nil {
		return err
	}
	return errors.Join(
		goBuild(root, filepath.Join(dir, "godockerd"), "./cmd/godockerd"),
		goBuild(root, filepath.Join(dir, "god"), "./cmd/god"))
}

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("this is not inside the module's source")
		}
	}
	return "", err
}

func goBuild(root, to, pkg string) error {
	c := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", to, pkg)
	c.Dir, c.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// carry puts the runner where the server's build takes it from, in one step, as
// other builds may go on.
func carry(runner, to string) error {
	text, err := os.ReadFile(runner)
	if err != nil {
		return err
	}
	if have, err := os.ReadFile(to); err == nil && bytes.Equal(have, text) {
		return nil
	}
	tmp := filepath.Join(filepath.Dir(filepath.Dir(to)), fmt.Sprintf(".godrun-%d", os.Getpid()))
	if err := os.WriteFile(tmp, text, 0o755); err != nil {
		return err
	}
	return os.Rename(tmp, to)
}
