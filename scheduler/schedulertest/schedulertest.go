// Package schedulertest holds the properties that every scheduler must have.
package schedulertest

import (
	"cmp"
	"reflect"
	"slices"
	"testing"
	"time"

	"godocker"
	"godocker/scheduler"

	"pgregory.net/rapid"
)

// Groups brings tasks into groups, as a snapshot has them.
func Groups(queue []godocker.Queued) []scheduler.Group {
	type key struct {
		user, project string
		nice          int
	}
	at := map[key]int{}
	var gs []scheduler.Group
	for i := range queue {
		q := &queue[i]
		k := key{q.User, q.Project, q.Nice}
		if _, known := at[k]; !known {
			at[k] = len(gs)
			gs = append(gs, scheduler.Group{User: q.User, Project: q.Project, Nice: q.Nice})
		}
		gs[at[k]].Tasks = append(gs[at[k]].Tasks, q)
	}
	for _, g := range gs {
		slices.SortFunc(g.Tasks, func(a, b *godocker.Queued) int { return cmp.Compare(a.ID, b.ID) })
	}
	return gs
}

// IDs draws all tasks of a snapshot, and starts them if so asked.
func IDs(s scheduler.Scheduler, in scheduler.Snapshot, start bool) []int64 {
	ids := []int64{}
	for turn := range s.Order(in) {
		turn.Started = start
		ids = append(ids, in.Groups[turn.Group].Tasks[turn.Task].ID)
	}
	return ids
}

// Run checks s on generated queues.
func Run(t *testing.T, s scheduler.Scheduler) {
	t.Run("InventsNothingLosesNothing", rapid.MakeCheck(func(t *rapid.T) {
		in := snapshot.Draw(t, "snapshot")
		var all []int64
		for _, g := range in.Groups {
			for _, q := range g.Tasks {
				all = append(all, q.ID)
			}
		}
		got := IDs(s, in, rapid.Bool().Draw(t, "start"))
		slices.Sort(all)
		slices.Sort(got)
		if !slices.Equal(got, all) {
			t.Fatalf("drew %v of %v", got, all)
		}
	}))
	t.Run("SameOrderHoweverTheyCome", rapid.MakeCheck(func(t *rapid.T) {
		in := snapshot.Draw(t, "snapshot")
		start := rapid.Bool().Draw(t, "start")
		other := in
		other.Groups = rapid.Permutation(in.Groups).Draw(t, "permutation")
		if a, b := IDs(s, in, start), IDs(s, other, start); !slices.Equal(a, b) {
			t.Fatalf("two runs differ:\n%v\n%v", a, b)
		}
	}))
	t.Run("InEachGroupByID", rapid.MakeCheck(func(t *rapid.T) {
		in := snapshot.Draw(t, "snapshot")
		next := make([]int, len(in.Groups))
		nice := 0
		for turn := range s.Order(in) {
			g := in.Groups[turn.Group]
			if turn.Task != next[turn.Group] {
				t.Fatalf("task %d of a group came before task %d", turn.Task, next[turn.Group])
			}
			if next[turn.Group]++; g.Nice < nice {
				t.Fatalf("nice %d came after nice %d", g.Nice, nice)
			}
			nice = g.Nice
		}
	}))
	t.Run("ClosedGroupsAreLeft", rapid.MakeCheck(func(t *rapid.T) {
		in := snapshot.Draw(t, "snapshot")
		seen := map[int]int{}
		for turn := range s.Order(in) {
			seen[turn.Group]++
			turn.Close = true
		}
		for i := range in.Groups {
			if seen[i] != 1 {
				t.Fatalf("group %d had %d turns", i, seen[i])
			}
		}
	}))
	t.Run("PassesOverWhatItIsTold", rapid.MakeCheck(func(t *rapid.T) {
		in := snapshot.Draw(t, "snapshot")
		next := make([]int, len(in.Groups))
		for turn := range s.Order(in) {
			if turn.Task != next[turn.Group] {
				t.Fatalf("task %d of a group came, want %d", turn.Task, next[turn.Group])
			}
			turn.Skip = rapid.IntRange(0, 3).Draw(t, "skip")
			next[turn.Group] += 1 + turn.Skip
		}
		for i, g := range in.Groups {
			if next[i] < len(g.Tasks) {
				t.Fatalf("task %d of group %d never came", next[i], i)
			}
		}
	}))
	t.Run("LeavesTheSnapshotAlone", rapid.MakeCheck(func(t *rapid.T) {
		in := snapshot.Draw(t, "snapshot")
		before := make([][]*godocker.Queued, len(in.Groups))
		for i, g := range in.Groups {
			before[i] = slices.Clone(g.Tasks)
		}
		IDs(s, in, true)
		for i, g := range in.Groups {
			if !reflect.DeepEqual(before[i], g.Tasks) {
				t.Fatalf("group %d was changed", i)
			}
		}
	}))
	t.Run("StopsWhenAsked", rapid.MakeCheck(func(t *rapid.T) {
		in := snapshot.Draw(t, "snapshot")
		whole := IDs(s, in, false)
		n := 0
		for turn := range s.Order(in) {
			if id := in.Groups[turn.Group].Tasks[turn.Task].ID; id != whole[n] {
				t.Fatalf("turn %d is %d, want %d", n, id, whole[n])
			}
			if n++; n > len(whole)/2 {
				break
			}
		}
	}))
	t.Run("MorePriorityIsNeverLater", rapid.MakeCheck(func(t *rapid.T) {
		in := snapshot.Draw(t, "snapshot")
		if len(in.Groups) == 0 {
			return
		}
		user := in.Groups[rapid.IntRange(0, len(in.Groups)-1).Draw(t, "who")].User
		place := func(prio int) map[int64]int {
			raised := in
			raised.Users = map[string]scheduler.Share{}
			for id, u := range in.Users {
				raised.Users[id] = u
			}
			u := raised.Users[user]
			u.Priority = prio
			raised.Users[user] = u
			at := map[int64]int{}
			for i, id := range IDs(s, raised, false) {
				at[id] = i
			}
			return at
		}
		low := rapid.IntRange(0, 99).Draw(t, "low")
		before, after := place(low), place(rapid.IntRange(low+1, 100).Draw(t, "high"))
		for _, g := range in.Groups {
			for _, q := range g.Tasks {
				if g.User == user && after[q.ID] > before[q.ID] {
					t.Fatalf("task %d went from place %d to %d", q.ID, before[q.ID], after[q.ID])
				}
			}
		}
	}))
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

var snapshot = rapid.Custom(func(t *rapid.T) scheduler.Snapshot {
	n := rapid.IntRange(0, 30).Draw(t, "n")
	queue := make([]godocker.Queued, n)
	users, projects := []string{"ann", "bob", "eve"}, []string{godocker.DefaultProject, "galaxy"}
	ago := time.Hour
	for i := range queue {
		ago -= time.Duration(rapid.IntRange(0, 60).Draw(t, "pause")) * time.Second
		queue[i] = godocker.Queued{
			ID:        int64(i*2 + 1),
			User:      rapid.SampledFrom(users).Draw(t, "user"),
			Project:   rapid.SampledFrom(projects).Draw(t, "project"),
			Nice:      rapid.SampledFrom([]int{0, 0, 0, 5, 100}).Draw(t, "nice"),
			State:     godocker.Pending,
			CPU:       rapid.Float64Range(0.1, 64).Draw(t, "cpu"),
			RAM:       rapid.Float64Range(0.1, 512).Draw(t, "ram"),
			Submitted: noon.Add(-ago),
		}
	}
	share := rapid.Custom(func(t *rapid.T) scheduler.Share {
		used := rapid.Float64Range(0, 1e6).Draw(t, "used")
		return scheduler.Share{Used: godocker.Usage{Time: used, CPU: used, RAM: used}, Decayed: used, Priority: rapid.IntRange(0, 100).Draw(t, "priority")}
	})
	s := scheduler.Snapshot{Now: noon, Groups: Groups(queue),
		Users:    rapid.MapOf(rapid.SampledFrom(users), share).Draw(t, "users"),
		Projects: rapid.MapOf(rapid.SampledFrom(projects), share).Draw(t, "projects"),
		Members:  map[scheduler.Member]scheduler.Share{}}
	for _, u := range users {
		for _, p := range projects {
			s.Members[scheduler.Member{User: u, Project: p}] = share.Draw(t, "member")
		}
	}
	return s
})
