package sqlstore

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"godocker"
	"godocker/store"
)

// A payer is who a folder is counted to.
type payer struct{ table, id string }

// counted notes that so many bytes more are those of a task's owner and project, until
// the end of the transaction.
func (t *txn) counted(r *row, bytes int64) {
	if bytes != 0 {
		t.later.disk[payer{"users", r.user}] += bytes
		t.later.disk[payer{"projects", r.project}] += bytes
	}
}

// countDisk brings it to them, in one order everywhere.
func (t *txn) countDisk() error {
	for _, p := range slices.SortedFunc(maps.Keys(t.later.disk), func(a, b payer) int { return cmp.Or(cmp.Compare(a.table, b.table), cmp.Compare(a.id, b.id)) }) {
		if err := t.exec(`UPDATE `+p.table+` SET disk_used = disk_used + ? WHERE id = ?`, t.later.disk[p], p.id); err != nil {
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
				t.counted(r, r.disk)
			}
		}
		return weighTasks.do(t, args)
	})
}

// diskOf is what the tasks of a user or project that comes (again) are counted for,
// without what is still to be added.
func (t *txn) diskOf(p payer) (sum int64, err error) {
	column := map[string]string{"users": "user_id", "projects": "project"}[p.table]
	_, err = one(t, `SELECT CAST(COALESCE(SUM(disk), 0) AS BIGINT) FROM tasks WHERE `+column+` = ? AND disk > 0`, []any{p.id}, &sum)
	return sum - t.later.disk[p], err
}
