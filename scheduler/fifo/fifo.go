// Package fifo starts tasks in the order in which they came.
package fifo

import (
	"context"
	"iter"

	"godocker/plugin"
	"godocker/scheduler"
)

// Config has no keys: there is nothing to choose.
type Config struct{}

// Plugin describes this scheduler to the registry.
var Plugin = plugin.Define("fifo", "first in, first out", New)

// New returns the scheduler.
func New(context.Context, plugin.Env, Config) (scheduler.Scheduler, error) { return Scheduler{}, nil }

// Scheduler orders tasks by id, which is the order of their arrival.
type Scheduler struct{}

// Order implements scheduler.Scheduler.
func (Scheduler) Order(s scheduler.Snapshot) iter.Seq[*scheduler.Turn] {
	return scheduler.Draw(s, func(int, int) float64 { return 0 })
}
