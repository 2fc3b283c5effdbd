package sqlstore

import (
	"context"
	"strconv"
	"time"

	"godocker"
)

// Ask stores a question, and removes old ones.
func (s *Store) Ask(ctx context.Context, now time.Time, about godocker.Question) (id int64, err error) {
	err = s.write(ctx, func(t *txn) error {
		if _, err := one(t, `UPDATE counters SET question = question + 1 WHERE id = 1 RETURNING question`, nil, &id); err != nil {
			return err
		}
		if err := t.exec(`DELETE FROM questions WHERE at < ?`, micros(now.Add(-time.Minute))); err != nil {
			return err
		}
		about.ID, about.At = id, now
		t.event(godocker.Event{At: now, Kind: godocker.EventAsked, Text: strconv.FormatInt(id, 10)})
		return t.exec(`INSERT INTO questions (id, at, question) VALUES (?, ?, ?)`, id, micros(now), documentOf(about))
	})
	return id, err
}

// Questions returns those without an answer by id.
func (s *Store) Questions(ctx context.Context) (all []godocker.Question, err error) {
	err = s.read(ctx, func(q querier) error {
		all = nil
		return q.query(`SELECT question FROM questions WHERE answer = '' ORDER BY id`, nil, func(scan func(...any) error) error {
			var text string
			var one godocker.Question
			if err := scan(&text); err != nil {
				return err
			}
			err := fromJSON(text, &one)
			all = append(all, one)
			return err
		})
	})
	return all, err
}

// Answer stores an answer. A question that is gone is passed over.
func (s *Store) Answer(ctx context.Context, now time.Time, id int64, a godocker.Answer) error {
	return s.write(ctx, func(t *txn) error {
		n, err := t.change(`UPDATE questions SET answer = ? WHERE id = ? AND answer = ''`, documentOf(a), id)
		if err == nil && n > 0 {
			t.event(godocker.Event{At: now, Kind: godocker.EventAnswered, Text: strconv.FormatInt(id, 10)})
		}
		return err
	})
}

// Answered returns the answer to a question, if it has one.
func (s *Store) Answered(ctx context.Context, id int64) (a godocker.Answer, known bool, err error) {
	err = s.read(ctx, func(q querier) error {
		var text string
		if _, err := one(q, `SELECT answer FROM questions WHERE id = ?`, []any{id}, &text); err != nil || text == "" {
			return err
		}
		known = true
		return fromJSON(text, &a)
	})
	return a, known, err
}

// Estimate keeps the first estimate of each task.
func (s *Store) Estimate(ctx context.Context, es []godocker.Estimate) error {
	if len(es) == 0 {
		return nil
	}
	return s.write(ctx, func(t *txn) error {
		for _, e := range es {
			if err := t.exec(`INSERT INTO estimates (task_id, made, earliest, latest) VALUES (?, ?, ?, ?) ON CONFLICT (task_id) DO NOTHING`,
				e.Task, micros(e.Made), micros(e.Earliest), micros(e.Latest)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Settle compares estimates with the starts of their tasks, and forgets those of tasks
// that never will start, and those made before a time.
func (s *Store) Settle(ctx context.Context, before time.Time) error {
	return s.write(ctx, func(t *txn) error {
		for _, c := range []struct {
			text string
			args []any
		}{
			{`UPDATE estimates SET started = (SELECT t.started FROM tasks t WHERE t.id = task_id) WHERE started = 0
				AND EXISTS (SELECT 1 FROM tasks t WHERE t.id = task_id AND t.started > 0)`, nil},
			{`DELETE FROM estimates WHERE started = 0
				AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = task_id AND COALESCE(t.state, '') IN ('pending', 'starting', 'running'))`, nil},
			{`DELETE FROM estimates WHERE made < ?`, []any{micros(before)}},
		} {
			if err := t.exec(c.text, c.args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// Score says how the estimates turned out.
func (s *Store) Score(ctx context.Context) (sc godocker.Score, err error) {
	err = s.read(ctx, func(q querier) error {
		_, err := one(q, `SELECT COUNT(*), COALESCE(SUM(CASE WHEN started < earliest THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN started > latest THEN 1 ELSE 0 END), 0) FROM estimates WHERE started > 0`, nil, &sc.Made, &sc.Early, &sc.Late)
		sc.Held = sc.Made - sc.Early - sc.Late
		return err
	})
	return sc, err
}
