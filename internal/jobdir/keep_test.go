package jobdir_test

import (
	"os"
	"path/filepath"
	"testing"

	"godocker"
)

func TestKeep(t *testing.T) {
	tree, task, dir := create(t)
	task.Attempt = 1
	secret := filepath.Join(t.TempDir(), "secret")
	for _, err := range []error{
		os.WriteFile(filepath.Join(dir, "god.log"), []byte("first"), 0o644),
		os.WriteFile(secret, []byte("x"), 0o600),
		os.Symlink(secret, filepath.Join(dir, "god.err")), // what the task may have done to it
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := tree.Keep(task); err != nil {
			t.Fatal(err)
		}
	}
	if b, err := os.ReadFile(filepath.Join(dir, "god.log.1")); err != nil || string(b) != "first" {
		t.Errorf("god.log.1 is %q, %v", b, err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "god.log")); err == nil {
		t.Error("the next attempt finds the log of the first")
	}
	if b, err := os.ReadFile(secret); err != nil || string(b) != "x" {
		t.Errorf("what the link led to is %q, %v", b, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "god.log"), []byte("second"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := tree.Keep(task); err != nil { // a process that comes late
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "god.log")); err != nil || string(b) != "second" {
		t.Errorf("the second attempt's log is %q, %v", b, err)
	}
	if err := tree.Keep(&godocker.Task{ID: 4711, Life: godocker.Life{Attempt: 1}}); err != nil {
		t.Errorf("without a folder: %v", err)
	}
}
