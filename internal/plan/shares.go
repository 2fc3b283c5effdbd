package plan

import (
	"container/heap"
	"maps"
	"math"
	"slices"
	"time"

	"godocker"
	"godocker/scheduler"
)

// Shares count what people and projects used, for schedulers that look at it: what the
// books say, and since then what runs and what ended. Nice tasks are not counted. They
// must not be used concurrently.
type Shares struct {
	decay    scheduler.Decayer // nil = none
	users    map[string]scheduler.Share
	projects map[string]scheduler.Share
	members  map[scheduler.Member]scheduler.Share
	base     map[scheduler.Member]tally // of the books, and of what ended since
	runs     map[scheduler.Member]*runs
	order    []*runs // all of them, so that sums come out the same each time
}

// Priorities are those of people and projects, by their ids.
type Priorities struct{ Users, Projects map[string]int }

// A tally is what somebody used in a project.
type tally struct {
	used    godocker.Usage
	decayed float64
}

// NewShares returns shares for a policy, or nil if it does not look at any.
func NewShares(policy scheduler.Scheduler) *Shares {
	p, ok := policy.(scheduler.Sharer)
	if !ok || !p.UsesShares() {
		return nil
	}
	s := &Shares{runs: map[scheduler.Member]*runs{}}
	s.decay, _ = policy.(scheduler.Decayer)
	return s
}

// Clear forgets what runs.
func (s *Shares) Clear() {
	clear(s.runs)
	s.order = nil
}

func memberOf(q *godocker.Queued) scheduler.Member {
	return scheduler.Member{User: q.User, Project: q.Project}
}

// Began counts a task from its Started on, or without a time if that is zero.
func (s *Shares) Began(q godocker.Queued) {
	if q.Nice > 0 {
		return
	}
	m := memberOf(&q)
	if s.runs[m] == nil {
		r := newRuns(m, s.decay)
		r.place = len(s.order)
		s.runs[m], s.order = r, append(s.order, r)
	}
	s.runs[m].begin(&q)
}

// Ended counts a task up to a time.
func (s *Shares) Ended(q godocker.Queued, at time.Time) {
	if q.Nice > 0 {
		return
	}
	m := memberOf(&q)
	if r := s.runs[m]; r != nil {
		if r.end(q.ID, at); len(r.tasks) == 0 {
			last := s.order[len(s.order)-1]
			s.order[r.place], last.place = last, r.place
			s.order = s.order[:len(s.order)-1]
			delete(s.runs, m)
		}
	}
	if d := at.Sub(q.Started).Seconds(); d > 0 && !q.Started.IsZero() && s.base != nil {
		t := s.base[m]
		t.add(&q, d, s.decay, d)
		s.base[m] = t
	}
	s.Show(m, at)
}

// add counts a task that ran for so many seconds, and as burden for others.
func (t *tally) add(q *godocker.Queued, seconds float64, decay scheduler.Decayer, weighed float64) {
	t.used.Add(godocker.Usage{Tasks: 1, CPU: q.CPU * seconds, RAM: q.RAM * seconds, GPU: float64(q.GPUs) * seconds, Time: seconds})
	if decay != nil {
		t.decayed += weighed * decay.Burden(q.CPU, q.RAM, float64(q.GPUs))
	}
}

// halves is how many half-lives back use is looked at: what is older counts for less
// than a hundredth.
const halves = 7

// Back is from when on the books are looked at with a window of so many days.
func (s *Shares) Back(window int, now time.Time) time.Time {
	back := now.UTC().AddDate(0, 0, 1-window)
	if s.decay != nil {
		if far := now.UTC().Add(-halves * s.decay.HalfLife()); far.Before(back) {
			return far
		}
	}
	return back
}

// Read takes over what the books say from Back on.
func (s *Shares) Read(lines []godocker.Usage, prios Priorities, window int, now time.Time) {
	s.base = map[scheduler.Member]tally{}
	first := now.UTC().AddDate(0, 0, 1-window).Truncate(24 * time.Hour)
	for _, l := range lines {
		m := scheduler.Member{User: l.User, Project: l.Project}
		t := s.base[m]
		cpu, ram, gpu := l.CPU-l.Nice.CPU, l.RAM-l.Nice.RAM, l.GPU-l.Nice.GPU
		if !l.Day.Before(first) {
			t.used.Add(godocker.Usage{Tasks: l.Tasks, CPU: cpu, RAM: ram, GPU: gpu, Time: l.Time - l.Nice.Time})
		}
		if s.decay != nil {
			age := max(0, now.Sub(l.Day.Add(12*time.Hour)))
			t.decayed += s.decay.Burden(cpu, ram, gpu) * math.Exp2(-age.Seconds()/s.decay.HalfLife().Seconds())
		}
		s.base[m] = t
	}
	s.users, s.projects, s.members = map[string]scheduler.Share{}, map[string]scheduler.Share{}, map[scheduler.Member]scheduler.Share{}
	for id, prio := range prios.Users {
		s.users[id] = scheduler.Share{Priority: prio}
	}
	for id, prio := range prios.Projects {
		s.projects[id] = scheduler.Share{Priority: prio}
	}
	for _, l := range lines {
		s.Show(scheduler.Member{User: l.User, Project: l.Project}, now)
	}
	for i, r := range s.order { // sums of differences lose something with time
		again := newRuns(r.member, s.decay)
		again.place = i
		for _, id := range slices.Sorted(maps.Keys(r.tasks)) {
			again.begin(&r.tasks[id].task)
		}
		s.runs[r.member], s.order[i] = again, again
	}
}

// Fill brings what runs up to date, and tells the scheduler.
func (s *Shares) Fill(in *scheduler.Snapshot) {
	for _, r := range s.order {
		s.Show(r.member, in.Now)
	}
	s.Tell(in)
}

// Tell tells the scheduler what is known, what runs being as it was last shown.
func (s *Shares) Tell(in *scheduler.Snapshot) {
	in.Users, in.Projects, in.Members = s.users, s.projects, s.members
}

// Show works out the shares of a member, and brings the difference to theirs as a
// person and to the project.
func (s *Shares) Show(m scheduler.Member, now time.Time) {
	if s.members == nil {
		return
	}
	t := s.base[m]
	if r := s.runs[m]; r != nil {
		r.advance(now)
		t.used.Add(r.sum.used)
		t.decayed += r.sum.decayed
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

// Clone returns shares that count on by themselves.
func (s *Shares) Clone() *Shares {
	c := &Shares{decay: s.decay, users: maps.Clone(s.users), projects: maps.Clone(s.projects), members: maps.Clone(s.members),
		base: maps.Clone(s.base), runs: make(map[scheduler.Member]*runs, len(s.runs)), order: make([]*runs, len(s.order))}
	for i, r := range s.order {
		again := *r
		again.tasks, again.young = make(map[int64]*run, len(r.tasks)), slices.Clone(r.young)
		for id, x := range r.tasks {
			own := *x
			again.tasks[id] = &own
		}
		c.runs[r.member], c.order[i] = &again, &again
	}
	return c
}

// runs is what somebody runs in a project, counted up to a time. Its cost is that of what
// begins and ends.
type runs struct {
	member scheduler.Member
	place  int // in order
	decay  scheduler.Decayer
	tasks  map[int64]*run
	at     time.Time
	sum    tally
	rate   tally // per second
	young  young
}

type run struct {
	task  godocker.Queued
	grown bool // it ran for longer than it counts for at once, or there is no such time
}

func newRuns(m scheduler.Member, decay scheduler.Decayer) *runs {
	return &runs{member: m, decay: decay, tasks: map[int64]*run{}}
}

func (r *runs) burden(q *godocker.Queued) float64 {
	return r.decay.Burden(q.CPU, q.RAM, float64(q.GPUs))
}

func (r *runs) advance(now time.Time) {
	if !now.After(r.at) {
		return
	}
	if !r.at.IsZero() {
		d := now.Sub(r.at).Seconds()
		r.sum.used.Add(godocker.Usage{CPU: d * r.rate.used.CPU, RAM: d * r.rate.used.RAM, GPU: d * r.rate.used.GPU, Time: d * r.rate.used.Time})
		r.sum.decayed += d * r.rate.decayed
	}
	r.at = now
	for len(r.young) > 0 && !r.young[0].until.After(now) {
		y := heap.Pop(&r.young).(growing)
		if x := r.tasks[y.id]; x != nil && !x.grown {
			x.grown = true
			r.sum.decayed += now.Sub(y.until).Seconds() * r.burden(&x.task)
			r.rate.decayed += r.burden(&x.task)
		}
	}
}

// count adds what a task brings to the sum by now, and to the rate, or takes it away.
func (r *runs) count(x *run, sign float64) {
	q, d := &x.task, 0.0
	if !q.Started.IsZero() {
		d = r.at.Sub(q.Started).Seconds()
		r.rate.used.Add(godocker.Usage{CPU: sign * q.CPU, RAM: sign * q.RAM, GPU: sign * float64(q.GPUs), Time: sign})
	}
	r.sum.used.Add(godocker.Usage{Tasks: int(sign), CPU: sign * d * q.CPU, RAM: sign * d * q.RAM, GPU: sign * d * float64(q.GPUs), Time: sign * d})
	if r.decay == nil {
		return
	}
	r.sum.decayed += sign * max(d, r.decay.Entry().Seconds()) * r.burden(q)
	if x.grown {
		r.rate.decayed += sign * r.burden(q)
	}
}

func (r *runs) begin(q *godocker.Queued) {
	r.end(q.ID, q.Started)
	r.advance(q.Started)
	x := &run{task: *q}
	r.tasks[q.ID] = x
	if r.decay != nil && !q.Started.IsZero() {
		until := q.Started.Add(r.decay.Entry())
		if x.grown = !until.After(r.at); !x.grown {
			heap.Push(&r.young, growing{q.ID, until})
		}
	}
	r.count(x, 1)
}

func (r *runs) end(id int64, at time.Time) {
	if x := r.tasks[id]; x != nil {
		r.advance(at)
		delete(r.tasks, id)
		r.count(x, -1)
	}
}

// A growing task counts for the time of entry until then.
type growing struct {
	id    int64
	until time.Time
}

type young []growing

// Len, Less, Swap, Push and Pop implement heap.Interface.
func (y young) Len() int { return len(y) }

func (y young) Less(i, j int) bool { return y[i].until.Before(y[j].until) }

func (y young) Swap(i, j int) { y[i], y[j] = y[j], y[i] }

func (y *young) Push(x any) { *y = append(*y, x.(growing)) }

func (y *young) Pop() any {
	last := (*y)[len(*y)-1]
	*y = (*y)[:len(*y)-1]
	return last
}
