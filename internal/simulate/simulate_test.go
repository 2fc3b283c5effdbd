package simulate_test

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"godocker/internal/plan"
	"godocker/internal/simulate"
	"godocker/scheduler/fifo"
)

func run(t *testing.T, site simulate.Site, span simulate.Span, tasks []simulate.Task) *simulate.Outcome {
	t.Helper()
	o, err := simulate.Run(t.Context(), site, span, slices.Values(tasks), nil)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// Worked out by hand: 2 cores for 4 hours. Ann takes both from 0:00 to 1:00; of her second
// task, which asks for an hour, the last is cut off at 3:00; bob's comes at 2:00 and waits
// an hour.
func TestByHand(t *testing.T) {
	at := start.Add
	span := simulate.Span{From: start, To: at(4 * time.Hour)}
	o := run(t, simulate.Site{Nodes: nodes(1, 2), Policy: fifo.Scheduler{}}, span, []simulate.Task{
		{User: "ann", Project: "lab", CPU: 2, RAM: 1, Submitted: at(0), Asks: 2 * time.Hour, Runs: time.Hour},
		{User: "ann", Project: "lab", CPU: 2, RAM: 1, Submitted: at(2 * time.Hour), Asks: time.Hour, Runs: 9 * time.Hour},
		{User: "bob", Project: "lab", CPU: 1, RAM: 1, Submitted: at(2 * time.Hour), Asks: time.Hour, Runs: 30 * time.Minute},
		{User: "bob", Project: "lab", CPU: 9, RAM: 1, Submitted: at(3 * time.Hour), Asks: time.Hour, Runs: time.Hour},
	})
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	if o.All.Tasks != 3 || o.Cut != 1 || o.Never != 1 || len(o.Users) != 2 || len(o.Projects) != 1 {
		t.Errorf("%+v", o)
	}
	ann, bob := o.Users[0], o.Users[1]
	near("ann's cpu hours", ann.CPUHours, 4)
	near("ann's share", ann.Share, 4./8)
	near("ann's longest wait", ann.Longest, 0)
	near("ann's slowdown", ann.Slowdown, 1)
	near("bob's cpu hours", bob.CPUHours, 0.5)
	near("bob's longest wait", bob.Longest, 3600)
	near("bob's slowdown", bob.Slowdown, 3) // an hour and a half for half an hour
	near("utilisation", o.Utilisation, 4.5/8)
	near("makespan", o.Makespan, 3.5*3600)
}

// While both want the whole, each is entitled to half of it; a project of twice the
// priority to twice as much.
func TestEntitled(t *testing.T) {
	span := simulate.Span{From: start, To: start.Add(6 * time.Hour)}
	task := func(user string) simulate.Task {
		return simulate.Task{User: user, Project: user + "s", CPU: 3, RAM: 1, Submitted: start, Runs: 3 * time.Hour}
	}
	site := simulate.Site{Nodes: nodes(1, 3), Policy: fifo.Scheduler{}}
	o := run(t, site, span, []simulate.Task{task("ann"), task("bob")})
	if a, b := o.Users[0], o.Users[1]; math.Abs(a.Entitled-0.25) > 0.02 || math.Abs(b.Entitled-0.75) > 0.02 || a.Share != 0.5 {
		t.Errorf("%+v %+v", a, b) // bob is alone in the second half
	}
	site.Priorities = plan.Priorities{Projects: map[string]int{"anns": 100}}
	o = run(t, site, span, []simulate.Task{task("ann"), task("bob")})
	if a := o.Users[0]; math.Abs(a.Entitled-1./3) > 0.02 {
		t.Errorf("%+v", a)
	}
	// Ann got half of the whole and was entitled to a third of it, bob half and two thirds.
	x, y := 0.5/(1./3), 0.5/(2./3)
	if want := (x + y) * (x + y) / (2 * (x*x + y*y)); math.Abs(o.Fairness-want) > 0.02 {
		t.Errorf("fairness %v, want %v", o.Fairness, want)
	}
}

// The same seed gives the same month, another one another.
func TestSameSeedSameOutcome(t *testing.T) {
	sources := []simulate.Source{
		{User: "ann", Project: "lab", PerDay: 200, Burst: 10, CPU: []float64{1, 4}, RAM: []float64{1}, Median: 20 * time.Minute, P95: 4 * time.Hour, Asks: 2},
		{User: "bob", Project: "lab", PerDay: 50, From: 22 * time.Hour, Until: 6 * time.Hour, CPU: []float64{2}, RAM: []float64{1}, Median: time.Hour, Asks: 1.5},
	}
	for _, name := range []string{"fifo", "fairshare", "fairtree"} {
		site := simulate.Site{Nodes: nodes(1, 8), Policy: policy(t, name), Window: 30, Placement: plan.Settings{Longest: 24 * time.Hour}}
		outcome := func(seed uint64) *simulate.Outcome {
			o, err := simulate.Run(t.Context(), site, days(5), simulate.Synthetic(sources, days(5), seed), nil)
			if err != nil {
				t.Fatal(err)
			}
			return o
		}
		if a, b := outcome(1), outcome(1); !reflect.DeepEqual(a, b) {
			t.Errorf("%s: the same seed gave %+v and %+v", name, a.All, b.All)
		}
		if a, b := outcome(1), outcome(2); reflect.DeepEqual(a, b) {
			t.Errorf("%s: the seed changes nothing", name)
		}
	}
}

// What sources hand in is what they say, within what chance does.
func TestSynthetic(t *testing.T) {
	night := simulate.Source{User: "ann", PerDay: 100, Burst: 5, From: 22 * time.Hour, Until: 6 * time.Hour, CPU: []float64{1, 2}, RAM: []float64{1},
		Median: 10 * time.Minute, P95: 2 * time.Hour, Asks: 2}
	var last time.Time
	var runs []time.Duration
	for task := range simulate.Synthetic([]simulate.Source{night}, days(100), 7) {
		if h := task.Submitted.Hour(); h >= 6 && h < 22 || task.Submitted.Before(last) || task.Asks < 2*task.Runs {
			t.Fatalf("%+v", task)
		}
		last = task.Submitted
		runs = append(runs, task.Runs)
	}
	slices.Sort(runs)
	n := len(runs)
	if n < 9000 || n > 11000 {
		t.Errorf("%d tasks", n)
	}
	if m, p := runs[n/2], runs[n*95/100]; m < 9*time.Minute || m > 11*time.Minute || p < 100*time.Minute || p > 140*time.Minute {
		t.Errorf("median %v, p95 %v", m, p)
	}
}
