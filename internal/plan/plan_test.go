package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/plan"
	"godocker/scheduler"
	"godocker/scheduler/fairtree"
	"godocker/scheduler/fifo"

	"godocker/plugin"
)

var noon = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)

func clock(text string) time.Time {
	t, err := time.Parse("15:04", text)
	if err != nil {
		panic(err)
	}
	return noon.Truncate(24 * time.Hour).Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}

func machine(name string, cpu float64, labels ...string) executor.Node {
	n := executor.Node{Name: name, CPU: cpu, RAM: 64 << 30, Labels: map[string]string{}}
	for _, l := range labels {
		k, v, _ := strings.Cut(l, "=")
		n.Labels[k] = v
	}
	return n
}

// cluster is a state with one engine.
func cluster(settings plan.Settings, nodes ...executor.Node) *plan.State {
	settings.Default = "engine"
	s := plan.New(settings, []string{"engine"})
	s.SetNodes("engine", nodes, false)
	return s
}

type change func(*godocker.Queued)

func task(id int64, cpu float64, lifespan time.Duration, changes ...change) godocker.Queued {
	q := godocker.Queued{ID: id, User: "ann", Project: "default", CPU: cpu, RAM: 1, Lifespan: lifespan, Submitted: noon}
	for _, c := range changes {
		c(&q)
	}
	return q
}

func of(user string) change { return func(q *godocker.Queued) { q.User = user } }

func on(node string, began time.Time) change {
	return func(q *godocker.Queued) {
		q.State, q.Executor, q.Node, q.Started = godocker.Running, "engine", node, began
	}
}

func labelled(l string) change { return func(q *godocker.Queued) { q.Labels = []string{l} } }

// decide tells of each task where it starts, or the code of why not.
func decide(s *plan.State, t plan.Terms) map[int64]string {
	if t.Policy == nil {
		t.Policy = fifo.Scheduler{}
	}
	if t.Now.IsZero() {
		t.Now = noon
	}
	got := map[int64]string{}
	for d := range s.Pass(t) {
		if got[d.Task.ID] = d.Node; d.Why != nil {
			got[d.Task.ID] = string(d.Why.Code)
		}
	}
	return got
}

func expect(t *testing.T, got, want map[int64]string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestSpreadAndPack(t *testing.T) {
	for pack, want := range map[bool]map[int64]string{
		false: {1: "b", 2: "a", 3: "b", 4: "too_big"},
		true:  {1: "a", 2: "a", 3: "b", 4: "too_big"},
	} {
		s := cluster(plan.Settings{Pack: pack}, machine("a", 4), machine("b", 5))
		for id := range int64(3) {
			s.Wait(task(id+1, 2, time.Hour))
		}
		s.Wait(task(4, 6, time.Hour))
		expect(t, decide(s, plan.Terms{}), want)
	}
}

// The first that finds no room has a place kept for it, which others get only where they
// are out of its way. The times were worked out by hand: task 10 can start on a at 14:00.
func TestBackfill(t *testing.T) {
	s := cluster(plan.Settings{}, machine("a", 8), machine("b", 2))
	s.Hold(task(1, 4, 2*time.Hour, on("a", clock("12:00")))) // until 14:00
	s.Hold(task(2, 2, 9*time.Hour, on("a", clock("09:00")))) // until 18:00
	s.Wait(task(10, 5, time.Hour, of("bob")))
	s.Wait(task(11, 2, 3*time.Hour)) // until 15:00: only 1 would be free beside task 10
	s.Wait(task(12, 1, 3*time.Hour)) // is that one
	s.Wait(task(13, 1, 3*time.Hour)) // and this is one too many
	s.Wait(task(14, 1, 2*time.Hour)) // is over at 14:00
	expect(t, decide(s, plan.Terms{}), map[int64]string{10: "resources", 11: "b", 12: "a", 13: "behind", 14: "a"})
	for d := range s.Pass(plan.Terms{Now: noon, Policy: fifo.Scheduler{}}) {
		if d.Task.ID == 13 && (d.Why.For.ID != 10 || !d.Why.Until.Equal(clock("14:00"))) {
			t.Errorf("kept for %d until %v", d.Why.For.ID, d.Why.Until)
		}
	}
}

// What can never start keeps no place.
func TestTooBigIsInNobodysWay(t *testing.T) {
	s := cluster(plan.Settings{}, machine("a", 4))
	s.Hold(task(1, 3, time.Hour, on("a", noon)))
	s.Wait(task(2, 5, time.Hour))
	s.Wait(task(3, 1, 9*time.Hour))
	expect(t, decide(s, plan.Terms{}), map[int64]string{2: "too_big", 3: "a"})
}

func TestReservations(t *testing.T) {
	course := godocker.Reservation{Nodes: []string{"a"}, For: []string{"eve", "lab"}, From: clock("14:00"), To: clock("17:00")}
	drain := godocker.Reservation{Nodes: []string{"b"}}
	in := func(project string) change { return func(q *godocker.Queued) { q.Project = project } }
	for name, c := range map[string]struct {
		now  string
		want map[int64]string
	}{
		"some time before":    {"12:00", map[int64]string{1: "a", 2: "reserved", 3: "a", 4: "reserved"}},
		"just before":         {"13:30", map[int64]string{1: "reserved", 2: "reserved", 3: "a", 4: "reserved"}},
		"as it begins":        {"14:00", map[int64]string{1: "reserved", 2: "reserved", 3: "a", 4: "reserved"}},
		"and when it is over": {"17:00", map[int64]string{1: "a", 2: "a", 3: "a", 4: "reserved"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := cluster(plan.Settings{}, machine("a", 4, "zone=a"), machine("b", 4, "zone=b"))
			s.Reserve([]godocker.Reservation{course, drain})
			s.Wait(task(1, 1, time.Hour))
			s.Wait(task(2, 1, 3*time.Hour))
			s.Wait(task(3, 1, 9*time.Hour, in("lab")))
			s.Wait(task(4, 1, time.Hour, labelled("zone==b"), of("eve")))
			expect(t, decide(s, plan.Terms{Now: clock(c.now)}), c.want)
		})
	}
}

// Where there are several engines, reasons name the one whose nodes they are about.
func TestReasonsNameTheEngineAmongSeveral(t *testing.T) {
	for name, c := range map[string]struct {
		engines []string
		want    map[int64]string
	}{
		"one": {[]string{"farm"}, map[int64]string{
			2: "Not enough resources available: waiting until 4 cpus and 1 GB of memory are free on one node",
			3: "Not enough resources available: what is free is kept for a task that comes before it, and it could still run when that one can start",
			4: "Waiting: the nodes with zone==b that could give it 1 cpu and 1 GB of memory are kept for others, or taken out of use, before it would be over"}},
		"several": {[]string{"farm", "docker"}, map[int64]string{
			2: "Not enough resources available: waiting until 4 cpus and 1 GB of memory are free on one node of farm",
			3: "Not enough resources available: what is free on farm is kept for a task that comes before it, and it could still run when that one can start",
			4: "Waiting: the nodes of farm with zone==b that could give it 1 cpu and 1 GB of memory are kept for others, or taken out of use, before it would be over"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := plan.New(plan.Settings{Default: "farm"}, c.engines)
			s.SetNodes("farm", []executor.Node{machine("a", 4, "zone=a"), machine("b", 4, "zone=b")}, false)
			s.Reserve([]godocker.Reservation{{Nodes: []string{"b"}}})
			s.Hold(task(1, 2, time.Hour, func(q *godocker.Queued) {
				q.State, q.Executor, q.Node, q.Started = godocker.Running, "farm", "a", noon
			}))
			s.Wait(task(2, 4, time.Hour))
			s.Wait(task(3, 1, 9*time.Hour))
			s.Wait(task(4, 1, time.Hour, labelled("zone==b")))
			got := map[int64]string{}
			for d := range s.Pass(plan.Terms{Now: noon, Policy: fifo.Scheduler{}}) {
				got[d.Task.ID] = d.Why.String()
			}
			for id, want := range c.want {
				if got[id] != want {
					t.Errorf("of task %d it says %q, want %q", id, got[id], want)
				}
			}
		})
	}
}

// A node can be kept for people by a label of the engine's.
func TestReservationByLabel(t *testing.T) {
	s := cluster(plan.Settings{}, machine("a", 4, "reservation=eve,lab"))
	s.Wait(task(1, 1, time.Hour))
	s.Wait(task(2, 1, time.Hour, of("eve")))
	expect(t, decide(s, plan.Terms{}), map[int64]string{1: "reserved", 2: "a"})
}

func TestLimitsAndQuotas(t *testing.T) {
	s := cluster(plan.Settings{}, machine("a", 32))
	s.Hold(task(1, 4, time.Hour, on("a", noon)))
	s.Wait(task(2, 4, time.Hour))
	s.Wait(task(3, 4, time.Hour))
	s.Wait(task(4, 1, time.Hour, of("bob")))
	s.Wait(task(5, 1, time.Hour, of("bob")))
	s.Wait(task(6, 1, time.Hour, of("eve")))
	s.Wait(task(7, 1, time.Hour, of("eve")))
	got := decide(s, plan.Terms{
		Quota: func(a plan.Account) string {
			if a == (plan.Account{ID: "eve"}) {
				return "used up"
			}
			return ""
		},
		Limits: func(a plan.Account) godocker.Limits {
			return map[plan.Account]godocker.Limits{{ID: "ann"}: {CPU: 8}, {ID: "bob"}: {Tasks: 1}}[a]
		},
	})
	expect(t, got, map[int64]string{2: "a", 3: "limit", 4: "a", 5: "limit", 6: "quota"}) // and 7 need not be looked at
	got = decide(s, plan.Terms{Limits: func(a plan.Account) godocker.Limits {
		if a.Project {
			return godocker.Limits{Tasks: 3}
		}
		return godocker.Limits{}
	}})
	expect(t, got, map[int64]string{2: "a", 3: "a", 4: "limit", 5: "limit", 6: "limit", 7: "limit"})
}

func TestArraysRunSoManyAtOnce(t *testing.T) {
	element := func(q *godocker.Queued) { q.ParentID = 9 }
	s := cluster(plan.Settings{}, machine("a", 32))
	s.Hold(task(10, 1, time.Hour, element, on("a", noon)))
	for id := range int64(3) {
		s.Wait(task(11+id, 1, time.Hour, element))
	}
	s.Bind(9, plan.Bound{Parallel: 2})
	expect(t, decide(s, plan.Terms{}), map[int64]string{11: "a", 12: "array", 13: "array"})
	s.Bind(9, plan.Bound{Stopped: true})
	expect(t, decide(s, plan.Terms{}), map[int64]string{11: "array", 12: "array", 13: "array"})
	s.Bind(9, plan.Bound{})
	expect(t, decide(s, plan.Terms{}), map[int64]string{11: "a", 12: "a", 13: "a"})
}

func TestFailedNodesAreAvoided(t *testing.T) {
	failed := func(nodes ...string) change { return func(q *godocker.Queued) { q.Failed = nodes } }
	s := cluster(plan.Settings{SkipFailed: true}, machine("a", 8), machine("b", 4))
	s.Wait(task(1, 2, time.Hour, failed("a")))
	s.Wait(task(2, 2, time.Hour, failed("a", "b"))) // nowhere is left: anywhere will do
	s.Wait(task(3, 6, time.Hour, failed("a")))      // only a could take it
	expect(t, decide(s, plan.Terms{}), map[int64]string{1: "b", 2: "a", 3: "a"})
}

// An engine that chooses nodes itself is asked for room only: for what is free in all, on
// nodes that are large enough.
func TestEngineThatPlaces(t *testing.T) {
	s := plan.New(plan.Settings{Default: "swarm"}, []string{"swarm"})
	s.SetNodes("swarm", []executor.Node{machine("a", 4), machine("b", 4, "disk=ssd")}, true)
	s.Hold(godocker.Queued{ID: 1, User: "ann", Project: "p", CPU: 3, RAM: 1, Executor: "swarm", Node: "a", State: godocker.Running, Started: noon})
	s.Wait(task(2, 4, time.Hour, labelled("disk==ssd")))
	s.Wait(task(3, 5, time.Hour))
	s.Wait(task(4, 2, time.Hour))
	s.Wait(task(5, 1, time.Hour, labelled("disk==tape")))
	s.Wait(task(6, 1, time.Hour))
	expect(t, decide(s, plan.Terms{}), map[int64]string{2: "", 3: "too_big", 4: "resources", 5: "too_big", 6: ""})
}

func TestEngineThatRefuses(t *testing.T) {
	s := cluster(plan.Settings{}, machine("a", 4))
	s.Wait(task(1, 1, time.Hour))
	s.Refused("engine", noon)
	expect(t, decide(s, plan.Terms{}), map[int64]string{1: "executor_full"})
	expect(t, decide(s, plan.Terms{Now: noon.Add(time.Second)}), map[int64]string{1: "a"})
	s.Refused("engine", noon)
	expect(t, decide(s, plan.Terms{Now: noon.Add(time.Second)}), map[int64]string{1: "executor_full"}) // the pause grows
	s.Ended("engine")
	expect(t, decide(s, plan.Terms{}), map[int64]string{1: "a"})
	down := machine("b", 4)
	down.Down = true
	for _, b := range []executor.Node{down, machine("b", 4)} {
		s.Refused("engine", noon)
		s.SetNodes("engine", []executor.Node{machine("a", 4), b}, false)
		want := "executor_full"
		if !b.Down { // a node is back
			want = "a"
		}
		expect(t, decide(s, plan.Terms{}), map[int64]string{1: want})
	}
	s.SetAway("engine", true)
	expect(t, decide(s, plan.Terms{}), map[int64]string{1: "executor_away"})
}

func TestNotBefore(t *testing.T) {
	s := cluster(plan.Settings{}, machine("a", 4))
	s.Wait(task(1, 1, time.Hour, func(q *godocker.Queued) { q.NotBefore = noon.Add(time.Minute) }))
	s.Wait(task(2, 1, time.Hour))
	s.Rest(2, noon.Add(time.Hour))
	expect(t, decide(s, plan.Terms{}), map[int64]string{})
	expect(t, decide(s, plan.Terms{Now: noon.Add(time.Minute)}), map[int64]string{1: "a"})
	s.Drop(1)
	s.Wait(task(2, 1, time.Hour)) // it is told anew, and rests no more
	expect(t, decide(s, plan.Terms{}), map[int64]string{2: "a"})
}

// Tasks come, start, come back and go in any order, and the groups stay right.
func TestQueueKeepsTheOrderOfIDs(t *testing.T) {
	s := cluster(plan.Settings{}, machine("a", 1e6))
	for _, id := range []int64{5, 1, 9, 3, 7} {
		s.Wait(task(id, 1, time.Hour))
	}
	order := func() (ids []int64) {
		for d := range s.Pass(plan.Terms{Now: noon, Policy: fifo.Scheduler{}}) {
			ids = append(ids, d.Task.ID)
		}
		return ids
	}
	steps := []struct {
		do   func()
		want []int64
	}{
		{func() {}, []int64{1, 3, 5, 7, 9}},
		{func() { s.Drop(1); s.Drop(5) }, []int64{3, 7, 9}},
		{func() { s.Wait(task(5, 1, time.Hour)); s.Drop(9) }, []int64{3, 5, 7}},
		{func() { s.Drop(3); s.Wait(task(3, 1, time.Hour)) }, []int64{3, 5, 7}},
		{func() { s.Hold(task(7, 1, time.Hour, on("a", noon))) }, []int64{3, 5}},
		{func() { s.Release(7); s.Wait(task(7, 1, time.Hour)) }, []int64{3, 5, 7}},
		{func() { s.Wait(task(5, 1, time.Hour, func(q *godocker.Queued) { q.Nice = 1 })) }, []int64{3, 7, 5}},
		{func() { s.Wait(task(3, 1, time.Hour, of("bob"))) }, []int64{3, 7, 5}},
		{func() { s.Drop(3); s.Drop(7); s.Drop(5); s.Drop(5) }, nil},
		{func() { s.Wait(task(8, 1, time.Hour)) }, []int64{8}},
	}
	for i, step := range steps {
		step.do()
		if got := order(); !slices.Equal(got, step.want) {
			t.Fatalf("step %d: %v, want %v", i, got, step.want)
		}
	}
}

// Whoever asks for the order learns the same from a thorough look, however much waits in
// vain; and a pass that is not thorough ends.
func TestPassEnds(t *testing.T) {
	s := cluster(plan.Settings{}, machine("a", 4))
	s.Hold(task(1, 4, time.Hour, on("a", noon)))
	const n = 30_000
	for id := range int64(n) {
		s.Wait(task(id+2, 1+float64(id%3), time.Hour, of(fmt.Sprint("user", id%40))))
	}
	count := func(thorough bool) (turns int) {
		for d := range s.Pass(plan.Terms{Now: noon, Policy: fifo.Scheduler{}, Thorough: thorough}) {
			if turns++; d.Why == nil {
				t.Fatal("it starts")
			}
		}
		return turns
	}
	if got := count(true); got != n {
		t.Errorf("%d turns, want %d", got, n)
	}
	if got := count(false); got >= n {
		t.Errorf("%d turns in vain", got)
	}
}

func fair(t *testing.T) scheduler.Scheduler {
	t.Helper()
	p, err := fairtree.New(t.Context(), plugin.Env{}, fairtree.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
