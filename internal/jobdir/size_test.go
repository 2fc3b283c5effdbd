package jobdir_test

import (
	"os"
	"strings"
	"testing"
)

func TestSize(t *testing.T) {
	tree, task, dir := create(t)
	before, all, err := tree.Size(t.Context(), task, 0)
	if err != nil || !all || before != int64(len("echo hi\nA=b\n")) {
		t.Fatalf("%d, %t, %v", before, all, err)
	}
	outside := t.TempDir()
	check(t, os.WriteFile(outside+"/large", []byte(strings.Repeat("x", 5000)), 0o644), os.MkdirAll(dir+"/a/b", 0o755),
		os.WriteFile(dir+"/a/b/c", []byte(strings.Repeat("x", 3000)), 0o644), os.Link(dir+"/a/b/c", dir+"/again"),
		os.WriteFile(dir+"/holes", nil, 0o644), os.Truncate(dir+"/holes", 1<<40), os.Symlink(outside+"/large", dir+"/link"), os.Symlink(outside, dir+"/a/folder"))
	if n, all, err := tree.Size(t.Context(), task, 0); err != nil || !all || n != before+3000 {
		t.Errorf("%d, %t, %v; want %d", n, all, err, before+3000)
	}
	if _, all, err := tree.Size(t.Context(), task, 5); err != nil || all {
		t.Errorf("five entries of more are all: %t, %v", all, err)
	}
	check(t, tree.Remove(task))
	if n, all, err := tree.Size(t.Context(), task, 5); err != nil || !all || n != 0 {
		t.Errorf("without a folder: %d, %t, %v", n, all, err)
	}
}
