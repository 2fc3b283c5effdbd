package sqlstore

import (
	"context"
	"slices"
	"strings"
	"time"

	"godocker"
)

// Tag replaces the tags of a task. The elements of an array share its row of jobs, and
// so its tags.
func (s *Store) Tag(ctx context.Context, now time.Time, id int64, change func([]string) ([]string, error)) (tagged godocker.Task, err error) {
	err = s.write(ctx, func(t *txn) error {
		r, err := t.row(id)
		switch {
		case err != nil:
			return err
		case r.parent != 0:
			return godocker.Errorf(godocker.Conflict, "task %d is an element of array %d, whose tags it shares", id, r.parent)
		}
		rows, err := rowsByID(t, selectTasks, []int64{id})
		if err != nil {
			return err
		}
		ts, err := decoded(rows)
		if err != nil {
			return err
		}
		tagged = ts[0]
		tags, err := change(slices.Clone(tagged.Meta.Tags))
		if err != nil || slices.Equal(tags, tagged.Meta.Tags) {
			return err
		}
		tagged.Meta.Tags = tags
		spec, err := encodeSpec(&tagged)
		if err != nil {
			return godocker.Errorf(godocker.Invalid, "the task cannot be written down: %w", err)
		}
		if err := t.exec(`UPDATE jobs SET spec = ?, tags = ?, words = ? WHERE id = ?`, spec, tagsOf(&tagged.Meta), wordsOf(&tagged.Meta), id); err != nil {
			return err
		}
		t.event(r.event(now, godocker.EventTagged, strings.Join(tags, "\n")))
		return nil
	})
	return tagged, err
}
