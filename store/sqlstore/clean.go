package sqlstore

import (
	"context"
	"time"

	"godocker"
)

var (
	archiveTasks  = updateOf("tasks", 1, "state = 'archived', disk = 0", "id BIGINT", "wish_done BIGINT")
	purgeTexts    = []string{`DELETE FROM tasks WHERE id = ?`, `DELETE FROM jobs WHERE id = ?`, `DELETE FROM attempts WHERE task_id = ? AND released = 1`}
	firstElements = `SELECT id FROM tasks WHERE parent_id = ? AND parent_id <> 0 ORDER BY id LIMIT 1`
)

// Archive moves tasks from Over to Archived, and grants the wishes for it.
func (s *Store) Archive(ctx context.Context, now time.Time, ids []int64) (moved []int64, err error) {
	err = s.write(ctx, func(t *txn) error {
		moved = nil
		rows, err := t.rows(ids)
		if err != nil {
			return err
		}
		var args []any
		for _, id := range ids {
			r := rows[id]
			if r == nil || r.state != godocker.Over {
				continue
			}
			t.move(r, now, godocker.Archived, "")
			moved = append(moved, id)
			t.counted(r, -max(r.disk, 0))
			if r.open && r.wish == godocker.WishArchive {
				t.event(r.event(now, godocker.EventGranted, string(r.wish)))
				args = append(args, id, micros(now))
				continue
			}
			if err := t.exec(`UPDATE tasks SET state = 'archived', disk = 0 WHERE id = ?`, id); err != nil {
				return err
			}
		}
		return archiveTasks.do(t, args)
	})
	return moved, err
}

// Purge removes the records of archived tasks. Their events stay until they are
// forgotten, and so do attempts that are not released.
func (s *Store) Purge(ctx context.Context, now time.Time, ids []int64) (gone []int64, err error) {
	err = s.write(ctx, func(t *txn) error {
		gone = nil
		rows, err := t.rows(ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			r := rows[id]
			if r == nil || r.state != godocker.Archived {
				continue
			}
			left := false
			if r.elements > 0 {
				if left, err = one(t, firstElements, []any{id}, new(int64)); err != nil {
					return err
				}
			}
			if left {
				continue
			}
			delete(rows, id)
			t.event(r.event(now, godocker.EventPurged, ""))
			t.count(godocker.Archived, "", 1)
			gone = append(gone, id)
			for _, text := range purgeTexts {
				if err := t.exec(text, id); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return gone, err
}
