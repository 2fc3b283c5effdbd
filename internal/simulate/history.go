package simulate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"godocker"
	"godocker/internal/plan"
	"godocker/store"
)

// Store is where a history is read from.
type Store interface {
	List(ctx context.Context, q store.Query) ([]godocker.Task, error)
	ListUsers(ctx context.Context) ([]godocker.User, error)
	ListProjects(ctx context.Context, member string) ([]godocker.Project, error)
}

// page is how many tasks are read at a time.
const page = 2000

// Read returns the tasks that were handed in within the history and that ran to their
// end, the elements of arrays one by one, and the span that it covers, whole days.
func (h *History) Read(ctx context.Context, s Store, now time.Time) ([]Task, Span, error) {
	q := store.Query{States: []godocker.State{godocker.Over, godocker.Archived}, Since: time.Time(h.From), Until: time.Time(h.To), Limit: page}
	var out []Task
	for {
		ts, err := s.List(ctx, q)
		if err != nil {
			return nil, Span{}, err
		}
		if len(ts) == 0 {
			break
		}
		for i := range ts {
			if t := &ts[i]; t.Requirements.Array.Count == 0 && !t.Started.IsZero() && t.Ended.After(t.Started) {
				r := t.Requirements
				out = append(out, Task{User: t.User.ID, Project: t.User.Project, Nice: r.Nice, CPU: r.CPU, RAM: r.RAM, GPUs: r.GPUs, Labels: r.Labels,
					Submitted: t.Submitted, Asks: r.MaxLifespan, Runs: t.Worked(now)})
			}
		}
		if q.Before = ts[len(ts)-1].ID; h.Most > 0 && len(out) > h.Most {
			return nil, Span{}, fmt.Errorf("history: more than %d tasks were handed in within it: give a shorter time", h.Most)
		}
	}
	if len(out) == 0 {
		return nil, Span{}, errors.New("history: no task that ran was handed in within it")
	}
	slices.Reverse(out) // to be by id again
	slices.SortStableFunc(out, func(a, b Task) int { return a.Submitted.Compare(b.Submitted) })
	span := Span{From: time.Time(h.From), To: time.Time(h.To)}
	if span.From.IsZero() {
		span.From = out[0].Submitted.UTC().Truncate(day)
	}
	if span.To.IsZero() {
		span.To = out[len(out)-1].Submitted.UTC().Truncate(day).Add(day)
	}
	return out, span, nil
}

// ReadPeople returns what brings into a site who is preferred, and how much people and
// projects may have running. What the site says already, it keeps.
func ReadPeople(ctx context.Context, s Store) (func(*Site), error) {
	us, err := s.ListUsers(ctx)
	if err != nil {
		return nil, err
	}
	ps, err := s.ListProjects(ctx, "")
	if err != nil {
		return nil, err
	}
	return func(s *Site) {
		for _, u := range us {
			s.know(s.Priorities.Users, u.Priority, plan.Account{ID: u.ID}, u.Quota.Running)
		}
		for _, p := range ps {
			s.know(s.Priorities.Projects, p.Priority, plan.Account{Project: true, ID: p.ID}, p.Quota.Running)
		}
	}, nil
}

func (s *Site) know(priorities map[string]int, priority int, a plan.Account, l godocker.Limits) {
	if _, known := priorities[a.ID]; !known {
		priorities[a.ID] = priority
	}
	if _, known := s.Limits[a]; !known && l != (godocker.Limits{}) {
		s.Limits[a] = l
	}
}
