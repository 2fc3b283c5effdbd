package jobdir

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"godocker"
)

// Clear is Remove for a folder that may be huge: it ends early if ctx does, and goes on
// where it was when it is called again.
func (t *Tree) Clear(ctx context.Context, task *godocker.Task) error {
	if err := clear(ctx, t.Path(task)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return t.Remove(task)
}

// clear removes what is in a folder.
func clear(ctx context.Context, path string) error {
	root, err := os.OpenRoot(path)
	if err != nil {
		return err
	}
	defer root.Close()
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	for {
		names, err := dir.Readdirnames(100)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, name := range names {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := root.RemoveAll(name); err != nil {
				return err
			}
		}
	}
}
