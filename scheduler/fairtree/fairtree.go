// Package fairtree shares out between projects, and between the people in each. Who used
// least of their share comes first; use counts less the longer ago it was, and a task
// that starts counts at once.
//
// The order is that of Slurm's Fair Tree: a person's place among those of other projects
// is their project's, so that no project gains by having many members.
package fairtree

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

// Config says what use weighs, and for how long. What is left out has its default.
type Config struct {
	HalfLife  string   `yaml:"half_life"`  // 7d
	Entry     string   `yaml:"entry_time"` // 10m
	CPUWeight *float64 `yaml:"cpu_weight"` // 1
	RAMWeight *float64 `yaml:"ram_weight"` // 0.1
	GPUWeight *float64 `yaml:"gpu_weight"` // 10
}

// Plugin describes this scheduler to the registry.
var Plugin = plugin.Define("fairtree", "projects, and the people in them, get their shares", New)

// New returns the scheduler, or an error for settings that would have no effect.
func New(_ context.Context, _ plugin.Env, c Config) (scheduler.Scheduler, error) {
	s := Scheduler{cpu: weight(c.CPUWeight, 1), ram: weight(c.RAMWeight, 0.1), gpu: weight(c.GPUWeight, 10)}
	var err error
	if s.half, err = godocker.ParseLifespan(cmp.Or(c.HalfLife, "7d")); err != nil || s.half == 0 {
		return nil, fmt.Errorf("half_life: want a length of time above 0, such as 7d, got %q", c.HalfLife)
	}
	if s.entry, err = godocker.ParseLifespan(cmp.Or(c.Entry, "10m")); err != nil {
		return nil, fmt.Errorf("entry_time: %w", err)
	}
	for name, w := range map[string]float64{"cpu": s.cpu, "ram": s.ram, "gpu": s.gpu} {
		if w < 0 || math.IsNaN(w) || math.IsInf(w, 0) {
			return nil, fmt.Errorf("%s_weight: want 0 or more, got %g", name, w)
		}
	}
	if s.cpu+s.ram+s.gpu == 0 {
		return nil, errors.New("all weights are 0, so that nothing would be weighed; give one of them a weight, or choose scheduler_policy: fifo")
	}
	return s, nil
}

func weight(set *float64, otherwise float64) float64 {
	if set != nil {
		return *set
	}
	return otherwise
}

// A Scheduler orders projects by what they used per share, and within them people. The
// share of either is its priority; whose is 0 comes last.
type Scheduler struct {
	half, entry   time.Duration
	cpu, ram, gpu float64
}

// UsesShares says that Snapshot.Projects and Snapshot.Members are looked at.
func (Scheduler) UsesShares() bool { return true }

// HalfLife, Burden and Entry implement scheduler.Decayer. The unit of a burden is that
// of the weights, per core, GB and gpu, times seconds.
func (s Scheduler) HalfLife() time.Duration { return s.half }

// Burden is documented at HalfLife.
func (s Scheduler) Burden(cpu, ram, gpu float64) float64 { return s.cpu*cpu + s.ram*ram + s.gpu*gpu }

// Entry is documented at HalfLife.
func (s Scheduler) Entry() time.Duration { return s.entry }

// Order implements scheduler.Scheduler.
func (s Scheduler) Order(in scheduler.Snapshot) iter.Seq[*scheduler.Turn] {
	return func(yield func(*scheduler.Turn) bool) {
		byNice := make([]int, len(in.Groups))
		for i := range byNice {
			byNice[i] = i
		}
		slices.SortFunc(byNice, func(a, b int) int { return cmp.Compare(in.Groups[a].Nice, in.Groups[b].Nice) })
		t := tree{policy: s, in: in, projects: map[string]*branch{}, members: make(map[scheduler.Member]*branch, len(in.Groups)), room: make([]branch, 0, len(in.Groups))}
		for len(byNice) > 0 {
			n := 1
			for n < len(byNice) && in.Groups[byNice[n]].Nice == in.Groups[byNice[0]].Nice {
				n++
			}
			if !t.draw(byNice[:n], yield) {
				return
			}
			byNice = byNice[n:]
		}
	}
}

// A tree remembers what starts cost, from one nice to the next.
type tree struct {
	policy   Scheduler
	in       scheduler.Snapshot
	projects map[string]*branch
	members  map[scheduler.Member]*branch
	room     []branch // for those to come
}

func (t *tree) branch() *branch {
	if len(t.room) == cap(t.room) {
		t.room = make([]branch, 0, 16)
	}
	t.room = t.room[:len(t.room)+1]
	return &t.room[len(t.room)-1]
}

// A branch is a project, or a person in one.
type branch struct {
	share, used float64
	inside      branches // of a project: its members who have tasks
	group, next int      // of a member: the tasks, and the next of them
	first       int64    // id of the task that came first; settles what keys leave open
}

// key is what was used per share: the less, the sooner.
func (b *branch) key() float64 {
	if b.share <= 0 {
		return math.Inf(1)
	}
	return b.used / b.share
}

func (t *tree) draw(groups []int, yield func(*scheduler.Turn) bool) bool {
	var top branches
	for _, p := range t.projects {
		p.inside.list = p.inside.list[:0]
	}
	for _, i := range groups {
		g := &t.in.Groups[i]
		p := t.projects[g.Project]
		if p == nil {
			p = t.branch()
			p.share, p.used = of(t.in.Projects, g.Project)
			t.projects[g.Project] = p
		}
		id := scheduler.Member{User: g.User, Project: g.Project}
		m := t.members[id]
		if m == nil {
			m = t.branch()
			m.share, _ = of(t.in.Users, g.User)
			_, m.used = of(t.in.Members, id)
			t.members[id] = m
		}
		m.group, m.next, m.first = i, 0, g.Tasks[0].ID
		if len(p.inside.list) == 0 {
			p.first = m.first
			top.list = append(top.list, p)
		}
		p.first = min(p.first, m.first)
		p.inside.list = append(p.inside.list, m)
	}
	for _, p := range top.list {
		heap.Init(&p.inside)
	}
	heap.Init(&top)
	var turn scheduler.Turn
	for len(top.list) > 0 {
		p := top.list[0]
		m := p.inside.list[0]
		g := &t.in.Groups[m.group]
		turn = scheduler.Turn{Group: m.group, Task: m.next}
		if !yield(&turn) {
			return false
		}
		if q := g.Tasks[m.next]; turn.Started && g.Nice == 0 {
			cost := t.policy.Burden(q.CPU, q.RAM, float64(q.GPUs)) * t.policy.entry.Seconds()
			m.used, p.used = m.used+cost, p.used+cost
		}
		if m.next += 1 + turn.Skip; turn.Close || m.next >= len(g.Tasks) {
			heap.Pop(&p.inside)
		} else {
			heap.Fix(&p.inside, 0)
		}
		if len(p.inside.list) == 0 {
			heap.Pop(&top)
		} else {
			heap.Fix(&top, 0)
		}
	}
	return true
}

func of[K comparable](shares map[K]scheduler.Share, id K) (share, used float64) {
	s, known := shares[id]
	if !known {
		return godocker.DefaultPriority, 0
	}
	return float64(s.Priority), s.Decayed
}

// branches are a heap of branches by their keys, and then by their first tasks.
type branches struct{ list []*branch }

// Len, Less, Swap, Push and Pop implement heap.Interface.
func (b *branches) Len() int { return len(b.list) }

func (b *branches) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(b.list[i].key(), b.list[j].key()), cmp.Compare(b.list[i].first, b.list[j].first)) < 0
}

func (b *branches) Swap(i, j int) { b.list[i], b.list[j] = b.list[j], b.list[i] }

func (b *branches) Push(x any) { b.list = append(b.list, x.(*branch)) }

func (b *branches) Pop() any {
	last := b.list[len(b.list)-1]
	b.list = b.list[:len(b.list)-1]
	return last
}
