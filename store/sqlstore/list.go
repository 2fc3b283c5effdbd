package sqlstore

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strconv"
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
	text, args := listText(q)
	var ts []godocker.Task
	err := s.scan(ctx, func(r querier) (err error) {
		ts, err = queryTasks(r, text, args...)
		return err
	})
	return ts, err
}

func listText(q store.Query) (string, []any) {
	order := ` ORDER BY t.id DESC LIMIT ? `
	switch {
	case !q.FinishedBefore.IsZero():
		order = ` ORDER BY t.finished, t.id LIMIT ? `
	case q.After > 0, q.Oldest:
		order = ` ORDER BY t.id ASC LIMIT ? `
	}
	limit := int64(math.MaxInt64)
	if q.Limit > 0 {
		limit = int64(q.Limit)
	}
	owners, states := ownersOf(q), statesOf(q)
	f := filterOf(q)
	switch ways := len(owners) * len(states); {
	case ways == 1:
		owners[0].into(f)
		states[0].into(f)
	case len(owners) == 1 && q.Limit == 0: // all of them are sorted anyhow
		owners[0].into(f)
		anyOf(q).into(f)
	default:
		f = eitherOf(f, owners, states, order, max(limit, limit+int64(q.Skip)))
	}
	return selectTasks + f.where() + order + `OFFSET ?`, append(f.args, limit, q.Skip)
}

// A way is a condition that an index begins with.
type way struct {
	term string
	args []any
}

func (w way) into(f *filter) {
	if w.term != "" {
		f.add(w.term, w.args...)
	}
}

// ownersOf are the user and the projects that the user shares, or anybody.
func ownersOf(q store.Query) (os []way) {
	if q.User != "" {
		os = append(os, way{"t.user_id = ?", []any{q.User}})
	}
	for _, p := range q.Shared {
		os = append(os, way{"t.project = ?", []any{p}})
	}
	if len(os) == 0 {
		os = append(os, way{})
	}
	return os
}

// statesOf are the states one by one, or any of them.
func statesOf(q store.Query) (ss []way) {
	if len(q.States) < 2 || !q.FinishedBefore.IsZero() || len(q.IDs) > 0 || q.Parent != 0 {
		return []way{anyOf(q)}
	}
	for _, st := range q.States {
		ss = append(ss, way{"t.state = ?", []any{string(st)}})
	}
	return ss
}

func anyOf(q store.Query) way {
	state := "t.state"
	if !q.FinishedBefore.IsZero() {
		state = "COALESCE(t.state, '')" // so that SQLite goes by the index of ends
	}
	switch len(q.States) {
	case 0:
		return way{}
	case 1:
		return way{state + " = ?", strs(q.States)}
	}
	return way{state + " IN (" + list(len(q.States)) + ")", strs(q.States)}
}

// eitherOf finds the first tasks of each owner and state along their own index, and
// leaves it to the outer query to merge those few. One condition with OR would sort all
// tasks of all owners.
func eitherOf(f *filter, owners, states []way, order string, limit int64) *filter {
	var parts []string
	out := &filter{}
	for _, o := range owners {
		for _, st := range states {
			g := &filter{terms: slices.Clone(f.terms), args: slices.Clone(f.args)}
			o.into(g)
			st.into(g)
			parts = append(parts, `SELECT id FROM (SELECT t.id FROM tasks t JOIN jobs j ON j.id = t.job `+g.where()+order+`) AS o`+strconv.Itoa(len(parts)))
			out.args = append(append(out.args, g.args...), limit)
		}
	}
	out.terms = []string{`t.id IN (` + strings.Join(parts, ` UNION `) + `)`}
	return out
}

// filterOf holds all conditions but those of owners and states.
func filterOf(q store.Query) *filter {
	f := &filter{}
	if len(q.IDs) > 0 {
		f.add("t.id IN ("+list(len(q.IDs))+")", anys(q.IDs)...)
	}
	if q.Project != "" {
		f.add("t.project = ?", q.Project)
	}
	if q.Name != "" {
		f.add("t.name = ?", q.Name)
	}
	if q.Whole {
		f.add("t.parent_id = 0")
	}
	if q.Parent != 0 {
		f.add("t.parent_id = ? AND t.parent_id <> 0", q.Parent)
	}
	if len(q.Outcomes) > 0 {
		f.add("t.outcome IN ("+list(len(q.Outcomes))+")", strs(q.Outcomes)...)
	}
	if q.Tag != "" { // a text that holds another one is changed by its removal
		f.add("replace(j.tags, ?, '') <> j.tags", "\n"+q.Tag+"\n")
	}
	if q.Image != "" { // no other text of a spec has quotes around it that are not escaped
		name, _ := json.Marshal(q.Image)
		f.add("replace(j.spec, ?, '') <> j.spec", `"image":`+string(name))
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
	if !q.FinishedBefore.IsZero() { // the first half lets SQLite see that the index will do
		f.add("t.finished > 0 AND t.finished < ?", micros(q.FinishedBefore))
	}
	if q.Before > 0 {
		f.add("t.id < ?", q.Before)
	}
	if q.Floor > 0 {
		f.add("t.id >= ?", q.Floor)
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

const selectWaiting = `SELECT user_id, COUNT(*) FROM tasks WHERE state = 'pending' AND parent_id = 0 GROUP BY user_id ORDER BY user_id`

// Waiting returns how many tasks of each person are Pending.
func (s *Store) Waiting(ctx context.Context) (map[string]int, error) {
	var waiting map[string]int
	err := s.scan(ctx, func(q querier) error {
		waiting = map[string]int{}
		return q.query(selectWaiting, nil, func(scan func(...any) error) error {
			var user string
			var n int
			err := scan(&user, &n)
			waiting[user] = n
			return err
		})
	})
	return waiting, err
}
