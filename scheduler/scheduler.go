// Package scheduler defines how waiting tasks are put in order. A scheduler is a
// pure function: it reads no clock, no database and no network, so that the live
// loop, a simulation and an explanation all get the same answer from it.
package scheduler

import (
	"cmp"
	"container/heap"
	"iter"
	"time"

	"godocker"
)

// A Group is what one person has waiting in one project at one nice: tasks that no
// scheduler prefers to each other, by ascending id, which is the order of their
// submission. It is never empty.
type Group struct {
	User, Project string
	Nice          int
	Tasks         []*godocker.Queued
}

// A Snapshot is all that a scheduler may look at. It must not be changed.
type Snapshot struct {
	Now    time.Time
	Groups []Group // in any order

	// Users, Projects and Members are what those of the groups used, and how they
	// are preferred, for schedulers that say UsesShares. Who is not there used
	// nothing and has the default priority.
	Users, Projects map[string]Share
	Members         map[Member]Share
}

// A Member is a person in a project.
type Member struct{ User, Project string }

// A Share is what somebody used, and their priority, from 0 to 100.
type Share struct {
	Used     godocker.Usage // in the window of the site, what runs included
	Decayed  float64        // as a Sharer's Burden says, older use counting less, what runs included
	Priority int
}

// Sharer is implemented by schedulers that look at shares.
type Sharer interface{ UsesShares() bool }

// A Decayer is a Sharer to which older use counts less.
type Decayer interface {
	Sharer
	// HalfLife is after which time use counts half.
	HalfLife() time.Duration
	// Burden is what use of a task or on a day weighs, in its own unit.
	Burden(cpu, ram, gpu float64) float64
	// Entry is for how long a task counts as having run as soon as it starts, so
	// that a burst of tasks costs something before it is seen in the books.
	Entry() time.Duration
}

// A Turn is the turn of a task: the indexes of its group, and of it within the group.
// Whoever draws turns says what became of one before the next is drawn.
type Turn struct {
	Group, Task int
	Started     bool // it starts
	Close       bool // no more of the group is wanted
	Skip        int  // nor are so many that follow in the group
}

// A Scheduler puts waiting tasks in the order in which they should start.
type Scheduler interface {
	// Order yields each task of the snapshot at most once; within a group in the
	// group's order, and none while another of less nice is left. A task left out keeps
	// waiting. The work is done as the sequence is drawn: whoever stops early does not
	// pay for the rest. The turn is valid until the next one is drawn.
	Order(s Snapshot) iter.Seq[*Turn]
}

// Draw yields the tasks of a snapshot, those with less nice first, then those of the
// least key, then by id. The key of a group's first task is asked for, and again of the
// next one when a task was drawn.
func Draw(s Snapshot, key func(group, task int) float64) iter.Seq[*Turn] {
	return func(yield func(*Turn) bool) {
		m := &merge{s: s, heads: make([]head, 0, len(s.Groups))}
		for g := range s.Groups {
			m.heads = append(m.heads, head{group: g, key: key(g, 0)})
		}
		heap.Init(m)
		var turn Turn
		for len(m.heads) > 0 {
			h := &m.heads[0]
			turn = Turn{Group: h.group, Task: h.task}
			if !yield(&turn) {
				return
			}
			if h.task += 1 + turn.Skip; turn.Close || h.task >= len(s.Groups[h.group].Tasks) {
				heap.Pop(m)
				continue
			}
			h.key = key(h.group, h.task)
			heap.Fix(m, 0)
		}
	}
}

// A head is the first task of a group that was not drawn.
type head struct {
	key         float64
	group, task int
}

// A merge is a heap of groups.
type merge struct {
	s     Snapshot
	heads []head
}

// Len, Less, Swap, Push and Pop implement heap.Interface.
func (m *merge) Len() int { return len(m.heads) }

func (m *merge) Less(i, j int) bool {
	a, b := &m.heads[i], &m.heads[j]
	g, h := &m.s.Groups[a.group], &m.s.Groups[b.group]
	return cmp.Or(cmp.Compare(g.Nice, h.Nice), cmp.Compare(a.key, b.key), cmp.Compare(g.Tasks[a.task].ID, h.Tasks[b.task].ID)) < 0
}

func (m *merge) Swap(i, j int) { m.heads[i], m.heads[j] = m.heads[j], m.heads[i] }

func (m *merge) Push(x any) { m.heads = append(m.heads, x.(head)) }

func (m *merge) Pop() any {
	last := m.heads[len(m.heads)-1]
	m.heads = m.heads[:len(m.heads)-1]
	return last
}
