package simulate_test

import (
	"fmt"
	"testing"
	"time"

	"godocker/executor"
	"godocker/internal/config"
	"godocker/internal/plan"
	"godocker/internal/simulate"
	"godocker/plugin"
	"godocker/plugin/builtin"
	"godocker/scheduler"
	"godocker/scheduler/fairtree"
)

var start = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func nodes(n int, cpu float64) (out []executor.Node) {
	for i := range n {
		out = append(out, executor.Node{Name: fmt.Sprint("n", i), CPU: cpu, RAM: int64(cpu) * 4 << 30})
	}
	return out
}

func policy(t testing.TB, name string) scheduler.Scheduler {
	t.Helper()
	p, err := builtin.Schedulers().Open(t.Context(), plugin.Env{}, name, config.Defaults().SchedulerSection(name))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func days(n int) simulate.Span { return simulate.Span{From: start, To: start.AddDate(0, 0, n)} }

// A month of a million tasks of 300 people on a hundred nodes.
func BenchmarkMonth(b *testing.B) {
	for _, name := range []string{"fifo", "fairshare", "fairtree"} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				var sources []simulate.Source
				for i := range 300 {
					sources = append(sources, simulate.Source{User: fmt.Sprint("user", i), Project: fmt.Sprint("project", i%20), PerDay: 1_000_000. / 300 / 30, Burst: 1 + i%50, From: 8 * time.Hour, Until: 20 * time.Hour,
						CPU: []float64{1, 1, 2, 4, 8, 8, 16, 16}, RAM: []float64{2, 8, 16}, Median: 10 * time.Minute, P95: 2 * time.Hour, Asks: 2})
				}
				site := simulate.Site{Nodes: nodes(100, 64), Policy: policy(b, name), Window: 30, Placement: plan.Settings{Longest: 7 * 24 * time.Hour}}
				o, err := simulate.Run(b.Context(), site, days(30), simulate.Synthetic(sources, days(30), 1), nil)
				if err != nil {
					b.Fatal(err)
				}
				fmt.Printf("%s: %d tasks, util %.2f, longest %.0f p95 %.0f fair %.2f backfilled %d makespan %.1f\n", name, o.All.Tasks, o.Utilisation, o.All.Longest, o.All.P95, o.Fairness, o.Backfilled, o.Makespan/86400)
			}
		})
	}
}

// halving is a fair tree that forgets nothing in the time of a test.
func halving(t testing.TB) scheduler.Scheduler {
	t.Helper()
	p, err := fairtree.New(t.Context(), plugin.Env{}, fairtree.Config{HalfLife: "1000d"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
