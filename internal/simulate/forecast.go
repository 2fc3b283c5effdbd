package simulate

import (
	"container/heap"
	"time"

	"godocker"
	"godocker/internal/plan"
	"godocker/scheduler"
)

// Forecast says when a task that waits starts, if nothing else is handed in and tasks
// take as long as durations says. It gives up after so many starts of others, and when
// it sees that the task does not start. The state is changed: it is for a clone.
//
// What tasks used on the way is counted if the terms have Counts, which are left alone.
// A task that runs for longer already than durations says is taken to end now.
func Forecast(s *plan.State, t plan.Terms, durations func(*godocker.Queued) time.Duration, target int64, limit int) (start time.Time, ok bool) {
	var ends ends
	s.HeldTasks(func(q *godocker.Queued) {
		at := q.Started.Add(durations(q))
		if q.Started.IsZero() || at.Before(t.Now) {
			at = t.Now.Add(DefaultPause)
		}
		ends = append(ends, ending{at, q.ID})
	})
	heap.Init(&ends)
	var shares *plan.Shares
	if t.Counts != nil {
		shares = t.Counts.Clone()
		t.Shares, t.Counts = func(in *scheduler.Snapshot) { shares.Fill(in) }, shares
	}
	t.Starts = true
	for s.Waits(target) != nil {
		var begin []godocker.Queued
		for d := range s.Pass(t) {
			q := *d.Task
			q.Executor, q.Node, q.State, q.Started = d.Executor, d.Node, godocker.Running, t.Now
			if begin = append(begin, q); q.ID == target {
				return t.Now, true
			}
			if limit--; limit < 0 {
				return time.Time{}, false
			}
		}
		for _, q := range begin {
			s.Hold(q)
			heap.Push(&ends, ending{t.Now.Add(max(durations(&q), DefaultPause)), q.ID})
			if shares != nil {
				shares.Began(q)
			}
		}
		if len(begin) > 0 {
			continue // a pass may end before it has seen all
		}
		next := s.Next(t.Now)
		if len(ends) > 0 && (next.IsZero() || ends[0].at.Before(next)) {
			next = ends[0].at
		}
		if next.IsZero() {
			return time.Time{}, false
		}
		t.Now = next
		for len(ends) > 0 && ends[0].at.Before(next.Add(DefaultPause)) { // together, as they would be seen
			e := heap.Pop(&ends).(ending)
			if e.at.After(t.Now) {
				t.Now = e.at
			}
			q, _ := s.Release(e.id)
			s.Ended(q.Executor)
			if shares != nil {
				shares.Ended(q, e.at)
			}
		}
	}
	return time.Time{}, false
}
