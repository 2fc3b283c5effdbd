package watch

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"godocker/executor"
	"godocker/internal/loop"
	"godocker/store"
)

// An attempt that was begun before this process listened may have ended unheard.
func TestEndsBeforeListeningAreLookedFor(t *testing.T) {
	v := newView("fake", nil, &Room{})
	v.listening()
	v.due() // the sweep that follows
	v.know("old", store.AttemptKey{ID: 1, Attempt: 1}, time.Now().Add(-time.Minute))
	v.know("new", store.AttemptKey{ID: 2, Attempt: 1}, time.Now().Add(time.Minute))
	if due, _ := v.due(); len(due) != 1 || due[0] != "old" {
		t.Errorf("to inspect: %v, want only what is older than the listening", due)
	}
}

// late is an engine whose books show an end some time after it told of it.
type late struct {
	executor.Executor
	shows time.Time
	asked int
}

func (l *late) Inspect(_ context.Context, hs []executor.Handle) ([]executor.Status, error) {
	l.asked++
	s := executor.Status{Handle: hs[0], Phase: executor.Active}
	if time.Now().After(l.shows) {
		s.Phase = executor.Exited
	}
	return []executor.Status{s}, nil
}

func TestAnEndThatTheBooksDoNotShowYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		engine := &late{shows: time.Now().Add(time.Second)}
		room := &Room{Sweep: time.Hour, Log: slog.New(slog.DiscardHandler), ended: loop.NewBatch[store.End](10)}
		v := newView("late", engine, room)
		v.know("h", store.AttemptKey{ID: 1, Attempt: 1}, time.Now())
		v.tell("h")
		go v.run(ctx)
		written := make(chan time.Time, 1)
		go room.ended.Run(ctx, room.Log, func(context.Context, []store.End) error {
			written <- time.Now()
			return nil
		})
		if late := (<-written).Sub(engine.shows); late > 2*doubtEvery {
			t.Errorf("the end was seen %v after the engine's books showed it, asked %d times", late, engine.asked)
		}
		cancel()
	})
}
