package sqlstore

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/store"
)

// TestPragmas finds SQLite writing durably, and beside its readers.
func TestPragmas(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "godocker.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.write(t.Context(), func(x *txn) error {
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "wal_autocheckpoint": "4000", "busy_timeout": "10000"} {
			var got string
			if _, err := one(x, "PRAGMA "+pragma, nil, &got); err != nil || got != want {
				t.Errorf("%s is %q, want %q: %v", pragma, got, want, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPlans has no frequent question answered by reading a whole table.
func TestPlans(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "godocker.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	type question struct {
		text string
		args []any
	}
	from := func(text string, args []any) question { return question{text, args} }
	merged := map[string]bool{"queue of some": true, "list of the shared": true, "running of a user": true, "running of all": true} // which sort the few that their parts found
	live := []godocker.State{godocker.Pending, godocker.Starting, godocker.Running}
	for name, q := range map[string]question{
		"list of a user":     from(listText(store.Query{User: "u", Limit: 50})),
		"list of a project":  from(listText(store.Query{Project: "p", Limit: 50})),
		"list of the shared": from(listText(store.Query{User: "u", Shared: []string{"p", "q"}, Limit: 50})),
		"list of an array":   from(listText(store.Query{Parent: 7})),
		"failed of an array": from(listText(store.Query{Parent: 7, Oldest: true, States: []godocker.State{godocker.Over}, Outcomes: godocker.Unsuccessful, After: 7, Before: 9, Limit: 50})),
		"list of a state":    from(listText(store.Query{States: live[:1], After: 1, Limit: 50})),
		"list of all":        from(listText(store.Query{Whole: true, Limit: 50})),
		"whole of a user":    from(listText(store.Query{User: "u", Whole: true, Before: 9, Limit: 50})),
		"oldest of a user":   from(listText(store.Query{User: "u", Whole: true, Oldest: true, Limit: 50})),
		"running of a user":  from(listText(store.Query{User: "u", Whole: true, States: []godocker.State{godocker.Running, godocker.Ending}, Before: 9, Limit: 50})),
		"over of a user":     from(listText(store.Query{User: "u", Whole: true, States: []godocker.State{godocker.Over}, Limit: 50})),
		"running of all":     from(listText(store.Query{Whole: true, States: []godocker.State{godocker.Running, godocker.Ending}, Limit: 50})),
		"text in a window":   from(listText(store.Query{User: "u", Whole: true, Text: "x", Floor: 7, Before: 9, Limit: 50})),
		"over for long":      from(listText(store.Query{States: []godocker.State{godocker.Over}, FinishedBefore: time.Unix(1, 0), Limit: 100})),
		"queue":              from(queueText(live, nil, 5, 1000)),
		"queue of some":      from(queueText(live, []int64{1, 2}, 0, 0)),
		"waiting":            from(selectWaiting, nil),
		"tally of submitted": from(tallyParts[0].text(s.d), []any{1, 2}),
		"tally of started":   from(tallyParts[1].text(s.d), []any{1, 2}),
		"tally of ended":     from(tallyParts[2].text(s.d), []any{1, 2}),
		"acts":               from(`SELECT id FROM audit WHERE who = ? ORDER BY id DESC LIMIT ?`, []any{"u", 5}),
		"take":               from(`SELECT id FROM tasks WHERE state = 'running' AND held_until <= ? ORDER BY held_until, id LIMIT ?`, []any{1, 2}),
		"wishes":             from(selectWishes+`(?)`, []any{"running"}),
		"events of a task":   from(`SELECT seq FROM events WHERE task_id = ? ORDER BY seq`, []any{1}),
		"unreleased":         from(`SELECT executor FROM attempts WHERE behind = 1 AND released = 0 ORDER BY task_id, number`, nil),
		"key":                from(`SELECT `+keyColumns+`, `+userColumns+` FROM api_keys JOIN users ON users.id = api_keys.user_id WHERE digest = ?`, []any{"d"}),
	} {
		var plan []string
		err := s.read(t.Context(), func(r querier) error {
			return r.query("EXPLAIN QUERY PLAN "+q.text, q.args, func(scan func(...any) error) error {
				var a, b, c int
				var line string
				err := scan(&a, &b, &c, &line)
				plan = append(plan, line)
				return err
			})
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, line := range plan {
			whole := strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "INDEX") && !strings.HasPrefix(line, "SCAN o") && !strings.HasPrefix(line, "SCAN s_")
			if whole || strings.Contains(line, "TEMP B-TREE FOR ORDER BY") && !merged[name] {
				t.Errorf("%s: %s", name, strings.Join(plan, "; "))
				break
			}
		}
	}
}
