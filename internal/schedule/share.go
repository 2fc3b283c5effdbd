package schedule

import (
	"context"
	"math"
	"time"

	"godocker"
	"godocker/internal/usage"
	"godocker/scheduler"
)

// Shares knows what people and projects used, for schedulers that look at it. The books
// are read now and then; in between it counts what runs and what ends. Nice tasks are
// not counted.
type Shares struct {
	Store  ShareStore
	Window int // days that usage is counted over

	decay    scheduler.Decayer // nil = none
	users    map[string]scheduler.Share
	projects map[string]scheduler.Share
	members  map[scheduler.Member]scheduler.Share
	base     map[scheduler.Member]tally // of the books, and of what ended since
	runs     map[scheduler.Member]map[int64]godocker.Queued
	prios    struct{ users, projects map[string]int }
	read     time.Time
}

// A tally is what somebody used in a project.
type tally struct {
	used    godocker.Usage
	decayed float64
}

// ShareStore is where people, projects and usage are kept.
type ShareStore interface {
	usage.Store
	ListUsers(ctx context.Context) ([]godocker.User, error)
	ListProjects(ctx context.Context, member string) ([]godocker.Project, error)
}

// shareEvery is how often the books are read.
const shareEvery = time.Minute

func memberOf(q godocker.Queued) scheduler.Member {
	return scheduler.Member{User: q.User, Project: q.Project}
}

// on reports whether anybody wants to know.
func (s *Shares) on() bool { return s != nil && s.runs != nil }

// want begins to count for a policy, if it looks at shares.
func (s *Shares) want(policy scheduler.Scheduler) {
	if p, ok := policy.(scheduler.Sharer); s != nil && ok && p.UsesShares() {
		s.decay, _ = policy.(scheduler.Decayer)
		s.runs = map[scheduler.Member]map[int64]godocker.Queued{}
	}
}

// clear forgets what runs, and that the books were read.
func (s *Shares) clear() {
	if s.on() {
		clear(s.runs)
		s.read = time.Time{}
	}
}

func (s *Shares) began(q godocker.Queued) {
	if !s.on() || q.Nice > 0 {
		return
	}
	m := memberOf(q)
	if s.runs[m] == nil {
		s.runs[m] = map[int64]godocker.Queued{}
	}
	s.runs[m][q.ID] = q
}

func (s *Shares) ended(q godocker.Queued, at time.Time) {
	if !s.on() || q.Nice > 0 {
		return
	}
	m := memberOf(q)
	delete(s.runs[m], q.ID)
	if len(s.runs[m]) == 0 {
		delete(s.runs, m)
	}
	if d := at.Sub(q.Started).Seconds(); d > 0 && !q.Started.IsZero() && s.base != nil {
		t := s.base[m]
		t.add(q, d, s.decay, d)
		s.base[m] = t
	}
	s.show(m, at)
}

// add counts a task that ran for so many seconds, and as burden for others.
func (t *tally) add(q godocker.Queued, seconds float64, decay scheduler.Decayer, weighed float64) {
	t.used.Add(godocker.Usage{Tasks: 1, CPU: q.CPU * seconds, RAM: q.RAM * seconds, GPU: float64(q.GPUs) * seconds, Time: seconds})
	if decay != nil {
		t.decayed += weighed * decay.Burden(q.CPU, q.RAM, float64(q.GPUs))
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
	from := now.UTC().AddDate(0, 0, 1-s.Window)
	back := from
	if s.decay != nil {
		if far := now.UTC().Add(-halves * s.decay.HalfLife()); far.Before(back) {
			back = far
		}
	}
	lines, err := s.Store.Usage(ctx, "", "", back)
	if err != nil {
		return err
	}
	base := map[scheduler.Member]tally{}
	first := from.Truncate(24 * time.Hour)
	for _, l := range lines {
		m := scheduler.Member{User: l.User, Project: l.Project}
		t := base[m]
		cpu, ram, gpu := l.CPU-l.Nice.CPU, l.RAM-l.Nice.RAM, l.GPU-l.Nice.GPU
		if !l.Day.Before(first) {
			t.used.Add(godocker.Usage{Tasks: l.Tasks, CPU: cpu, RAM: ram, GPU: gpu, Time: l.Time - l.Nice.Time})
		}
		if s.decay != nil {
			age := max(0, now.Sub(l.Day.Add(12*time.Hour)))
			t.decayed += s.decay.Burden(cpu, ram, gpu) * math.Exp2(-age.Seconds()/s.decay.HalfLife().Seconds())
		}
		base[m] = t
	}
	s.prios.users, s.prios.projects = map[string]int{}, map[string]int{}
	for _, u := range us {
		s.prios.users[u.ID] = u.Priority
	}
	for _, p := range ps {
		s.prios.projects[p.ID] = p.Priority
	}
	s.base, s.read = base, now
	s.users, s.projects, s.members = map[string]scheduler.Share{}, map[string]scheduler.Share{}, map[scheduler.Member]scheduler.Share{}
	for id, prio := range s.prios.users {
		s.users[id] = scheduler.Share{Priority: prio}
	}
	for id, prio := range s.prios.projects {
		s.projects[id] = scheduler.Share{Priority: prio}
	}
	for m := range base {
		s.show(m, now)
	}
	return nil
}

// halves is how many half-lives back use is looked at: what is older counts for less
// than a hundredth.
const halves = 7

// fill brings what runs up to date, and tells the scheduler.
func (s *Shares) fill(in *scheduler.Snapshot) {
	for m := range s.runs {
		s.show(m, in.Now)
	}
	in.Users, in.Projects, in.Members = s.users, s.projects, s.members
}

// show works out the shares of a member, and brings the difference to theirs as a
// person and to the project.
func (s *Shares) show(m scheduler.Member, now time.Time) {
	if s.members == nil {
		return
	}
	t := s.base[m]
	entry := 0.0
	if s.decay != nil {
		entry = s.decay.Entry().Seconds()
	}
	for _, q := range s.runs[m] {
		d := 0.0
		if !q.Started.IsZero() {
			d = max(0, now.Sub(q.Started).Seconds())
		}
		t.add(q, d, s.decay, max(d, entry))
	}
	before := s.members[m]
	s.members[m] = scheduler.Share{Used: t.used, Decayed: t.decayed, Priority: godocker.DefaultPriority}
	moved(s.users, m.User, before, t)
	moved(s.projects, m.Project, before, t)
}

func moved(shares map[string]scheduler.Share, id string, before scheduler.Share, t tally) {
	x, known := shares[id]
	if !known {
		x.Priority = godocker.DefaultPriority
	}
	x.Used.Tasks += t.used.Tasks - before.Used.Tasks
	x.Used.CPU += t.used.CPU - before.Used.CPU
	x.Used.RAM += t.used.RAM - before.Used.RAM
	x.Used.GPU += t.used.GPU - before.Used.GPU
	x.Used.Time += t.used.Time - before.Used.Time
	x.Decayed += t.decayed - before.Decayed
	shares[id] = x
}
