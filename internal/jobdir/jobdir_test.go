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

func TestPathIsAPairtree(t *testing.T) {
	tree := jobdir.New("/srv", 0o750)
	for id, want := range map[int64]string{7: "7/task", 60: "60/task", 123: "12/3/task", 1234: "12/34/task", 1234567: "12/34/56/7/task"} {
		if got := tree.Path(&godocker.Task{ID: id}); got != "/srv/tasks/pairtree_root/"+want {
			t.Errorf("Path(%d) = %s", id, got)
		}
	}
	child := &godocker.Task{ID: 62, ParentID: 60, Requirements: godocker.Requirements{Array: godocker.Array{TaskID: 3}}}
	if got := tree.Path(child); got != "/srv/tasks/pairtree_root/60/task/3" {
		t.Errorf("Path of an element = %s", got)
	}
}

func create(t *testing.T) (*jobdir.Tree, *godocker.Task, string) {
	t.Helper()
	tree := jobdir.New(t.TempDir(), 0o750)
	task := &godocker.Task{ID: 12, User: godocker.Owner{UID: 4242, GID: 4243}, Command: godocker.Command{Script: "echo hi\n"}}
	if err := tree.Create(task, []byte("A=b\n")); err != nil {
		t.Fatal(err)
	}
	return tree, task, tree.Path(task)
}

func TestFolderBelongsToItsOwner(t *testing.T) {
	_, _, dir := create(t)
	for name, mode := range map[string]os.FileMode{".": 0o750 | os.ModeDir, "cmd.sh": 0o755, "god.env": 0o644} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		st := info.Sys().(*syscall.Stat_t)
		if info.Mode() != mode || st.Uid != 4242 || st.Gid != 4243 {
			t.Errorf("%s: mode %v, owner %d:%d", name, info.Mode(), st.Uid, st.Gid)
		}
	}
}

func TestCreateAgainDoesNotFollowLinks(t *testing.T) {
	tree, task, dir := create(t)
	victim := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(dir, "cmd.sh")
	if err := errors.Join(os.Remove(script), os.Symlink(victim, script)); err != nil {
		t.Fatal(err)
	}
	if err := tree.Create(task, nil); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(victim); string(b) != "precious" {
		t.Fatalf("the link was followed: %q", b)
	}
	if info, _ := os.Lstat(script); !info.Mode().IsRegular() {
		t.Fatalf("cmd.sh is %v", info.Mode())
	}
}

func TestOpenStaysInside(t *testing.T) {
	tree, task, dir := create(t)
	for name, target := range map[string]string{"out": "/etc/passwd", "up": "../..", "in": "cmd.sh"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"out", "up/12", "../task/cmd.sh", "/etc/passwd", "pipe", "absent", "cmd.sh/x", "a\x00b"} {
		if f, err := tree.Open(task, name); !errors.Is(err, godocker.NotFound) {
			t.Errorf("Open(%q) = %v, %v; want not found", name, f, err)
		}
	}
	for _, name := range []string{"", "cmd.sh", "in", "./cmd.sh"} {
		f, err := tree.Open(task, name)
		if err != nil {
			t.Errorf("Open(%q) = %v", name, err)
			continue
		}
		f.Close()
	}
}

func TestRemoveLeavesNothing(t *testing.T) {
	shared := t.TempDir()
	tree := jobdir.New(shared, 0o750)
	task := &godocker.Task{ID: 1234}
	for range 2 {
		if err := tree.Create(task, nil); err != nil {
			t.Fatal(err)
		}
		if err := tree.Remove(task); err != nil {
			t.Fatal(err)
		}
		if err := tree.Remove(task); err != nil {
			t.Fatalf("second Remove: %v", err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(shared, "tasks/pairtree_root/*")); len(left) != 0 {
		t.Fatalf("left behind: %v", left)
	}
}

// A container that runs already must find its script at any moment while another
// process makes the folder anew.
func TestCreateAgainNeverTakesTheScriptAway(t *testing.T) {
	tree, task, dir := create(t)
	done := make(chan error, 2)
	for range 2 {
		go func() {
			for range 200 {
				if err := tree.Create(task, nil); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for left := 2; left > 0; {
		if text, err := os.ReadFile(filepath.Join(dir, "cmd.sh")); err != nil || string(text) != task.Command.Script {
			t.Fatalf("the script is %q, %v", text, err)
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			left--
		default:
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("left in the folder: %v, %v", entries, err)
	}
}

func TestCreateReplacesAFolderInTheScriptsPlace(t *testing.T) {
	tree, task, dir := create(t)
	script := filepath.Join(dir, "cmd.sh")
	if err := errors.Join(os.Remove(script), os.MkdirAll(filepath.Join(script, "deep"), 0o700)); err != nil {
		t.Fatal(err)
	}
	if err := tree.Create(task, nil); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(script); err != nil || string(text) != task.Command.Script {
		t.Errorf("the script is %q, %v", text, err)
	}
}

func TestFolderOfAnotherTaskIsMovedAside(t *testing.T) {
	tree, task, dir := create(t)
	if err := os.WriteFile(filepath.Join(dir, "result"), []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := tree.Create(task, nil); err != nil { // the same task again
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "result")); err != nil {
		t.Fatal("the task's own folder was not kept")
	}
	other := *task
	other.User = godocker.Owner{ID: "eve", UID: 4300, GID: 4300}
	if err := tree.Create(&other, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "result")); err == nil {
		t.Error("eve has the files of another task")
	}
	if b, err := os.ReadFile(dir + ".before-1/result"); err != nil || string(b) != "precious" {
		t.Errorf("the earlier task's files are gone: %v", err)
	}
}
