package simulate_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/plan"
	"godocker/internal/simulate"

	"pgregory.net/rapid"
)

// watched checks at every look that no node gave more than it has, and nobody holds more
// than they may.
func watched(t rapid.TB, site *simulate.Site) {
	site.After = func(now time.Time, s *plan.State) {
		type use struct {
			cpu, ram float64
			gpus     int
		}
		nodes, held := map[string]use{}, map[plan.Account]godocker.Limits{}
		s.HeldTasks(func(q *godocker.Queued) {
			u := nodes[q.Node]
			nodes[q.Node] = use{u.cpu + q.CPU, u.ram + q.RAM, u.gpus + q.GPUs}
			for _, a := range []plan.Account{{ID: q.User}, {Project: true, ID: q.Project}} {
				h := held[a]
				held[a] = godocker.Limits{Tasks: h.Tasks + 1, CPU: h.CPU + q.CPU, RAM: h.RAM + q.RAM, GPUs: h.GPUs + q.GPUs}
			}
		})
		for _, n := range site.Nodes {
			if u := nodes[n.Name]; u.cpu > n.CPU+1e-6 || u.ram > float64(n.RAM)/(1<<30)+1e-6 || u.gpus > n.GPUs {
				t.Fatalf("at %v node %s gives %+v", now, n.Name, u)
			}
			delete(nodes, n.Name)
		}
		if len(nodes) > 0 {
			t.Fatalf("at %v tasks are on %v", now, nodes)
		}
		for a, l := range site.Limits {
			h := held[a]
			if l.Tasks > 0 && h.Tasks > l.Tasks || l.CPU > 0 && h.CPU > l.CPU+1e-6 || l.RAM > 0 && h.RAM > l.RAM+1e-6 || l.GPUs > 0 && h.GPUs > l.GPUs {
				t.Fatalf("at %v %s holds %+v", now, a, h)
			}
		}
	}
}

var people = []string{"ann", "bob", "eve"}

// Whatever is handed in, at no time are nodes or limits overdrawn, and whatever could
// start alone does so in the end.
func TestNothingIsOverdrawnInAWholeSimulation(t *testing.T) {
	for _, name := range []string{"fifo", "fairshare", "fairtree"} {
		order := policy(t, name)
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			site := simulate.Site{Policy: order, Window: 2, Limits: map[plan.Account]godocker.Limits{}, Pause: time.Duration(rapid.IntRange(1, 60).Draw(t, "pause")) * time.Second,
				Placement: plan.Settings{Longest: 24 * time.Hour, Pack: rapid.Bool().Draw(t, "pack")}}
			for i := range rapid.IntRange(1, 3).Draw(t, "nodes") {
				site.Nodes = append(site.Nodes, executor.Node{Name: fmt.Sprint("n", i), CPU: 8, RAM: 16 << 30, GPUs: i % 2})
			}
			if rapid.Bool().Draw(t, "limited") {
				site.Limits[plan.Account{ID: "ann"}] = godocker.Limits{Tasks: rapid.IntRange(1, 3).Draw(t, "tasks")}
				site.Limits[plan.Account{Project: true, ID: "lab"}] = godocker.Limits{CPU: float64(rapid.IntRange(8, 12).Draw(t, "cpu"))}
			}
			watched(t, &site)
			at := start
			var tasks []simulate.Task
			never := 0
			for range rapid.IntRange(1, 80).Draw(t, "n") {
				at = at.Add(time.Duration(rapid.IntRange(0, 900).Draw(t, "pause")) * time.Second)
				x := simulate.Task{User: rapid.SampledFrom(people).Draw(t, "user"), Project: rapid.SampledFrom([]string{"lab", "default"}).Draw(t, "project"),
					Nice: rapid.SampledFrom([]int{0, 0, 5}).Draw(t, "nice"), CPU: float64(rapid.IntRange(1, 16).Draw(t, "cpu")) / 2, RAM: float64(rapid.IntRange(1, 16).Draw(t, "ram")),
					GPUs: rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "gpus"), Submitted: at,
					Asks: time.Duration(rapid.IntRange(0, 5).Draw(t, "asks")) * time.Hour, Runs: time.Duration(rapid.IntRange(1, 20000).Draw(t, "runs")) * time.Second}
				if x.GPUs > 0 && len(site.Nodes) < 2 {
					never++
				}
				tasks = append(tasks, x)
			}
			o, err := simulate.Run(t.Context(), site, days(1), slices.Values(tasks), nil)
			if err != nil {
				t.Fatal(err)
			}
			if o.Never != never || o.All.Tasks != len(tasks)-never {
				t.Fatalf("%d of %d started, %d never", o.All.Tasks, len(tasks), o.Never)
			}
		}))
	}
}

// Of people who always have work, each gets at least their share of the cluster, but for
// what the cores do in the time of one longest task, as tasks are not cut short; so
// nobody has cause to envy another more than twice that.
func TestEverybodyGetsTheirShare(t *testing.T) {
	order := halving(t)
	rapid.Check(t, func(t *rapid.T) {
		const span = 2 * 24 * time.Hour
		n, cores := rapid.IntRange(2, 5).Draw(t, "people"), float64(rapid.IntRange(2, 12).Draw(t, "cores"))
		site := simulate.Site{Nodes: nodes(1, cores), Policy: order, Window: 30, Priorities: plan.Priorities{Users: map[string]int{}, Projects: map[string]int{}}}
		together := rapid.Bool().Draw(t, "together") // in one project, or each in their own
		watched(t, &site)
		longest := time.Duration(0)
		var tasks []simulate.Task
		weights, weight := map[string]float64{}, 0.0
		for i := range n {
			user, project := fmt.Sprint("user", i), "lab"
			prio := rapid.SampledFrom([]int{25, 50, 100}).Draw(t, "priority")
			if site.Priorities.Users[user] = prio; !together {
				project = fmt.Sprint("project", i)
				site.Priorities.Projects[project] = prio
			}
			weights[user] = float64(prio)
			weight += float64(prio)
			runs := time.Duration(rapid.IntRange(10, 300).Draw(t, "runs")) * time.Minute
			longest = max(longest, runs)
			for range int(cores*float64(span/runs)) + int(cores) + 1 { // enough for all the cores
				tasks = append(tasks, simulate.Task{User: user, Project: project, CPU: 1, RAM: 1, Submitted: start, Runs: runs})
			}
		}
		o, err := simulate.Run(t.Context(), site, simulate.Span{From: start, To: start.Add(span)}, slices.Values(tasks), nil)
		if err != nil {
			t.Fatal(err)
		}
		slack := float64(longest) / float64(span)
		for _, r := range o.Users {
			if share := weights[r.Name] / weight; r.Share < share-slack-1e-3 {
				t.Fatalf("%s got %.3f, and should have %.3f less %.3f", r.Name, r.Share, share, slack)
			}
			for _, other := range o.Users {
				if envy := other.Share/weights[other.Name] - r.Share/weights[r.Name]; envy*weights[r.Name] > 2*slack*math.Max(1, weights[r.Name]/weights[other.Name])+1e-3 {
					t.Fatalf("%s envies %s %.3f", r.Name, other.Name, envy)
				}
			}
		}
	})
}

// A month in which small tasks come all the time and more than the cluster can run, and
// now and then somebody needs whole nodes: nobody waits for ever.
func TestNobodyStarvesInAMonth(t *testing.T) {
	flood := simulate.Source{User: "bob", Project: "flood", PerDay: 1900, Burst: 20, CPU: []float64{1, 2}, RAM: []float64{1}, Median: 30 * time.Minute, P95: 2 * time.Hour, Asks: 2}
	large := simulate.Source{User: "ann", Project: "large", PerDay: 2, CPU: []float64{16}, RAM: []float64{32}, Median: 2 * time.Hour, P95: 6 * time.Hour, Asks: 1.5}
	for _, name := range []string{"fifo", "fairshare", "fairtree"} {
		t.Run(name, func(t *testing.T) {
			site := simulate.Site{Nodes: nodes(5, 16), Policy: policy(t, name), Window: 30, Placement: plan.Settings{Longest: 24 * time.Hour}}
			watched(t, &site)
			o, err := simulate.Run(t.Context(), site, days(30), simulate.Synthetic([]simulate.Source{flood, large}, days(30), 1), nil)
			if err != nil {
				t.Fatal(err)
			}
			if o.Never != 0 || o.Utilisation < 0.99 {
				t.Fatalf("%d never started, %.2f of the cores were in use", o.Never, o.Utilisation)
			}
			backlog := o.Makespan - (30 * 24 * time.Hour).Seconds() // what is left to do when no more comes
			for _, r := range o.Users {
				if r.Longest > backlog+(24*time.Hour).Seconds() {
					t.Errorf("%s waited for %.0f hours, where %.0f hours of work were left at the end", r.Name, r.Longest/3600, backlog/3600)
				}
			}
			if ann := o.Users[0]; name != "fifo" && ann.Longest > (12*time.Hour).Seconds() {
				t.Errorf("ann used less than her share and waited for %.1f hours", ann.Longest/3600)
			}
		})
	}
}
