package jobdir

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"godocker"
)

// closed are the permissions of the folder of a task that runs as root. Such a task
// can make programs there that run as root for whoever starts them; so nobody can get
// at the folder until Give has gone through it.
const closed fs.FileMode = 0o700

// Give hands the folder of a task that ran as root to its owner, without following
// links, and takes from the files what would lend root's rights. Nothing of the task
// may run any more. It may be called twice.
func (t *Tree) Give(task *godocker.Task) error {
	root, err := os.OpenRoot(t.Path(task))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer root.Close()
	if given, err := t.given(root, task.User.UID); err != nil || given {
		return err
	}
	if err := give(root, task.User.UID, task.User.GID); err != nil {
		return err
	}
	return own(root, task.User.UID, task.User.GID, t.mode)
}

// given reports whether a folder is its owner's already, as it is once all in it is.
func (t *Tree) given(root *os.Root, uid int) (bool, error) {
	info, err := root.Stat(".")
	if err != nil {
		return false, err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == uid && info.Mode().Perm() == t.mode.Perm(), nil
}

// give goes through a folder from its depths upward, so that a folder is its owner's
// only when all that it holds is. It keeps no more open than the tree is deep.
func give(dir *os.Root, uid, gid int) error {
	d, err := dir.Open(".")
	if err != nil {
		return err
	}
	entries, err := d.ReadDir(-1)
	if err := errors.Join(err, d.Close()); err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			sub, err := dir.OpenRoot(e.Name())
			if err != nil {
				return err
			}
			if err := errors.Join(give(sub, uid, gid), sub.Close()); err != nil {
				return err
			}
		}
		if err := giveOne(dir, e.Name(), uid, gid); err != nil {
			return err
		}
	}
	return nil
}

// giveOne changes one entry. Nobody else is in the folder by now, so that what it is
// does not change under way.
func giveOne(dir *os.Root, name string, uid, gid int) error {
	info, err := dir.Lstat(name)
	if err != nil {
		return err
	}
	if err := dir.Lchown(name, uid, gid); err != nil {
		return err
	}
	const lent = fs.ModeSetuid | fs.ModeSetgid
	if mode := info.Mode(); mode&fs.ModeSymlink == 0 && mode&lent != 0 {
		return dir.Chmod(name, (mode.Perm()|mode&fs.ModeSticky)&^lent)
	}
	return nil
}
