// Package maxlifespan ends tasks that run for longer than they asked for, or than the
// site allows. Those that want to are told some time before.
package maxlifespan

import (
	"context"
	"time"

	"godocker"
	"godocker/plugin"
	"godocker/watcher"
)

// Reason is what the owner of a task reads; programs compare it.
const Reason = "Max duration reached"

// Warning is the signal that tells a script that its time is nearly up, if the task
// asked for it with the resource "warn"; and people in interactive tasks.
const Warning = "USR1"

// Plugin describes this watcher to the registry.
var Plugin = plugin.Define("maxlifespan", "ends tasks that run for too long", New)

// New returns a watcher for which the site's limit is that of the configuration.
func New(_ context.Context, env plugin.Env, _ struct{}) (watcher.Watcher, error) {
	return Watcher{Limit: env.MaxLifespan}, nil
}

// A Watcher holds the site's limit for tasks that ask for none; 0 = no limit.
type Watcher struct{ Limit time.Duration }

// Look implements watcher.Watcher. The time that a task is suspended does not count.
func (w Watcher) Look(_ context.Context, t *godocker.Task, now time.Time) (watcher.Advice, error) {
	limit := t.Limit(w.Limit)
	if limit == 0 || !t.Frozen.IsZero() && t.Outcome == godocker.NoOutcome {
		return watcher.Advice{}, nil
	}
	left := limit - t.Worked(now)
	if left <= 0 || t.Outcome == godocker.TimedOut {
		return watcher.Advice{End: godocker.TimedOut, Reason: Reason}, nil
	}
	a := watcher.Advice{Next: now.Add(left)}
	switch before := t.WarnBefore(w.Limit); {
	case before == 0 || !t.Warned.IsZero():
	case left <= before:
		a.Warn = Warning
	default:
		a.Next = now.Add(left - before)
	}
	return a, nil
}
