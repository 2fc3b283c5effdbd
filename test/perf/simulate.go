package main

import (
	"fmt"
	"time"

	"godocker/executor"
	"godocker/internal/config"
	"godocker/internal/plan"
	"godocker/internal/simulate"
	"godocker/plugin"
	"godocker/plugin/builtin"
)

// The site of which a month is simulated.
const (
	monthUsers = 300
	monthNodes = 100
	monthTasks = 1_000_000
	monthDays  = 30
)

// simulate measures how long a month takes.
func (b *bench) simulate() error {
	span := simulate.Span{From: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	span.To = span.From.AddDate(0, 0, monthDays)
	var sources []simulate.Source
	for i := range monthUsers {
		sources = append(sources, simulate.Source{User: fmt.Sprint("user", i), Project: fmt.Sprint("project", i%20), PerDay: float64(monthTasks) / monthUsers / monthDays,
			Burst: 1 + i%50, From: 8 * time.Hour, Until: 20 * time.Hour, CPU: []float64{1, 1, 2, 4, 8, 8, 16, 16}, RAM: []float64{2, 8, 16},
			Median: 10 * time.Minute, P95: 2 * time.Hour, Asks: 2})
	}
	site := simulate.Site{Window: 30, Placement: plan.Settings{Longest: 7 * 24 * time.Hour}}
	for i := range monthNodes {
		site.Nodes = append(site.Nodes, executor.Node{Name: fmt.Sprint("node", i), CPU: 64, RAM: 256 << 30})
	}
	for _, name := range []string{"fifo", "fairshare", "fairtree"} {
		var err error
		if site.Policy, err = builtin.Schedulers().Open(b.ctx, plugin.Env{}, name, config.Defaults().SchedulerSection(name)); err != nil {
			return err
		}
		began := time.Now()
		o, err := simulate.Run(b.ctx, site, span, simulate.Synthetic(sources, span, 1), nil)
		if err != nil {
			return err
		}
		b.table.add("simulation of a month, "+name, fmt.Sprintf("%.0f s", time.Since(began).Seconds()), "< 60 s", "%d tasks of %d users on %d nodes, %.0f%% of the cores in use, %d started by backfilling",
			o.All.Tasks, monthUsers, monthNodes, 100*o.Utilisation, o.Backfilled)
	}
	return nil
}
