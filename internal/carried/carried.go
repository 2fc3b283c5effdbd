// Package carried holds the runner, which the server carries to where the nodes
// find it. The runner is built before the server, into the folder bin beside this
// file.
package carried

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

//go:embed all:bin
var bin embed.FS

// Install puts the runner into <shared>/bin, unless the same one is there, and
// returns its path. Containers that run already keep the one they started with.
func Install(shared string) (string, error) {
	runner, err := bin.ReadFile("bin/godrun")
	if err != nil {
		return "", errors.New("this build carries no runner; build with: make build")
	}
	path := filepath.Join(shared, "bin", "godrun")
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, runner) {
		return path, os.Chmod(path, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	return path, replace(path, runner)
}

func replace(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".godrun-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err := errors.Join(err, f.Chmod(0o755), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing the runner: %w", err)
	}
	return os.Rename(f.Name(), path)
}
