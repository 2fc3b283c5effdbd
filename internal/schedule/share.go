package schedule

import (
	"context"
	"time"

	"godocker"
	"godocker/internal/usage"
	"godocker/scheduler"
	"godocker/store"
)

// Shares knows what people and projects used, for schedulers that look at it.
type Shares struct {
	Store  ShareStore
	Window int // days that usage is counted over

	users, projects map[string]scheduler.Share
	read            time.Time
}

// ShareStore is where people, projects and usage are kept.
type ShareStore interface {
	usage.Store
	ListUsers(ctx context.Context) ([]godocker.User, error)
	ListProjects(ctx context.Context, member string) ([]godocker.Project, error)
}

// shareEvery is how often usage is added up.
const shareEvery = 10 * time.Second

// refresh adds up what was used, if it is time. What fails keeps the earlier sums.
func (s *Shares) refresh(ctx context.Context, now time.Time) error {
	if age := now.Sub(s.read); age >= 0 && age < shareEvery {
		return nil
	}
	us, err := s.Store.ListUsers(ctx)
	if err != nil {
		return err
	}
	ps, err := s.Store.ListProjects(ctx, "")
	if err != nil {
		return err
	}
	users, projects := map[string]scheduler.Share{}, map[string]scheduler.Share{}
	for _, u := range us {
		users[u.ID] = scheduler.Share{Priority: u.Priority}
	}
	for _, p := range ps {
		projects[p.ID] = scheduler.Share{Priority: p.Priority}
	}
	running, err := s.Store.List(ctx, store.Query{States: []godocker.State{godocker.Running, godocker.Ending}})
	if err != nil {
		return err
	}
	lines, err := s.Store.Usage(ctx, "", "", now.UTC().AddDate(0, 0, 1-s.Window))
	if err != nil {
		return err
	}
	for i := range running {
		lines = append(lines, running[i].Used(now))
	}
	for _, l := range lines {
		add(users, l.User, l)
		add(projects, l.Project, l)
	}
	s.users, s.projects, s.read = users, projects, now
	return nil
}

func add(shares map[string]scheduler.Share, id string, u godocker.Usage) {
	s, known := shares[id]
	if !known {
		s.Priority = godocker.DefaultPriority
	}
	s.Used.Add(u)
	shares[id] = s
}

// snapshot is what the scheduler may look at.
func (r *Room) snapshot(ctx context.Context, now time.Time, queue []godocker.Queued) (scheduler.Snapshot, error) {
	in := scheduler.Snapshot{Now: now, Queue: queue}
	if p, ok := r.Policy.(scheduler.Sharer); !ok || !p.UsesShares() || r.Shares == nil || len(queue) == 0 {
		return in, nil
	}
	err := r.Shares.refresh(ctx, now)
	in.Users, in.Projects = r.Shares.users, r.Shares.projects
	return in, err
}
