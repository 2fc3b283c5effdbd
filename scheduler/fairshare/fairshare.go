// Package fairshare orders tasks by a ticket: the less its owner and project used, the
// longer it waits and the higher their priorities, the sooner a task comes.
package fairshare

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"godocker"
	"godocker/plugin"
	"godocker/scheduler"
)

// Config holds the weights of the terms of the ticket; 0 leaves a term out.
type Config struct {
	WaitingTime float64 `yaml:"fairshare_waiting_time_weight"`
	UserTime    float64 `yaml:"fairshare_user_time_weight"`
	UserCPU     float64 `yaml:"fairshare_user_cpu_weight"`
	UserRAM     float64 `yaml:"fairshare_user_ram_weight"`
	GroupTime   float64 `yaml:"fairshare_group_time_weight"`
	GroupCPU    float64 `yaml:"fairshare_group_cpu_weight"`
	GroupRAM    float64 `yaml:"fairshare_group_ram_weight"`
	User        float64 `yaml:"fairshare_user_weight"`
	Group       float64 `yaml:"fairshare_group_weight"`
}

// Plugin describes this scheduler to the registry.
var Plugin = plugin.Define("fairshare", "who used less comes sooner", New)

// New returns the scheduler, or an error for weights that would have no effect.
func New(_ context.Context, _ plugin.Env, c Config) (scheduler.Scheduler, error) {
	sum := 0.0
	for name, w := range map[string]float64{
		"waiting_time": c.WaitingTime, "user_time": c.UserTime, "user_cpu": c.UserCPU, "user_ram": c.UserRAM,
		"group_time": c.GroupTime, "group_cpu": c.GroupCPU, "group_ram": c.GroupRAM, "user": c.User, "group": c.Group,
	} {
		if w < 0 || math.IsNaN(w) || math.IsInf(w, 0) {
			return nil, fmt.Errorf("fairshare_%s_weight: want 0 or more, got %g", name, w)
		}
		sum += w
	}
	if sum == 0 {
		return nil, errors.New("fairshare: all weights are 0, so that nothing would be weighed; give one of them a weight, or choose scheduler_policy: fifo")
	}
	return Scheduler{c}, nil
}

// A Scheduler orders by ticket, least first, and then by id.
type Scheduler struct{ weights Config }

// UsesShares says that Snapshot.Users and Snapshot.Projects are looked at.
func (Scheduler) UsesShares() bool { return true }

// Ticket is the formula:
//
//	(1-wait)·w + utime·w + ucpu·w + uram·w + gtime·w + gcpu·w + gram·w + (1-uprio)·w + (1-gprio)·w
//
// in which wait is normalised over the tasks that wait, the usage of a user over the
// users who have tasks that wait, that of a project over their projects, each as
// (v-min)/(max-min), or 0.5 where all are the same, and priorities are from 0 to 1.
func (s Scheduler) ticket(wait float64, u, g term) float64 {
	w := s.weights
	return (1-wait)*w.WaitingTime +
		u.time*w.UserTime + u.cpu*w.UserCPU + u.ram*w.UserRAM +
		g.time*w.GroupTime + g.cpu*w.GroupCPU + g.ram*w.GroupRAM +
		(1-u.prio)*w.User + (1-g.prio)*w.Group
}

// A term is what a user or a project brings to a ticket, each from 0 to 1.
type term struct{ time, cpu, ram, prio float64 }

// A group is the tasks of one user in one project. Within it only the time of waiting
// differs, so that the order is that of their submission.
type group struct {
	user, project term
	tasks         []int // indexes into the queue, the next one first
	first         float64
}

type key struct{ user, project string }

// Order draws tasks from the groups, whose first tasks alone are compared.
func (s Scheduler) Order(in scheduler.Snapshot) iter.Seq[int] {
	return func(yield func(int) bool) {
		if len(in.Queue) == 0 {
			return
		}
		m := &merge{in: in, policy: s, wait: waits(in)}
		for _, g := range s.groups(in) {
			m.groups = append(m.groups, g)
			m.weigh(g)
		}
		heap.Init(m)
		for len(m.groups) > 0 {
			g := m.groups[0]
			i := g.tasks[0]
			if !yield(i) {
				return
			}
			if g.tasks = g.tasks[1:]; len(g.tasks) == 0 {
				heap.Pop(m)
				continue
			}
			m.weigh(g)
			heap.Fix(m, 0)
		}
	}
}

func (s Scheduler) groups(in scheduler.Snapshot) []*group {
	byKey := map[key]*group{}
	var all []*group
	users, projects := map[string]term{}, map[string]term{}
	for i := range in.Queue {
		q := &in.Queue[i]
		k := key{q.User, q.Project}
		g := byKey[k]
		if g == nil {
			g = &group{}
			byKey[k] = g
			all = append(all, g)
			users[q.User], projects[q.Project] = term{}, term{}
		}
		g.tasks = append(g.tasks, i)
	}
	normalise(users, in.Users)
	normalise(projects, in.Projects)
	for k, g := range byKey {
		g.user, g.project = users[k.user], projects[k.project]
		if s.weights.WaitingTime > 0 {
			slices.SortFunc(g.tasks, func(a, b int) int {
				return cmp.Or(in.Queue[a].Submitted.Compare(in.Queue[b].Submitted), cmp.Compare(in.Queue[a].ID, in.Queue[b].ID))
			})
		}
	}
	return all
}

// normalise fills in the terms of those who have tasks that wait.
func normalise(terms map[string]term, shares map[string]scheduler.Share) {
	var time, cpu, ram span
	for id := range terms {
		u := shares[id].Used
		time.see(u.Time)
		cpu.see(u.CPU)
		ram.see(u.RAM)
	}
	for id := range terms {
		share, known := shares[id]
		prio := float64(share.Priority)
		if !known {
			prio = godocker.DefaultPriority
		}
		u := share.Used
		terms[id] = term{time: time.part(u.Time), cpu: cpu.part(u.CPU), ram: ram.part(u.RAM), prio: prio / 100}
	}
}

// A span is from the least to the greatest of the values that it saw.
type span struct {
	min, max float64
	any      bool
}

func (s *span) see(v float64) {
	if !s.any {
		s.min, s.max, s.any = v, v, true
	}
	s.min, s.max = min(s.min, v), max(s.max, v)
}

// part is where a value lies in the span, from 0 to 1.
func (s span) part(v float64) float64 {
	if s.max == s.min {
		return 0.5
	}
	return (v - s.min) / (s.max - s.min)
}

func waits(in scheduler.Snapshot) (s span) {
	for i := range in.Queue {
		s.see(age(in.Now, &in.Queue[i]))
	}
	return s
}

func age(now time.Time, q *godocker.Queued) float64 { return now.Sub(q.Submitted).Seconds() }

// A merge is a heap of groups by the tickets of their first tasks.
type merge struct {
	policy Scheduler
	in     scheduler.Snapshot
	wait   span
	groups []*group
}

// weigh works out the ticket of a group's first task.
func (m *merge) weigh(g *group) {
	wait := m.wait.part(age(m.in.Now, &m.in.Queue[g.tasks[0]]))
	g.first = m.policy.ticket(wait, g.user, g.project)
}

// Len, Less, Swap, Push and Pop implement heap.Interface.
func (m *merge) Len() int { return len(m.groups) }

func (m *merge) Less(i, j int) bool {
	a, b := m.groups[i], m.groups[j]
	if a.first != b.first {
		return a.first < b.first
	}
	return m.in.Queue[a.tasks[0]].ID < m.in.Queue[b.tasks[0]].ID
}

func (m *merge) Swap(i, j int) { m.groups[i], m.groups[j] = m.groups[j], m.groups[i] }

func (m *merge) Push(x any) { m.groups = append(m.groups, x.(*group)) }

func (m *merge) Pop() any {
	last := m.groups[len(m.groups)-1]
	m.groups = m.groups[:len(m.groups)-1]
	return last
}
