package jobdir

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"godocker"
)

// mostBytes is what a folder counts for at most, whatever its owner pretends.
const mostBytes = 1 << 50

// Size is how many bytes the files in a task's folder have, with all below it. It looks
// at no more than so many entries (0 = all), and says whether that was enough. A file
// with several names counts once; one with holes counts for what is not a hole. A
// folder that does not exist has nothing in it, and one in it that cannot be read counts
// for nothing.
func (t *Tree) Size(ctx context.Context, task *godocker.Task, most int) (bytes int64, all bool, err error) {
	root, err := os.OpenRoot(t.Path(task))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, true, nil
	}
	if err != nil {
		return 0, false, err
	}
	defer root.Close()
	w := weigher{ctx: ctx, most: most, seen: map[[2]uint64]bool{}}
	err = w.folder(root)
	if errors.Is(err, errEnough) {
		return 0, false, nil
	}
	return min(w.bytes, mostBytes), err == nil, err
}

var errEnough = errors.New("there are more entries")

type weigher struct {
	ctx     context.Context
	bytes   int64
	n, most int
	seen    map[[2]uint64]bool // files with several names
}

// folder adds what lies in a folder. The task's owner may change it under way.
func (w *weigher) folder(root *os.Root) error {
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	for {
		entries, err := dir.ReadDir(200)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, e := range entries {
			if w.n++; w.most > 0 && w.n > w.most {
				return errEnough
			}
			if err := w.ctx.Err(); err != nil {
				return err
			}
			if err := w.entry(root, e); err != nil {
				return err
			}
		}
	}
}

func (w *weigher) entry(root *os.Root, e fs.DirEntry) error {
	if e.IsDir() {
		sub, err := root.OpenRoot(e.Name())
		if err != nil {
			return nil //nolint:nilerr // it is gone, or something else by now
		}
		defer sub.Close()
		return w.folder(sub)
	}
	info, err := root.Lstat(e.Name())
	if err != nil || !info.Mode().IsRegular() {
		return nil //nolint:nilerr // likewise
	}
	w.add(info)
	return nil
}

// holes is from which size on a file is looked at for holes: what was just written
// may not be on disk yet, and is there nevertheless.
const holes = 1 << 30

func (w *weigher) add(info fs.FileInfo) {
	size := info.Size()
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		if st.Nlink > 1 {
			key := [2]uint64{st.Dev, st.Ino}
			if w.seen[key] {
				return
			}
			w.seen[key] = true
		}
		if size > holes {
			size = min(size, st.Blocks*512)
		}
	}
	w.bytes = min(w.bytes+size, mostBytes)
}
