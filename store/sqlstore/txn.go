package sqlstore

import (
	"context"
	"database/sql"
	"maps"
	"time"

	"godocker"
)

// A querier reads: the pool of connections, or the transaction of a writer.
type querier interface {
	// query calls each for every row; scan is of the row at hand.
	query(text string, args []any, each func(scan func(...any) error) error) error
}

// A txn is one transaction of a writer, shared by many steps.
type txn struct {
	ctx    context.Context
	d      *dialect
	conn   *sql.Conn
	stmts  map[string]*sql.Stmt // of the connection, by text
	wrote  bool                 // anything since the last mark
	later  pending
	backup pending
}

// pending is what is written at the end of the transaction.
type pending struct {
	events      []godocker.Event
	submissions []*submission
	moved       map[godocker.State]int // change of the number of tasks in each state
	arrays      map[int64]*elements    // change of the elements of arrays
	disk        map[payer]int64        // change of the bytes that are counted to users and projects
}

func (t *txn) stmt(text string) (*sql.Stmt, error) {
	if st := t.stmts[text]; st != nil {
		return st, nil
	}
	st, err := t.conn.PrepareContext(t.ctx, t.d.rebind(text))
	if err == nil {
		t.stmts[text] = st
	}
	return st, err
}

func (t *txn) exec(text string, args ...any) error {
	_, err := t.change(text, args...)
	return err
}

// change runs a statement and returns how many rows it changed.
func (t *txn) change(text string, args ...any) (int64, error) {
	t.wrote = true
	st, err := t.stmt(text)
	if err != nil {
		return 0, err
	}
	res, err := st.ExecContext(t.ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (t *txn) query(text string, args []any, each func(scan func(...any) error) error) error {
	st, err := t.stmt(text)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(t.ctx, args...)
	if err != nil {
		return err
	}
	return drain(rows, each)
}

func drain(rows *sql.Rows, each func(scan func(...any) error) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one reads a single row and reports whether there was one.
func one(q querier, text string, args []any, dest ...any) (found bool, err error) {
	err = q.query(text, args, func(scan func(...any) error) error {
		found = true
		return scan(dest...)
	})
	return found, err
}

// mark begins a step; undo takes back what it has put off, for a step that failed
// before it wrote.
func (t *txn) mark() {
	t.wrote = false
	t.backup = pending{events: t.later.events, submissions: t.later.submissions, arrays: cloneElements(t.later.arrays),
		disk: maps.Clone(t.later.disk)}
}

func (t *txn) undo() {
	t.later.events, t.later.submissions = t.backup.events, t.backup.submissions
	t.later.arrays, t.later.disk = t.backup.arrays, t.backup.disk
}

// event puts an event off to the end of the transaction.
func (t *txn) event(e godocker.Event) { t.later.events = append(t.later.events, e) }

// count notes that n tasks went from one state to another; "" is outside.
func (t *txn) count(from, to godocker.State, n int) {
	t.later.moved[from] -= n
	t.later.moved[to] += n
}

var insertEvents = insertInto("events", "", "seq", "at", "kind", "task_id", "user_id", "project", "from_state", "to_state", "attempt", "text")

const countText = `UPDATE counters SET task = task + ?, event = event + ?, pending = pending + ?, starting = starting + ?,
	running = running + ?, ending = ending + ?, over = over + ?, archived = archived + ? WHERE id = 1 RETURNING task, event`

// flush writes what was put off. It numbers new tasks and events, and it holds
// the counters from here to the commit, so there is nothing left to wait for.
func (t *txn) flush() error {
	l := &t.later
	if err := t.countElements(); err != nil {
		return err
	}
	if err := t.countDisk(); err != nil {
		return err
	}
	tasks, events := 0, len(l.events)
	for _, s := range l.submissions {
		tasks += s.size()
		events += len(s.tasks)
	}
	if events == 0 {
		return nil
	}
	args := []any{tasks, events}
	for _, st := range godocker.States {
		args = append(args, l.moved[st])
	}
	var task, event int64
	if _, err := one(t, countText, args, &task, &event); err != nil {
		return err
	}
	task -= int64(tasks)
	for _, s := range l.submissions {
		task = s.number(t, task)
	}
	if err := insertSubmissions(t, l.submissions); err != nil {
		return err
	}
	rows := make([]any, 0, events*insertEvents.width)
	for i, e := range l.events {
		rows = append(rows, event-int64(events)+int64(i)+1, micros(e.At), string(e.Kind), e.TaskID, e.User, e.Project,
			string(e.From), string(e.To), e.Attempt, e.Text)
	}
	if err := insertEvents.do(t, rows); err != nil || t.d.notify == "" {
		return err
	}
	_, err := one(t, t.d.notify, nil, new(any))
	return err
}

// micros is how times are kept.
func micros(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMicro()
}

func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
