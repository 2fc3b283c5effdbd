package jobdir

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"godocker"

	"golang.org/x/sys/unix"
)

// Names of files that are not whole yet are partHead, the name to be, something
// random, and partTail.
const (
	partHead = "."
	partTail = ".part"
)

// Has reports whether a task's folder holds a plain file of that name, and its size.
func (t *Tree) Has(task *godocker.Task, name string) (size int64, ok bool, err error) {
	root, err := os.OpenRoot(t.Path(task))
	if err != nil {
		return 0, false, err
	}
	defer root.Close()
	info, err := root.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return 0, false, nil
	}
	return info.Size(), true, nil
}

// Receive has fill write a file of the task's owner, or of root's for a task that runs
// as root. It takes its name, from whatever has it, once it is whole and on disk; until
// then it is the server's. What a process left that died meanwhile is removed.
func (t *Tree) Receive(task *godocker.Task, name string, fill func(io.Writer) error) error {
	root, err := os.OpenRoot(t.Path(task))
	if err != nil {
		return err
	}
	defer root.Close()
	return receive(root, task, name, fill)
}

// Put is Receive for a file in a folder below the task's, which has to be there:
// godocker.NotFound. It replaces no folder.
func (t *Tree) Put(task *godocker.Task, name string, fill func(io.Writer) error) error {
	missing := godocker.Errorf(godocker.NotFound, "task %d has no folder %q", task.ID, path.Dir(name))
	root, err := os.OpenRoot(t.Path(task))
	if err != nil {
		return missing
	}
	defer root.Close()
	dir, err := root.OpenRoot(path.Dir(name))
	if err != nil {
		return missing
	}
	defer dir.Close()
	if info, err := dir.Lstat(path.Base(name)); err == nil && !info.Mode().IsRegular() {
		return godocker.Errorf(godocker.Conflict, "%q is there, and is no file", name)
	}
	return receive(dir, task, path.Base(name), fill)
}

func receive(root *os.Root, task *godocker.Task, name string, fill func(io.Writer) error) error {
	if err := clearParts(root, name); err != nil {
		return err
	}
	part := partHead + name + "-" + rand.Text() + partTail
	f, err := root.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	uid, gid := task.User.UID, task.User.GID
	if task.Container.Root {
		uid, gid = 0, 0
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == nil {
		err = fill(f)
	}
	if err == nil {
		err = errors.Join(f.Sync(), f.Chown(uid, gid), f.Chmod(0o644))
	}
	if err == nil {
		err = place(root, part, name)
	}
	if err != nil {
		return errors.Join(err, f.Close(), root.RemoveAll(part))
	}
	return f.Close()
}

// place gives a file its name, in place of whatever has it.
func place(root *os.Root, from, to string) error {
	if root.Rename(from, to) == nil {
		return nil
	}
	if err := root.RemoveAll(to); err != nil { // a folder, which no file replaces
		return err
	}
	return root.Rename(from, to)
}

// clearParts removes parts of a file that nobody is writing to: whoever does has a
// lock on it, which goes with the process.
func clearParts(root *os.Root, name string) error {
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	names, err := dir.Readdirnames(-1)
	if err := errors.Join(err, dir.Close()); err != nil {
		return err
	}
	for _, n := range names {
		if !strings.HasPrefix(n, partHead+name+"-") || !strings.HasSuffix(n, partTail) {
			continue
		}
		f, err := root.OpenFile(n, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW, 0)
		if err != nil {
			continue // a link, or gone
		}
		if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			err = root.RemoveAll(n)
		}
		if err := errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("%s: %w", n, err)
		}
	}
	return nil
}
