package maxlifespan_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"godocker"
	"godocker/watcher"
	"godocker/watcher/maxlifespan"
	"godocker/watcher/watchertest"
)

func TestConformance(t *testing.T) {
	watchertest.Run(t, maxlifespan.Watcher{Limit: time.Hour})
	watchertest.Run(t, maxlifespan.Watcher{})
}

func TestLook(t *testing.T) {
	began := time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)
	at := began.Add
	own := func(d time.Duration) func(*godocker.Task) {
		return func(t *godocker.Task) { t.Requirements.MaxLifespan = d }
	}
	warn := func(t *godocker.Task) { t.Requirements.Resources = map[string]string{"warn": "5m"} }
	timeUp := watcher.Advice{End: godocker.TimedOut, Reason: "Max duration reached"}
	for name, tt := range map[string]struct {
		change func(*godocker.Task)
		now    time.Duration
		want   watcher.Advice
	}{
		"the site's":          {nil, time.Minute, watcher.Advice{Next: at(time.Hour)}},
		"the site's is up":    {nil, time.Hour, timeUp},
		"its own":             {own(30 * time.Minute), time.Minute, watcher.Advice{Next: at(30 * time.Minute)}},
		"its own is up":       {own(30 * time.Minute), 31 * time.Minute, timeUp},
		"warning to come":     {warn, time.Minute, watcher.Advice{Next: at(55 * time.Minute)}},
		"warning":             {warn, 55 * time.Minute, watcher.Advice{Warn: "USR1", Next: at(time.Hour)}},
		"warned":              {func(t *godocker.Task) { warn(t); t.Warned = at(55 * time.Minute) }, 56 * time.Minute, watcher.Advice{Next: at(time.Hour)}},
		"was suspended":       {func(t *godocker.Task) { t.Paused = 20 * time.Minute }, 25 * time.Minute, watcher.Advice{Next: at(80 * time.Minute)}},
		"people are warned":   {func(t *godocker.Task) { t.Command.Interactive = true }, 55 * time.Minute, watcher.Advice{Warn: "USR1", Next: at(time.Hour)}},
		"in a short time":     {func(t *godocker.Task) { t.Command.Interactive, t.Requirements.MaxLifespan = true, 20*time.Second }, 18 * time.Second, watcher.Advice{Warn: "USR1", Next: at(20 * time.Second)}},
		"is suspended":        {func(t *godocker.Task) { t.Frozen = at(time.Minute) }, 5 * time.Hour, watcher.Advice{}},
		"being ended already": {func(t *godocker.Task) { t.Outcome = godocker.TimedOut }, time.Minute, timeUp},
	} {
		task := godocker.Task{Life: godocker.Life{State: godocker.Running, Started: began}}
		if tt.change != nil {
			tt.change(&task)
		}
		got, err := maxlifespan.Watcher{Limit: time.Hour}.Look(t.Context(), &task, at(tt.now))
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}
