package app_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/executor/fake"
)

// plain is an engine without temporary storage.
type plain struct {
	executor.Executor
	executor.Lister
	executor.Ender
	executor.Finder
}

func withoutStorage(e executor.Executor) plain {
	return plain{e, e.(executor.Lister), e.(executor.Ender), e.(executor.Finder)}
}

func (p plain) Capabilities() executor.Capabilities {
	c := p.Executor.Capabilities()
	c.TmpStorage = false
	return c
}

// What the engine still holds of an attempt that is over goes at once, but if others are being
// started: then those come first, for half a minute.
func TestRemovalsGiveWayToStarts(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		h.engine = withoutStorage(h.engine)
		h.restart()
		held := func(id int64) bool {
			h.t.Helper()
			all, err := h.cluster.Executor().(executor.Lister).List(h.t.Context(), "c")
			if err != nil {
				h.t.Fatal(err)
			}
			return slices.ContainsFunc(all, func(f executor.Found) bool { return f.Task == id })
		}
		alone := h.submit("run=1s")
		h.until(alone, godocker.Over)
		h.pass(time.Second)
		if held(alone) {
			t.Error("it was not removed though nothing else happens")
		}
		slow, quick := h.submit("start=20s"), h.submit("run=1s")
		h.until(quick, godocker.Over)
		h.pass(5 * time.Second)
		if !held(quick) {
			t.Error("it was removed while another was being started")
		}
		h.until(slow, godocker.Over)
		h.pass(time.Second)
		if held(quick) || held(slow) {
			t.Error("they were not removed when nothing was being started any more")
		}
		slower, next := h.submit("start=10m"), h.submit("run=1s")
		h.until(next, godocker.Over)
		h.pass(2 * time.Minute)
		if got := h.task(slower); held(next) || got.State != godocker.Starting {
			t.Errorf("it was not removed after two minutes, while another is %s", got.State)
		}
	})
}

// Temporary storage is given back at once: those that start may want it.
func TestTemporaryStorageIsNotKept(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		slow, quick := h.submit("start=10m"), h.submit("run=1s")
		h.until(quick, godocker.Over)
		h.pass(5 * time.Second)
		all, err := h.cluster.Executor().(executor.Lister).List(h.t.Context(), "c")
		if err != nil || slices.ContainsFunc(all, func(f executor.Found) bool { return f.Task == quick }) || h.task(slow).State != godocker.Starting {
			t.Errorf("left %v, %v", all, err)
		}
	})
}

// hesitant is an engine that begins what it is given, and tells so ten minutes later.
type hesitant struct {
	executor.Executor
	executor.Finder
}

func (e hesitant) Start(ctx context.Context, a executor.Assignment) (executor.Started, error) {
	got, err := e.Executor.Start(ctx, a)
	select {
	case <-time.After(10 * time.Minute):
		return got, err
	case <-ctx.Done():
		return executor.Started{}, ctx.Err()
	}
}

// What may still run although its task is over, or waits anew, is ended at once, whatever is being
// started.
func TestWhatMayRunIsRemovedAtOnce(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		h.engine = hesitant{withoutStorage(h.engine), h.engine.(executor.Finder)}
		h.restart()
		slow, killed, again := h.submit("run=1h"), h.submit("run=1h"), h.submit("run=1h")
		for _, id := range []int64{slow, killed, again} {
			h.until(id, godocker.Starting)
		}
		h.kill(killed)
		h.wish(again, godocker.WishReschedule)
		h.until(killed, godocker.Over)
		h.pass(2 * time.Second)
		all, err := h.cluster.Executor().(executor.Lister).List(h.t.Context(), "c")
		if err != nil {
			h.t.Fatal(err)
		}
		for _, f := range all {
			if f.Task == killed || f.Task == again && f.Attempt == 1 {
				t.Errorf("attempt %d of task %d was not removed", f.Attempt, f.Task)
			}
		}
		if got := h.task(again); h.task(slow).State != godocker.Starting || got.Attempt != 2 {
			t.Errorf("%s; again: %+v", h.task(slow).State, got.Life)
		}
	})
}
