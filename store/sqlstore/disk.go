package sqlstore

import (
	"context"
	"maps"
	"slices"

	"godocker"
	"godocker/store"
)

// counted notes that so many bytes more are a user's, until the end of the transaction.
func (t *txn) counted(user string, bytes int64) {
	if bytes != 0 {
		t.later.disk[user] += bytes
	}
}

// countDisk brings it to the users, in one order everywhere.
func (t *txn) countDisk() error {
	for _, user := range slices.Sorted(maps.Keys(t.later.disk)) {
		if err := t.exec(`UPDATE users SET disk_used = disk_used + ? WHERE id = ?`, t.later.disk[user], user); err != nil {
			return err
		}
	}
	return nil
}

var weighTasks = updateOf("tasks", 1, "", "id BIGINT", "disk BIGINT")

// Uncounted returns tasks that are over whose folder is not counted to its owner.
func (s *Store) Uncounted(ctx context.Context, after int64, limit int) (ts []godocker.Task, err error) {
	err = s.read(ctx, func(q querier) (err error) {
		ts, err = queryTasks(q, selectTasks+`WHERE t.disk < 0 AND COALESCE(t.state, '') = 'over' AND t.id > ? ORDER BY t.id LIMIT ?`, after, limit)
		return err
	})
	return ts, err
}

// Counted counts folders to the owners of their tasks, each once.
func (s *Store) Counted(ctx context.Context, fs []store.Folder) error {
	if len(fs) == 0 {
		return nil
	}
	return s.write(ctx, func(t *txn) error {
		rows, err := t.rows(idsOf(fs, func(f store.Folder) int64 { return f.ID }))
		if err != nil {
			return err
		}
		var args []any
		for _, f := range fs {
			if r := rows[f.ID]; r != nil && r.state == godocker.Over && r.disk < 0 && f.Bytes >= 0 {
				r.disk = f.Bytes
				args = append(args, r.id, r.disk)
				t.counted(r.user, r.disk)
			}
		}
		return weighTasks.do(t, args)
	})
}

// diskOf is what the tasks of a user are counted for.
func (t *txn) diskOf(user string) (sum int64, err error) {
	_, err = one(t, `SELECT CAST(COALESCE(SUM(disk), 0) AS BIGINT) FROM tasks WHERE user_id = ? AND disk > 0`, []any{user}, &sum)
	return sum, err
}
