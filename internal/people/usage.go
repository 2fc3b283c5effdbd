package people

import (
	"context"
	"time"

	"godocker"
	"godocker/store"
)

const day = 24 * time.Hour

// Usage returns what a user ("" = all) in a project ("" = all) used on each of the
// last days, idle ones included, today last. What runs is counted on today, as far as
// it is.
func (r *Registry) Usage(ctx context.Context, user, project string, days int, now time.Time) ([]godocker.Usage, error) {
	today := now.UTC().Truncate(day)
	first := today.Add(-time.Duration(days-1) * day)
	out := make([]godocker.Usage, days)
	for i := range out {
		out[i].Day = first.Add(time.Duration(i) * day)
	}
	lines, err := r.Store.Usage(ctx, user, project, first)
	if err != nil {
		return nil, err
	}
	running, err := r.Store.List(ctx, store.Query{User: user, Project: project, States: []godocker.State{godocker.Running, godocker.Ending}})
	if err != nil {
		return nil, err
	}
	for i := range running {
		u := running[i].Used(now)
		u.Day = today
		lines = append(lines, u)
	}
	for _, l := range lines {
		if i := int(l.Day.Sub(first) / day); i >= 0 && i < days {
			out[i].Add(l)
		}
	}
	return out, nil
}
