package simulate

import (
	"cmp"
	"math"
	"slices"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/plan"
	"godocker/scheduler"
)

// sampleEvery is how often it is noted who uses what.
const sampleEvery = 10 * time.Minute

// measure notes what happens.
type measure struct {
	site       Site
	span       Span
	capacity   float64 // cores
	number     map[scheduler.Member]int32
	members    []member
	samples    []Sample
	next       time.Time // of the samples
	waiting    int
	last       time.Time // end of a task
	backfilled int
	cut        int // ended at their lifespan
}

// A member is a person in a project.
type member struct {
	scheduler.Member
	waits          []time.Duration
	slowdown       float64 // sum
	used, within   float64 // core seconds: in all, and in the span
	entitled       float64 // core seconds, in the span
	runs, wants    float64 // cores now: held, and waited for
	running, queue int
}

// A Sample is what was the case at a time.
type Sample struct {
	At      time.Time
	Waiting int
	Cores   map[string]float64 // in use, by project
}

func newMeasure(site Site, span Span) *measure {
	m := &measure{site: site, span: span, capacity: cores(site.Nodes), number: map[scheduler.Member]int32{}, next: span.From}
	return m
}

func cores(nodes []executor.Node) (sum float64) {
	for _, n := range nodes {
		if !n.Down {
			sum += n.CPU
		}
	}
	return sum
}

func (m *measure) member(user, project string) int32 {
	k := scheduler.Member{User: user, Project: project}
	i, known := m.number[k]
	if !known {
		i = int32(len(m.members))
		m.number[k] = i
		m.members = append(m.members, member{Member: k})
	}
	return i
}

func (m *measure) came(who int32, cpu float64) {
	x := &m.members[who]
	x.wants += cpu
	x.queue++
	m.waiting++
}

func (m *measure) began(who int32, q *godocker.Queued, runs time.Duration) {
	x := &m.members[who]
	x.wants -= q.CPU
	x.queue--
	x.runs += q.CPU
	x.running++
	m.waiting--
	wait := q.Started.Sub(q.Submitted)
	x.waits = append(x.waits, wait)
	x.slowdown += boundedSlowdown(wait, runs)
}

func (m *measure) ended(who int32, q *godocker.Queued, at time.Time) {
	x := &m.members[who]
	if x.running--; x.running == 0 {
		x.runs = 0
	} else {
		x.runs -= q.CPU
	}
	x.used += q.CPU * at.Sub(q.Started).Seconds()
	if at.After(m.last) {
		m.last = at
	}
	if at.After(m.span.To) {
		at = m.span.To
	}
	x.within += q.CPU * max(0, at.Sub(q.Started).Seconds())
}

// slowdownFloor keeps tasks of moments from having a slowdown of thousands.
const slowdownFloor = 10 * time.Second

// boundedSlowdown is max(1, (wait+run) / max(run, 10 s)) (Feitelson, Rudolph,
// Schwiegelshohn, Sevcik, Wong: Theory and practice in parallel job scheduling, 1997).
func boundedSlowdown(wait, run time.Duration) float64 {
	return max(1, (wait+run).Seconds()/max(run, slowdownFloor).Seconds())
}

// sample notes how things were at the times up to now that were not noted yet.
func (m *measure) sample(now time.Time) {
	for ; m.next.Before(now); m.next = m.next.Add(sampleEvery) {
		s := Sample{At: m.next, Waiting: m.waiting, Cores: map[string]float64{}}
		for i := range m.members {
			if x := &m.members[i]; x.runs > 0 {
				s.Cores[x.Project] += x.runs
			}
		}
		m.samples = append(m.samples, s)
		if part := m.span.To.Sub(m.next); part > 0 {
			m.entitle(min(part, sampleEvery).Seconds())
		}
	}
}

// entitle credits everybody with their share of some seconds: the cores are divided
// among the projects in proportion to their priorities, and those of a project among its
// people; nobody is given more than they could use, which goes to the others (max-min
// fairness).
func (m *measure) entitle(seconds float64) {
	var projects []claim
	at := map[string]int{}
	inside := [][]claim{}
	for i := range m.members {
		x := &m.members[i]
		want := m.demand(x)
		if want <= 0 {
			continue
		}
		j, known := at[x.Project]
		if !known {
			j = len(projects)
			at[x.Project] = j
			projects = append(projects, claim{weight: priority(m.site.Priorities.Projects, x.Project)})
			inside = append(inside, nil)
		}
		projects[j].want += want
		inside[j] = append(inside[j], claim{weight: priority(m.site.Priorities.Users, x.User), want: want, member: i})
	}
	divide(m.capacity, projects)
	for j, cs := range inside {
		divide(projects[j].gets, cs)
		for _, c := range cs {
			m.members[c.member].entitled += c.gets * seconds
		}
	}
}

// demand is how many cores somebody could use now.
func (m *measure) demand(x *member) float64 {
	want, n := x.runs+max(0, x.wants), x.running+x.queue
	if n == 0 {
		return 0
	}
	l := m.site.Limits[plan.Account{ID: x.User}]
	if l.Tasks > 0 && n > l.Tasks {
		want *= float64(l.Tasks) / float64(n)
	}
	if l.CPU > 0 {
		want = min(want, l.CPU)
	}
	return want
}

func priority(of map[string]int, id string) float64 {
	if p, known := of[id]; known {
		return float64(p)
	}
	return godocker.DefaultPriority
}

// A claim is what somebody could use, and gets.
type claim struct {
	weight, want, gets float64
	member             int
}

// divide gives each their share by weight, and what some do not want to the others.
func divide(all float64, cs []claim) {
	order := make([]int, len(cs))
	weights := 0.0
	for i := range cs {
		order[i] = i
		weights += cs[i].weight
	}
	per := func(c claim) float64 {
		if c.weight == 0 {
			return math.Inf(1)
		}
		return c.want / c.weight
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(per(cs[a]), per(cs[b])) })
	for _, i := range order {
		c := &cs[i]
		c.gets = min(c.want, all)
		if weights > 0 && c.weight > 0 {
			c.gets = min(c.want, all*c.weight/weights)
		}
		all, weights = all-c.gets, weights-c.weight
	}
}
