package app

import (
	"context"
	"maps"
	"slices"

	"godocker"
)

// warnOfStrays logs how many tasks are with executors that are not among those known.
// They go on there, but nobody sees them end.
func (a *App) warnOfStrays(ctx context.Context, known []string) {
	held, err := a.Store.Queue(ctx, []godocker.State{godocker.Starting, godocker.Running, godocker.Ending}, nil, 0, 0)
	if err != nil {
		if ctx.Err() == nil {
			a.log.Warn("it is not known whether tasks are with executors that are not in the configuration", "error", err)
		}
		return
	}
	strays := map[string]int{}
	for _, q := range held {
		if name := q.Executor; name != "" && !slices.Contains(known, name) {
			strays[name]++
		}
	}
	for _, name := range slices.Sorted(maps.Keys(strays)) {
		a.log.Warn("tasks are with an executor that is not in the configuration any more: nobody sees them end, and nobody can end them, until it is there again",
			"executor", name, "tasks", strays[name])
	}
}
