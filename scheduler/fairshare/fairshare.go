// Package fairshare orders tasks by a ticket: the less its owner and project used, the
// longer it waits and the higher their priorities, the sooner a task comes.
package fairshare

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
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

// Order implements scheduler.Scheduler.
func (s Scheduler) Order(in scheduler.Snapshot) iter.Seq[*scheduler.Turn] {
	return func(yield func(*scheduler.Turn) bool) {
		users, projects, wait := make(map[string]term, len(in.Groups)), map[string]term{}, span{}
		for i := range in.Groups {
			g := &in.Groups[i]
			users[g.User], projects[g.Project] = term{}, term{}
			wait.see(age(in.Now, g.Tasks[0]))
			wait.see(age(in.Now, g.Tasks[len(g.Tasks)-1]))
		}
		normalise(users, in.Users)
		normalise(projects, in.Projects)
		rest := make([]float64, len(in.Groups)) // of the ticket: it is the same for all of a group
		for i := range in.Groups {
			g := &in.Groups[i]
			rest[i] = s.ticket(1, users[g.User], projects[g.Project])
		}
		scheduler.Draw(in, func(group, task int) float64 {
			return rest[group] + (1-wait.part(age(in.Now, in.Groups[group].Tasks[task])))*s.weights.WaitingTime
		})(yield)
	}
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

func age(now time.Time, q *godocker.Queued) float64 { return now.Sub(q.Submitted).Seconds() }
