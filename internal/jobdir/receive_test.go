package jobdir_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestReceive(t *testing.T) {
	tree, task, dir := create(t)
	victim := filepath.Join(t.TempDir(), "victim")
	left := ".data-LEFT.part"
	for _, err := range []error{
		os.WriteFile(victim, []byte("precious"), 0o600),
		os.Symlink(victim, filepath.Join(dir, "data")),
		os.WriteFile(filepath.Join(dir, left), []byte("half"), 0o600),
		os.Symlink(victim, filepath.Join(dir, ".data-LINK.part")),
		os.MkdirAll(filepath.Join(dir, "more", "deep"), 0o755),
		os.WriteFile(filepath.Join(dir, "whole"), []byte("12345"), 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]bool{"data": false, "more": false, "none": false, "whole": true} {
		if size, ok, err := tree.Has(task, name); err != nil || ok != want || ok && size != 5 {
			t.Errorf("Has(%s) = %d, %t, %v", name, size, ok, err)
		}
	}
	full := errors.New("no space left")
	if err := tree.Receive(task, "none", func(io.Writer) error { return full }); !errors.Is(err, full) {
		t.Errorf("Receive = %v", err)
	}
	if parts, _ := filepath.Glob(filepath.Join(dir, ".none*")); len(parts) > 0 {
		t.Errorf("left: %v", parts)
	}
	for _, name := range []string{"data", "more"} {
		err := tree.Receive(task, name, func(w io.Writer) error {
			if _, err := fmt.Fprint(w, "new"); err != nil {
				return err
			}
			// Another process that comes now leaves alone what is being written.
			return tree.Receive(task, name, func(w io.Writer) error { _, err := fmt.Fprint(w, "other"); return err })
		})
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Lstat(filepath.Join(dir, name))
		if err != nil || !info.Mode().IsRegular() || info.Mode() != 0o644 || info.Sys().(*syscall.Stat_t).Uid != 4242 {
			t.Errorf("%s is %v, %v", name, info, err)
		}
		if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(b) != "new" {
			t.Errorf("%s holds %q, %v", name, b, err)
		}
	}
	if b, err := os.ReadFile(victim); err != nil || string(b) != "precious" {
		t.Errorf("a link was followed: %q, %v", b, err)
	}
	if _, err := os.Lstat(filepath.Join(dir, left)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what was left behind is still there: %v", err)
	}
	task.Container.Root = true
	if err := tree.Receive(task, "roots", func(io.Writer) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(filepath.Join(dir, "roots")); err != nil || info.Sys().(*syscall.Stat_t).Uid != 0 {
		t.Errorf("the file of a task as root: %v, %v", info, err)
	}
}
