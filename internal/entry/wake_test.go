package entry_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"godocker"
	"godocker/internal/entry"
	"godocker/store"
)

// A keeper has one task, which is thawed some time after that is wished.
type keeper struct {
	task  godocker.Task
	thaws int
	after time.Duration // that it takes
	until time.Time
}

func (k *keeper) Task(context.Context, int64) (godocker.Task, error) {
	if !k.until.IsZero() && !time.Now().Before(k.until) {
		k.task.Suspended, k.task.Wish.Done = false, time.Now()
	}
	return k.task, nil
}

func (k *keeper) Thaw(_ context.Context, now time.Time, _ store.AttemptKey) error {
	k.thaws++
	k.task.Wish = godocker.Wish{Kind: godocker.WishResume, Asked: now}
	k.until = now.Add(k.after)
	return nil
}

// Who connects wakes a task that dozes, and no other.
func TestWake(t *testing.T) {
	asked := time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)
	frozen := func(by string, done time.Time) func(*godocker.Task) {
		return func(k *godocker.Task) {
			k.Suspended, k.Frozen = !done.IsZero(), done
			k.Wish = godocker.Wish{Kind: godocker.WishSuspend, By: by, Asked: asked, Done: done}
		}
	}
	for name, c := range map[string]struct {
		change func(*godocker.Task)
		after  time.Duration
		thaws  int
		code   godocker.Code
		says   string
	}{
		"it runs":               {change: func(*godocker.Task) {}},
		"it was idle":           {change: frozen("", asked), after: time.Second, thaws: 1},
		"it is being frozen":    {change: frozen("", time.Time{}), after: time.Second, thaws: 1},
		"nobody does it":        {change: frozen("", asked), after: time.Hour, thaws: 1, code: godocker.Unavailable, says: "try again in a moment"},
		"its owner suspended":   {change: frozen("ann", asked), code: godocker.Conflict, says: "god job resume 7"},
		"it ended meanwhile":    {change: func(k *godocker.Task) { frozen("", asked)(k); k.State = godocker.Over }, code: godocker.Conflict, says: "task 7 is over"},
		"it is begun once more": {change: func(k *godocker.Task) { frozen("", asked)(k); k.Attempt = 2 }, code: godocker.Conflict},
	} {
		synctest.Test(t, func(t *testing.T) {
			k := &keeper{task: godocker.Task{ID: 7, Life: godocker.Life{State: godocker.Running, Attempt: 1}}, after: c.after}
			c.change(&k.task)
			known := k.task
			known.State, known.Attempt = godocker.Running, 1
			err := (&entry.Hall{Tasks: k, Log: slog.New(slog.DiscardHandler)}).Wake(t.Context(), &known)
			if c.code == "" && err != nil || c.code != "" && (!errors.Is(err, c.code) || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%s: %v", name, err)
			}
			if k.thaws != c.thaws || err == nil && known.Suspended {
				t.Errorf("%s: thawed %d times, %+v", name, k.thaws, known.Life)
			}
		})
	}
}
