package jobdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"godocker"

	"golang.org/x/sys/unix"
)

// deepest is how many folders within each other Walk goes into.
const deepest = 64

// Walk visits the plain files in a folder of a task and in those below it, by names that
// are relative to the folder, with / between them. It follows no link and passes over what is
// neither a file nor a folder. The files are open only while visit has them; the first
// error of visit ends the walk. A name that is no folder is godocker.NotFound.
func (t *Tree) Walk(task *godocker.Task, name string, visit func(name string, info fs.FileInfo, open func() (*os.File, error)) error) error {
	missing := godocker.Errorf(godocker.NotFound, "task %d has no folder %q", task.ID, name)
	root, err := os.OpenRoot(t.Path(task))
	if err != nil {
		return missing
	}
	defer root.Close()
	if name == "" {
		name = "."
	}
	dir, err := root.OpenRoot(name)
	if err != nil {
		return missing
	}
	defer dir.Close()
	err = walk(dir, "", 0, visit)
	if errors.Is(err, fs.ErrNotExist) {
		return missing
	}
	return err
}

// errGone is what nobody minds below the folder that was asked for.
var errGone = fmt.Errorf("gone meanwhile: %w", fs.ErrNotExist)

func walk(dir *os.Root, at string, depth int, visit func(string, fs.FileInfo, func() (*os.File, error)) error) error {
	d, err := dir.Open(".")
	if err != nil {
		return errGone
	}
	entries, err := d.ReadDir(-1)
	d.Close()
	if err != nil {
		return errGone
	}
	for _, e := range entries {
		info, err := dir.Lstat(e.Name())
		switch {
		case err != nil:
		case info.IsDir() && depth < deepest:
			err = walkInto(dir, e.Name(), path.Join(at, e.Name()), depth+1, visit)
		case info.Mode().IsRegular():
			err = visit(path.Join(at, e.Name()), info, func() (*os.File, error) { return plain(dir, e.Name()) })
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func walkInto(dir *os.Root, name, at string, depth int, visit func(string, fs.FileInfo, func() (*os.File, error)) error) error {
	sub, err := dir.OpenRoot(name)
	if err != nil {
		return errGone
	}
	defer sub.Close()
	return walk(sub, at, depth, visit)
}

// plain opens a file that is still one.
func plain(dir *os.Root, name string) (*os.File, error) {
	f, err := dir.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, fs.ErrNotExist
	}
	return f, nil
}
