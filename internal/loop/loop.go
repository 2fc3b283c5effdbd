// Package loop runs the steps of a room again and again: at once when something
// woke it, and now and then in any case, so that a lost wake-up only costs time.
package loop

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// A Loop describes when a step is run. Every step that panics or fails is logged,
// waits a little, and does not stop the loop.
type Loop struct {
	Name string
	Wake <-chan struct{} // nil = by the tick alone
	Tick time.Duration
	Log  *slog.Logger
}

// Greatest pause after a step that failed.
const maxPause = 5 * time.Second

// Run calls step until ctx is done. A step that reports more is called again
// without a wait.
func (l Loop) Run(ctx context.Context, step func(context.Context) (more bool, err error)) {
	tick := time.NewTicker(l.Tick)
	defer tick.Stop()
	pause := 50 * time.Millisecond
	for ctx.Err() == nil {
		more, err := Guard(func() (bool, error) { return step(ctx) })
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			l.Log.Error("a step failed and will be tried again", "room", l.Name, "error", err)
			Pause(ctx, pause)
			pause = min(2*pause, maxPause)
			continue
		case more:
			continue
		}
		pause = 50 * time.Millisecond
		select {
		case <-ctx.Done():
		case <-l.Wake:
		case <-tick.C:
		}
	}
}

// Pause waits, and reports whether ctx let it.
func Pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// Guard calls f and turns a panic into an error.
func Guard[T any](f func() (T, error)) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}
