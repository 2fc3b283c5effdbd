package simulate_test

import (
	"fmt"
	"testing"
	"time"

	"godocker/executor"
	"godocker/internal/config"
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

// halving is a fair tree that forgets nothing in the time of a test.
func halving(t testing.TB) scheduler.Scheduler {
	t.Helper()
	p, err := fairtree.New(t.Context(), plugin.Env{}, fairtree.Config{HalfLife: "1000d"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
