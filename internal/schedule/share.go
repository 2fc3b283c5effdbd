package schedule

import (
	"context"
	"time"

	"godocker"
	"godocker/internal/plan"
	"godocker/internal/usage"
	"godocker/scheduler"
)

// Shares knows what people and projects used, for schedulers that look at it. The books
// are read now and then; in between it counts what runs and what ends.
type Shares struct {
	Store  ShareStore
	Window int // days that usage is counted over

	count *plan.Shares // nil = nobody wants to know
	read  time.Time
}

// ShareStore is where people, projects and usage are kept.
type ShareStore interface {
	usage.Store
	ListUsers(ctx context.Context) ([]godocker.User, error)
	ListProjects(ctx context.Context, member string) ([]godocker.Project, error)
}

// shareEvery is how often the books are read.
const shareEvery = time.Minute

// on reports whether anybody wants to know.
func (s *Shares) on() bool { return s != nil && s.count != nil }

// want begins to count for a policy, if it looks at shares.
func (s *Shares) want(policy scheduler.Scheduler) {
	if s != nil {
		s.count = plan.NewShares(policy)
	}
}

// clear forgets what runs, and that the books were read.
func (s *Shares) clear() {
	if s.on() {
		s.count.Clear()
		s.read = time.Time{}
	}
}

func (s *Shares) began(q godocker.Queued) {
	if s.on() {
		s.count.Began(q)
	}
}

func (s *Shares) ended(q godocker.Queued, at time.Time) {
	if s.on() {
		s.count.Ended(q, at)
	}
}

// refresh reads the books if it is time to. What fails keeps what was known.
func (s *Shares) refresh(ctx context.Context, now time.Time) error {
	if age := now.Sub(s.read); !s.read.IsZero() && age >= 0 && age < shareEvery {
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
	lines, err := s.Store.Usage(ctx, "", "", s.count.Back(s.Window, now))
	if err != nil {
		return err
	}
	prios := plan.Priorities{Users: map[string]int{}, Projects: map[string]int{}}
	for _, u := range us {
		prios.Users[u.ID] = u.Priority
	}
	for _, p := range ps {
		prios.Projects[p.ID] = p.Priority
	}
	s.count.Read(lines, prios, s.Window, now)
	s.read = now
	return nil
}
