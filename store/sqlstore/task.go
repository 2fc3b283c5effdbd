package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"godocker"
)

const (
	taskColumns = `t.id, t.parent_id, t.submitted, t.state, t.attempt, t.executor, t.node, t.handle, t.engine_id, t.digest, t.ip,
	t.ports, t.detail, t.wish, t.wish_by, t.wish_asked, t.wish_done, t.wish_refused, t.suspended, t.outcome, t.exit_code,
	t.reason, t.started, t.ended, t.finished, t.peak_ram, t.cpu_seconds, t.read_bytes, t.write_bytes, t.array_over, t.array_failed, t.array_held, t.element, t.elements,
	t.frozen, t.paused, t.warned, t.failures, t.failed, t.failure, t.not_before, t.disk, t.nice, t.host_key, t.ready, t.idle, j.spec`
	selectTasks   = `SELECT ` + taskColumns + `, '' FROM tasks t JOIN jobs j ON j.id = t.job `
	selectScripts = `SELECT ` + taskColumns + `, j.script FROM tasks t JOIN jobs j ON j.id = t.job `
)

// A taskRow is a task whose spec is not yet decoded: decoding waits until the
// writer is done, as others wait for it.
type taskRow struct {
	godocker.Task
	spec  []byte
	array godocker.Array
	nice  int
}

func scanTask(scan func(...any) error, t *taskRow) error {
	var (
		ports, nodes                                            string
		frozen, paused, warned, later, ready, idle              int64
		submitted, asked, done, suspended, started, ended, over int64
		code                                                    sql.NullInt64
	)
	m, w := &t.Measured, &t.Wish
	err := scan(&t.ID, &t.ParentID, &submitted, &t.State, &t.Attempt, &t.Executor, &t.Node, &t.Handle, &t.EngineID, &t.Digest, &t.IP,
		&ports, &t.Detail, &w.Kind, &w.By, &asked, &done, &w.Refused, &suspended, &t.Outcome, &code,
		&t.Reason, &started, &ended, &over, &m.PeakRAM, &m.CPUSeconds, &m.ReadBytes, &m.WriteBytes, &t.array.Over, &t.array.Failed, &t.array.Running, &t.array.TaskID,
		&t.array.Count, &frozen, &paused, &warned, &t.Failure.Count, &nodes, &t.Failure.Reason, &later, &t.Disk, &t.nice, &t.HostKey, &ready, &idle, &t.spec, &t.Command.Script)
	if err != nil {
		return err
	}
	t.Submitted, w.Asked, w.Done = fromMicros(submitted), fromMicros(asked), fromMicros(done)
	t.Started, t.Ended, t.Finished = fromMicros(started), fromMicros(ended), fromMicros(over)
	t.Suspended, t.ExitCode = suspended != 0, exitCode(code)
	t.Frozen, t.Paused, t.Warned = fromMicros(frozen), time.Duration(paused)*time.Microsecond, fromMicros(warned)
	t.NotBefore, t.Ready, t.Idle = fromMicros(later), fromMicros(ready), fromMicros(idle)
	if err := fromJSON(nodes, &t.Failure.Nodes); err != nil {
		return err
	}
	return fromJSON(ports, &t.Ports)
}

// decoded finishes rows; it needs no transaction.
func decoded(rows []taskRow) ([]godocker.Task, error) {
	ts := make([]godocker.Task, len(rows))
	for i := range rows {
		if err := decodeSpec(rows[i].spec, &rows[i].Task); err != nil {
			return nil, godocker.Errorf(godocker.Internal, "task %d cannot be read: %w", rows[i].ID, err)
		}
		rows[i].array.Values = rows[i].Requirements.Array.Values
		rows[i].Requirements.Array = rows[i].array
		rows[i].Requirements.Nice = rows[i].nice // elements share a spec, and not how nice they are
		ts[i] = rows[i].Task
	}
	return ts, nil
}

func exitCode(n sql.NullInt64) *int {
	if !n.Valid {
		return nil
	}
	c := int(n.Int64)
	return &c
}

func codeArg(c *int) any {
	if c == nil {
		return nil
	}
	return int64(*c)
}

func queryRows(q querier, text string, args ...any) ([]taskRow, error) {
	var rows []taskRow
	err := q.query(text, args, func(scan func(...any) error) error {
		rows = append(rows, taskRow{})
		return scanTask(scan, &rows[len(rows)-1])
	})
	return rows, err
}

func queryTasks(q querier, text string, args ...any) ([]godocker.Task, error) {
	rows, err := queryRows(q, text, args...)
	if err != nil {
		return nil, err
	}
	return decoded(rows)
}

// rowsByID returns tasks by ascending id, with their scripts if asked for.
func rowsByID(q querier, head string, ids []int64) ([]taskRow, error) {
	var all []taskRow
	for ids := range padded(ids) {
		rows, err := queryRows(q, head+`WHERE t.id IN (`+list(len(ids))+`) ORDER BY t.id`, ids...)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// fillArrays adds to arrays the ids of their elements.
func fillArrays(q querier, ts []godocker.Task) error {
	for i := range ts {
		a := &ts[i].Requirements.Array
		if a.Count == 0 || ts[i].ParentID != 0 {
			continue
		}
		err := q.query(`SELECT id FROM tasks WHERE parent_id = ? AND parent_id <> 0 ORDER BY id`, []any{ts[i].ID}, func(scan func(...any) error) error {
			var id int64
			err := scan(&id)
			a.Tasks = append(a.Tasks, id)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Task returns one task with its script, and an array with the ids of its elements.
func (s *Store) Task(ctx context.Context, id int64) (godocker.Task, error) {
	var ts []godocker.Task
	err := s.read(ctx, func(q querier) (err error) {
		if ts, err = queryTasks(q, selectScripts+`WHERE t.id = ?`, id); err != nil {
			return err
		}
		if len(ts) == 0 {
			return noTask(id)
		}
		return fillArrays(q, ts)
	})
	if err != nil {
		return godocker.Task{}, err
	}
	return ts[0], nil
}

// Attached returns what is in the files that were handed in with a task, by their
// names. Elements have those of their array.
func (s *Store) Attached(ctx context.Context, id int64) (files map[string][]byte, err error) {
	err = s.read(ctx, func(q querier) error {
		text := ""
		found, err := one(q, `SELECT j.files FROM tasks t JOIN jobs j ON j.id = t.job WHERE t.id = ?`, []any{id}, &text)
		if err == nil && !found {
			return noTask(id)
		}
		if err != nil {
			return err
		}
		files = nil
		return fromJSON(text, &files)
	})
	return files, err
}

// Attempts returns the attempts of a task, oldest first.
func (s *Store) Attempts(ctx context.Context, id int64) ([]godocker.Attempt, error) {
	var as []godocker.Attempt
	err := s.read(ctx, func(q querier) (err error) {
		if as, err = queryAttempts(q, `WHERE task_id = ? ORDER BY number`, id); err != nil || len(as) > 0 {
			return err
		}
		found, err := one(q, `SELECT id FROM tasks WHERE id = ?`, []any{id}, new(int64))
		if err == nil && !found {
			err = noTask(id)
		}
		return err
	})
	return as, err
}

func queryAttempts(q querier, where string, args ...any) ([]godocker.Attempt, error) {
	var as []godocker.Attempt
	err := q.query(`SELECT task_id, number, executor, node, handle, digest, claimed, started, ended, exit_code, outcome, reason, peak_ram,
		cpu_seconds, read_bytes, write_bytes, released FROM attempts `+where, args, func(scan func(...any) error) error {
		var a godocker.Attempt
		var claimed, started, ended, released int64
		var code sql.NullInt64
		m := &a.Measured
		err := scan(&a.TaskID, &a.Number, &a.Executor, &a.Node, &a.Handle, &a.Digest, &claimed, &started, &ended, &code, &a.Outcome, &a.Reason,
			&m.PeakRAM, &m.CPUSeconds, &m.ReadBytes, &m.WriteBytes, &released)
		a.Claimed, a.Started, a.Ended = fromMicros(claimed), fromMicros(started), fromMicros(ended)
		a.ExitCode, a.Released = exitCode(code), released != 0
		as = append(as, a)
		return err
	})
	return as, err
}
