package simulate

import (
	"slices"
	"strings"
	"time"
)

// An Outcome is what came of a simulation. Times are in seconds.
type Outcome struct {
	All      Row   `json:"all"`
	Users    []Row `json:"users"`    // by name
	Projects []Row `json:"projects"` // by name

	Utilisation float64 `json:"utilisation"` // part of the cores that was in use, in the span
	Makespan    float64 `json:"makespan"`    // from the beginning of the span to the end of the last task
	Fairness    float64 `json:"fairness"`    // Jain's index, from 1/n to 1
	Backfilled  int     `json:"backfilled"`  // tasks that started while one before them waited for its place
	Cut         int     `json:"cut"`         // tasks that were ended as their time was up
	Never       int     `json:"never"`       // tasks that could not start at all

	Samples  []Sample `json:"-"`
	Capacity float64  `json:"capacity"` // cores
}

// A Row is what became of the tasks of a person or of a project.
type Row struct {
	Name     string  `json:"name"`
	Tasks    int     `json:"tasks"`       // that started
	Median   float64 `json:"wait_median"` // waits
	P95      float64 `json:"wait_p95"`
	Longest  float64 `json:"wait_longest"`
	CPUHours float64 `json:"cpu_hours"`
	Share    float64 `json:"share"`    // of the cores, in the span
	Entitled float64 `json:"entitled"` // to that share
	Slowdown float64 `json:"slowdown"` // bounded, on average
}

// A heap of what members did.
type pile struct {
	waits                            []time.Duration
	slowdown, used, within, entitled float64
}

func (p *pile) add(x *member) {
	p.waits = append(p.waits, x.waits...)
	p.slowdown, p.used, p.within, p.entitled = p.slowdown+x.slowdown, p.used+x.used, p.within+x.within, p.entitled+x.entitled
}

func (p *pile) row(name string, available float64) Row {
	slices.Sort(p.waits)
	n := len(p.waits)
	r := Row{Name: name, Tasks: n, CPUHours: p.used / 3600}
	if available > 0 {
		r.Share, r.Entitled = p.within/available, p.entitled/available
	}
	if n > 0 {
		r.Median, r.P95, r.Longest = p.waits[(n-1)/2].Seconds(), p.waits[(n-1)*95/100].Seconds(), p.waits[n-1].Seconds()
		r.Slowdown = p.slowdown / float64(n)
	}
	return r
}

func (m *measure) outcome(never int) *Outcome {
	end := m.last
	if end.Before(m.span.To) {
		end = m.span.To
	}
	m.sample(end)
	available := m.capacity * m.span.To.Sub(m.span.From).Seconds()
	var all pile
	users, projects := map[string]*pile{}, map[string]*pile{}
	for i := range m.members {
		x := &m.members[i]
		all.add(x)
		of(users, x.User).add(x)
		of(projects, x.Project).add(x)
	}
	o := &Outcome{All: all.row("all", available), Users: rows(users, available), Projects: rows(projects, available),
		Backfilled: m.backfilled, Cut: m.cut, Never: never, Samples: m.samples, Capacity: m.capacity}
	o.Utilisation = o.All.Share
	if !m.last.IsZero() {
		o.Makespan = m.last.Sub(m.span.From).Seconds()
	}
	var got []float64
	for i := range m.members {
		if x := &m.members[i]; x.entitled > 0 {
			got = append(got, x.within/x.entitled)
		}
	}
	o.Fairness = jain(got)
	return o
}

func of(piles map[string]*pile, name string) *pile {
	if piles[name] == nil {
		piles[name] = &pile{}
	}
	return piles[name]
}

func rows(piles map[string]*pile, available float64) []Row {
	out := make([]Row, 0, len(piles))
	for name, p := range piles {
		out = append(out, p.row(name, available))
	}
	slices.SortFunc(out, func(a, b Row) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// jain is (Σx)² / (n·Σx²), for x what each got of what they were entitled to: 1 where all
// got the same part of it, 1/n where one got everything (Jain, Chiu, Hawe: A quantitative
// measure of fairness and discrimination for resource allocation in shared computer
// systems, DEC-TR-301, 1984).
func jain(xs []float64) float64 {
	sum, squares := 0.0, 0.0
	for _, x := range xs {
		sum, squares = sum+x, squares+x*x
	}
	if squares == 0 {
		return 1
	}
	return sum * sum / (float64(len(xs)) * squares)
}
