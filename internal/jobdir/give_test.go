package jobdir_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"godocker"
	"godocker/internal/jobdir"
)

func check(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestFolderOfARootTask(t *testing.T) {
	tree := jobdir.New(t.TempDir(), 0o750)
	task := &godocker.Task{ID: 12, User: godocker.Owner{UID: 4242, GID: 4243}, Container: godocker.Container{Root: true}}
	check(t, tree.Create(task, nil))
	dir := tree.Path(task)
	victim := filepath.Join(t.TempDir(), "victim")
	owned := func(path string, uid uint32, mode os.FileMode) {
		t.Helper()
		info, err := os.Lstat(path)
		check(t, err)
		if st := info.Sys().(*syscall.Stat_t); st.Uid != uid || info.Mode()&^os.ModeType != mode {
			t.Errorf("%s: owner %d, mode %v; want %d, %v", path, st.Uid, info.Mode(), uid, mode)
		}
	}
	owned(dir, 0, 0o700)
	owned(dir+"/cmd.sh", 0, 0o755)

	check(t, os.WriteFile(victim, nil, 0o600), os.Mkdir(victim+"s", 0o700),
		os.MkdirAll(dir+"/a/b", 0o755), os.WriteFile(dir+"/a/b/shell", nil, 0o755), os.Chmod(dir+"/a/b/shell", 0o755|os.ModeSetuid|os.ModeSetgid),
		os.Chmod(dir+"/a", 0o777|os.ModeSetgid|os.ModeSticky), os.Symlink(victim, dir+"/file"), os.Symlink(victim+"s", dir+"/folder"),
		os.Link(dir+"/a/b/shell", dir+"/again"), syscall.Mkfifo(dir+"/pipe", 0o644))
	for range 2 {
		check(t, tree.Give(task))
		owned(dir, 4242, 0o750)
		owned(dir+"/cmd.sh", 4242, 0o755)
		owned(dir+"/a", 4242, 0o777|os.ModeSticky)
		owned(dir+"/a/b/shell", 4242, 0o755)
		owned(dir+"/again", 4242, 0o755)
		owned(dir+"/file", 4242, 0o777)
		owned(dir+"/pipe", 4242, 0o644)
		owned(victim, 0, 0o600)
		owned(victim+"s", 0, 0o700)
	}
	check(t, tree.Remove(task), tree.Give(task))
}
