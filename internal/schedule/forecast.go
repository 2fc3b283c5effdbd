package schedule

import (
	"context"
	"slices"
	"time"

	"godocker"
	"godocker/internal/plan"
)

// How far ahead starts are reckoned, in starts of others; how long a question waits for
// its turn to be reckoned about; how many tasks get an estimate that nobody asked for, so
// that there is a score; and how often those are compared with what came.
const (
	mostStarts   = 5000
	forecastTurn = 3 * time.Second
	ownEstimates = 3
	scoreEvery   = time.Minute
	keepScores   = 90 * 24 * time.Hour
)

// fewRuns are too few to tell from.
const fewRuns = 3

// An outlook is what a forecast needs, apart from what the loop goes on to change.
type outlook struct {
	state *plan.State
	terms plan.Terms
	pasts map[int64][]time.Duration
}

// outlook copies what is known now, about tasks that wait.
func (r *Room) outlook(ctx context.Context, t *terms) (*outlook, error) {
	o := &outlook{state: r.state.Clone(), terms: t.Terms}
	o.terms.Quota, o.terms.Limits = nil, r.Quotas.known()
	if o.terms.Counts != nil {
		counts := o.terms.Counts.Clone()
		o.terms.Counts, o.terms.Shares = counts, counts.Fill
	}
	likenesses := map[int64]bool{}
	o.state.HeldTasks(func(q *godocker.Queued) { likenesses[q.Likeness] = true })
	n := 0
	for d := range o.state.Pass(o.terms) {
		if likenesses[d.Task.Likeness] = true; n == mostStarts {
			break
		}
		n++
	}
	delete(likenesses, 0)
	var ids []int64
	for id := range likenesses {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var err error
	o.pasts, err = r.Store.Pasts(ctx, ids)
	return o, err
}

// when works out a range: from what would be if tasks end as early as those like them
// did, at any moment if nothing is known, to if all run as late as those, or as long as
// they may. Zero is never, or too far away to tell.
func (o *outlook) when(r *Room, id int64) (earliest, latest time.Time) {
	if at, ok := r.Forecast(o.state.Clone(), o.terms, func(q *godocker.Queued) time.Duration { return o.runs(q, 0.1, 0) }, id, mostStarts); ok {
		earliest = at
	}
	if at, ok := r.Forecast(o.state.Clone(), o.terms, func(q *godocker.Queued) time.Duration { return o.runs(q, 0.95, o.state.Lifespan(q)) }, id, mostStarts); ok {
		latest = at
	}
	if earliest.IsZero() || latest.Before(earliest) && !latest.IsZero() { // more ending early may let others pass
		earliest, latest = latest, earliest
	}
	if !latest.IsZero() { // what is pulled, and what runs a little longer than ever, comes on top
		latest = latest.Add(margin + latest.Sub(o.terms.Now)/10)
	}
	return earliest, latest
}

// margin is the least that a start may be later than reckoned.
const margin = 5 * time.Second

// runs is how long a task takes: as long as a part of those like it did, within its
// lifespan; otherwise as said.
func (o *outlook) runs(q *godocker.Queued, part float64, otherwise time.Duration) time.Duration {
	past := o.pasts[q.Likeness]
	if len(past) < fewRuns {
		return otherwise
	}
	past = slices.Sorted(slices.Values(past))
	return min(past[int(part*float64(len(past)-1)+0.5)], o.state.Lifespan(q))
}

// reckon completes an answer about a task with an estimate, and passes it on, without
// keeping the loop. What cannot be reckoned in time goes without.
func (r *Room) reckon(ctx context.Context, o *outlook, id int64, a godocker.Answer, done func(godocker.Answer)) {
	go func() {
		wait, cancel := context.WithTimeout(ctx, forecastTurn)
		defer cancel()
		select {
		case r.busy <- struct{}{}:
			a.Earliest, a.Latest = o.when(r, id)
			<-r.busy
		case <-wait.Done():
		}
		done(a)
	}()
}

// foreseen reports whether a reason is one that time brings to an end.
func foreseen(code string) bool {
	switch plan.Code(code) {
	case plan.Resources, plan.Behind, plan.Reserved, plan.Limit, plan.Array:
		return true
	}
	return false
}

// score compares estimates with what came, and makes some that nobody asked for.
func (r *Room) score(ctx context.Context, now time.Time) error {
	if age := now.Sub(r.scored); age >= 0 && age < scoreEvery || r.Forecast == nil {
		return nil
	}
	r.scored = now
	if err := r.Store.Settle(ctx, now.Add(-keepScores)); err != nil || r.state.Waiting() == 0 {
		return err
	}
	t, err := r.terms(ctx, now)
	if err != nil {
		return err
	}
	var ids []int64
	for d := range r.state.Pass(t.Terms) {
		if d.Why != nil && foreseen(string(d.Why.Code)) {
			ids = append(ids, d.Task.ID)
		}
		if len(ids) == ownEstimates {
			break
		}
	}
	if len(ids) == 0 || t.err != nil {
		return t.err
	}
	o, err := r.outlook(ctx, t)
	if err != nil {
		return err
	}
	for _, id := range ids {
		r.reckon(ctx, o, id, godocker.Answer{}, func(a godocker.Answer) { r.keep(ctx, now, id, a) })
	}
	return nil
}

// keep notes when a task was said to start.
func (r *Room) keep(ctx context.Context, now time.Time, id int64, a godocker.Answer) {
	if a.Earliest.IsZero() || a.Latest.IsZero() {
		return
	}
	if err := r.Store.Estimate(ctx, []godocker.Estimate{{Task: id, Made: now, Earliest: a.Earliest, Latest: a.Latest}}); err != nil && ctx.Err() == nil {
		r.Log.Warn("an estimate is not kept", "task", id, "error", err)
	}
}
