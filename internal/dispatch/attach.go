package dispatch

import (
	"context"
	"fmt"
	"io"

	"godocker"
)

// attach puts what was handed in with a task into its folder. What is there already
// stays, as an earlier attempt may have changed it.
func (r *Room) attach(ctx context.Context, t *godocker.Task) error {
	if len(t.Command.Files) == 0 {
		return nil
	}
	content, err := r.Store.Attached(ctx, t.ID)
	if err != nil {
		return err
	}
	for _, f := range t.Command.Files {
		_, there, err := r.Dirs.Has(t, f.Name)
		if err == nil && !there {
			err = r.Dirs.Receive(t, f.Name, func(w io.Writer) error {
				_, err := w.Write(content[f.Name])
				return err
			})
		}
		if err != nil {
			return fmt.Errorf("the file %s cannot be put into the task's folder: %w", f.Name, err)
		}
	}
	return nil
}
