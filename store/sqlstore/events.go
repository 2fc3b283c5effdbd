package sqlstore

import (
	"context"
	"math"
	"time"

	"godocker"
)

// Events returns events above a sequence number, at most limit (0 = all).
func (s *Store) Events(ctx context.Context, after int64, limit int) ([]godocker.Event, error) {
	n := int64(limit)
	if limit <= 0 {
		n = math.MaxInt64
	}
	return s.events(ctx, `WHERE seq > ? ORDER BY seq LIMIT ?`, after, n)
}

// TaskEvents returns the events of one task, oldest first.
func (s *Store) TaskEvents(ctx context.Context, id int64) ([]godocker.Event, error) {
	return s.events(ctx, `WHERE task_id = ? ORDER BY seq`, id)
}

func (s *Store) events(ctx context.Context, where string, args ...any) ([]godocker.Event, error) {
	var es []godocker.Event
	err := s.read(ctx, func(q querier) error {
		es = nil
		return q.query(`SELECT seq, at, kind, task_id, user_id, project, from_state, to_state, attempt, text FROM events `+where, args,
			func(scan func(...any) error) error {
				var e godocker.Event
				var at int64
				err := scan(&e.Seq, &at, &e.Kind, &e.TaskID, &e.User, &e.Project, &e.From, &e.To, &e.Attempt, &e.Text)
				e.At = fromMicros(at)
				es = append(es, e)
				return err
			})
	})
	return es, err
}

// LastEvent returns the newest sequence number, whether or not its event was
// forgotten.
func (s *Store) LastEvent(ctx context.Context) (last int64, err error) {
	err = s.read(ctx, func(q querier) error {
		_, err := one(q, `SELECT event FROM counters WHERE id = 1`, nil, &last)
		return err
	})
	return last, err
}

// oldest returns the smallest and the largest number of the events there are.
func oldest(q querier) (lo, hi int64, err error) {
	_, err = one(q, `SELECT COALESCE(min(seq), 0), COALESCE(max(seq), 0) FROM events`, nil, &lo, &hi)
	return lo, hi, err
}

// forgetAtOnce is how many events one transaction removes at most.
const forgetAtOnce = 5000

// Forget removes events that are older than the given time, some at a time so that
// nobody waits long. If it fails, the rest is removed the next time.
func (s *Store) Forget(ctx context.Context, before time.Time) error {
	var lo, hi int64
	err := s.read(ctx, func(q querier) (err error) {
		lo, hi, err = oldest(q)
		return err
	})
	for gone := int64(1); err == nil && lo > 0 && lo <= hi && gone > 0; lo += forgetAtOnce {
		err = s.write(ctx, func(t *txn) (err error) {
			gone, err = t.change(`DELETE FROM events WHERE seq >= ? AND seq < ? AND at < ?`, lo, lo+forgetAtOnce, micros(before))
			return err
		})
	}
	return err
}
