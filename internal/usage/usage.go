// Package usage adds up what people and projects used.
package usage

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"godocker"
	"godocker/store"
)

// Store is what is needed of the store.
type Store interface {
	Usage(ctx context.Context, user, project string, from time.Time) ([]godocker.Usage, error)
	List(ctx context.Context, q store.Query) ([]godocker.Task, error)
}

const day = 24 * time.Hour

// Days returns what a user ("" = all) in a project ("" = all) used on each of the last
// days, in UTC, idle ones included, today last. What runs is counted on today, as far
// as it is.
func Days(ctx context.Context, s Store, user, project string, days int, now time.Time) ([]godocker.Usage, error) {
	first := begin(days, now)
	out := make([]godocker.Usage, days)
	for i := range out {
		out[i].Day = first.Add(time.Duration(i) * day)
	}
	lines, err := lines(ctx, s, user, project, first, now)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		if i := int(l.Day.Sub(first) / day); i >= 0 && i < days {
			out[i].Add(l)
		}
	}
	return out, nil
}

// begin is the first of the last days.
func begin(days int, now time.Time) time.Time {
	return now.UTC().Truncate(day).Add(-time.Duration(days-1) * day)
}

// lines are those of the books from a day on, and what runs, as lines of today.
func lines(ctx context.Context, s Store, user, project string, from, now time.Time) ([]godocker.Usage, error) {
	// What runs is read first: what ends in between is counted twice for once, and
	// not left out.
	running, err := s.List(ctx, store.Query{User: user, Project: project, States: []godocker.State{godocker.Running, godocker.Ending}})
	if err != nil {
		return nil, err
	}
	lines, err := s.Usage(ctx, user, project, from)
	if err != nil {
		return nil, err
	}
	for i := range running {
		u := running[i].Used(now)
		u.Day = now.UTC().Truncate(day)
		lines = append(lines, u)
	}
	return lines, nil
}

// Parts returns what each user used in each project in the last days, by their names,
// what runs included. Lines of nobody make up for quotas that began anew.
func Parts(ctx context.Context, s Store, days int, now time.Time) ([]godocker.Usage, error) {
	lines, err := lines(ctx, s, "", "", begin(days, now), now)
	return by(lines, func(l godocker.Usage) part { return part{user: l.User, project: l.Project} }), err
}

// Members returns what each member used in a project on each of the last days on which
// they used something, by day and name, what runs included. The given function says under
// which name a person is counted.
func Members(ctx context.Context, s Store, project string, days int, now time.Time, name func(user string) string) ([]godocker.Usage, error) {
	lines, err := lines(ctx, s, "", project, begin(days, now), now)
	return by(lines, func(l godocker.Usage) part { return part{l.Day.UTC(), name(l.User), project} }), err
}

// A part is what lines are added up by.
type part struct {
	day           time.Time
	user, project string
}

// by adds up lines by their parts, in the order of these.
func by(lines []godocker.Usage, of func(godocker.Usage) part) []godocker.Usage {
	sums := map[part]godocker.Usage{}
	for _, l := range lines {
		p := of(l)
		sum := sums[p]
		sum.Add(l)
		sum.Day, sum.User, sum.Project = p.day, p.user, p.project
		sums[p] = sum
	}
	return slices.SortedFunc(maps.Values(sums), func(x, y godocker.Usage) int {
		return cmp.Or(x.Day.Compare(y.Day), cmp.Compare(x.User, y.User), cmp.Compare(x.Project, y.Project))
	})
}

// Sum returns what Days returns as one.
func Sum(ctx context.Context, s Store, user, project string, days int, now time.Time) (sum godocker.Usage, err error) {
	each, err := Days(ctx, s, user, project, days, now)
	for _, u := range each {
		sum.Add(u)
	}
	return sum, err
}
