package sqlstore

import (
	"context"
	"math"
	"strings"

	"godocker"
	"godocker/store"
)

// A filter collects the conditions of a WHERE clause.
type filter struct {
	terms []string
	args  []any
}

func (f *filter) add(term string, args ...any) {
	f.terms = append(f.terms, term)
	f.args = append(f.args, args...)
}

func (f *filter) where() string {
	if len(f.terms) == 0 {
		return ""
	}
	return "WHERE " + strings.Join(f.terms, " AND ") + " "
}

// List returns tasks without their scripts. Arrays come without the ids of their
// elements; Query.Parent asks for those.
func (s *Store) List(ctx context.Context, q store.Query) ([]godocker.Task, error) {
	f := filterOf(q)
	order := "DESC"
	if q.After > 0 {
		order = "ASC"
	}
	limit := int64(q.Limit)
	if limit <= 0 {
		limit = math.MaxInt64
	}
	var ts []godocker.Task
	err := s.read(ctx, func(r querier) (err error) {
		ts, err = queryTasks(r, selectTasks+f.where()+`ORDER BY t.id `+order+` LIMIT ? OFFSET ?`, append(f.args, limit, q.Skip)...)
		return err
	})
	return ts, err
}

func filterOf(q store.Query) *filter {
	f := &filter{}
	if len(q.IDs) > 0 {
		f.add("t.id IN ("+list(len(q.IDs))+")", anys(q.IDs)...)
	}
	if len(q.States) > 0 {
		f.add("t.state IN ("+list(len(q.States))+")", strs(q.States)...)
	}
	switch {
	case q.User != "" && len(q.Shared) > 0:
		f.add("(t.user_id = ? OR t.project IN ("+list(len(q.Shared))+"))", append([]any{q.User}, strs(q.Shared)...)...)
	case q.User != "":
		f.add("t.user_id = ?", q.User)
	case len(q.Shared) > 0:
		f.add("t.project IN ("+list(len(q.Shared))+")", strs(q.Shared)...)
	}
	if q.Project != "" {
		f.add("t.project = ?", q.Project)
	}
	if q.Parent != 0 {
		f.add("t.parent_id = ? AND t.parent_id <> 0", q.Parent)
	}
	if q.Tag != "" { // a text that holds another one is changed by its removal
		f.add("replace(j.tags, ?, '') <> j.tags", "\n"+q.Tag+"\n")
	}
	if q.Text != "" {
		f.add("replace(j.words, ?, '') <> j.words", strings.ToLower(q.Text))
	}
	f.times(q)
	return f
}

func (f *filter) times(q store.Query) {
	if !q.Since.IsZero() {
		f.add("t.submitted >= ?", micros(q.Since))
	}
	if !q.Until.IsZero() {
		f.add("t.submitted < ?", micros(q.Until))
	}
	if q.Before > 0 {
		f.add("t.id < ?", q.Before)
	}
	if q.After > 0 {
		f.add("t.id > ?", q.After)
	}
}

func anys[T any](vs []T) []any {
	out := make([]any, len(vs))
	for i, v := range vs {
		out[i] = v
	}
	return out
}

func strs[T ~string](vs []T) []any {
	out := make([]any, len(vs))
	for i, v := range vs {
		out[i] = string(v)
	}
	return out
}

// Count returns the number of tasks in each state, without looking at the tasks.
func (s *Store) Count(ctx context.Context) (map[godocker.State]int, error) {
	counts := map[godocker.State]int{}
	err := s.read(ctx, func(q querier) error {
		var n [6]int
		_, err := one(q, `SELECT pending, starting, running, ending, over, archived FROM counters WHERE id = 1`, nil,
			&n[0], &n[1], &n[2], &n[3], &n[4], &n[5])
		for i, st := range godocker.States {
			counts[st] = n[i]
		}
		return err
	})
	return counts, err
}
