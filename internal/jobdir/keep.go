package jobdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"godocker"
)

// Keep puts what the task's attempt printed aside, under its names with the number of
// the attempt: the next one begins with nothing. What has such a name already is left
// alone, so that it may be called twice.
func (t *Tree) Keep(task *godocker.Task) error {
	root, err := os.OpenRoot(t.Path(task))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it never had a folder
	}
	if err != nil {
		return err
	}
	defer root.Close()
	var errs []error
	for _, name := range []string{Stdout, Stderr, Info} {
		aside := fmt.Sprintf("%s.%d", name, task.Attempt)
		if _, err := root.Lstat(aside); err == nil {
			continue
		}
		if err := root.Rename(name, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
