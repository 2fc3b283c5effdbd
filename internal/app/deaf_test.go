package app_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/executor/fake"
)

// deaf is an engine that stops answering at all, as one does whose machine hangs.
type deaf struct {
	executor.Executor
	gone *atomic.Bool
}

func (d deaf) wait(ctx context.Context) error {
	for d.gone.Load() {
		select {
		case <-time.After(time.Minute): // it goes on where it was
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (d deaf) Nodes(ctx context.Context) ([]executor.Node, error) {
	if err := d.wait(ctx); err != nil {
		return nil, err
	}
	return d.Executor.Nodes(ctx)
}

func (d deaf) Start(ctx context.Context, a executor.Assignment) (executor.Started, error) {
	if err := d.wait(ctx); err != nil {
		return executor.Started{}, err
	}
	return d.Executor.Start(ctx, a)
}

func (d deaf) Inspect(ctx context.Context, hs []executor.Handle) ([]executor.Status, error) {
	if err := d.wait(ctx); err != nil {
		return nil, err
	}
	return d.Executor.Inspect(ctx, hs)
}

func (d deaf) Kill(ctx context.Context, h executor.Handle, grace time.Duration) error {
	if err := d.wait(ctx); err != nil {
		return err
	}
	return d.Executor.Kill(ctx, h, grace)
}

func (d deaf) Remove(ctx context.Context, h executor.Handle) error {
	if err := d.wait(ctx); err != nil {
		return err
	}
	return d.Executor.Remove(ctx, h)
}

// An engine that does not answer keeps its own tasks waiting, and no others: not their
// starts, nor kills, nor ends at their time, nor what is cleaned up after them.
func TestDeafEngine(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		other, err := fake.NewCluster(fake.Config{})
		if err != nil {
			t.Fatal(err)
		}
		var gone atomic.Bool
		h.deaf = deaf{other.Executor(), &gone}
		h.restart()
		there := func(k *godocker.Task) { k.Requirements.Executor = "deaf" }
		short := func(k *godocker.Task) { k.Requirements.MaxLifespan = 10 * time.Minute }
		var held []int64
		for range 20 {
			held = append(held, h.submit("run=5h", there, short), h.submit("run=1m", there))
		}
		killed, limited := h.submit("run=5h"), h.submit("run=5h", short)
		h.until(held[len(held)-1], godocker.Running)
		h.until(limited, godocker.Running)
		h.pass(5 * time.Minute) // those of a minute are over
		gone.Store(true)
		waits := h.submit("run=1m", there)
		for i := 0; i < len(held); i += 2 {
			h.kill(held[i])
		}
		h.pass(2 * time.Minute)
		h.kill(killed)
		began := time.Now()
		quick := h.submit("run=1s")
		if h.until(quick, godocker.Over); time.Since(began) > 5*time.Second {
			t.Errorf("a task of a second took %v", time.Since(began))
		}
		if got := h.until(killed, godocker.Over); got.Outcome != godocker.Killed || time.Since(began) > 15*time.Second {
			t.Errorf("killed: %s after %v", got.Outcome, time.Since(began))
		}
		if got := h.until(limited, godocker.Over); got.Outcome != godocker.TimedOut || got.Worked(time.Now()) > 11*time.Minute {
			t.Errorf("at its time: %s after %v", got.Outcome, got.Worked(time.Now()))
		}
		h.pass(time.Minute)
		if left, err := h.store.Unreleased(t.Context(), []string{"fake"}, false, 10); err != nil || len(left) > 0 {
			t.Errorf("not cleaned up: %v, %v", left, err)
		}
		later := h.submit("run=1m", there)
		h.pass(time.Minute)
		for id, why := range map[int64]string{waits: "the executor deaf could not be asked to start it", later: "the executor deaf does not answer"} {
			if got := h.task(id); got.State.Final() || !strings.Contains(got.Detail, why) {
				t.Errorf("what waits for the engine is %s, %q", got.State, got.Detail)
			}
		}
		if got := h.task(held[0]); got.State != godocker.Running {
			t.Errorf("what runs there is %s", got.State)
		}
		gone.Store(false)
		for i, id := range held {
			if got := h.until(id, godocker.Over); i%2 == 0 && got.Outcome != godocker.Killed && got.Outcome != godocker.TimedOut || i%2 == 1 && got.Outcome != godocker.Succeeded {
				t.Errorf("then %d is %s", id, got.Outcome)
			}
		}
		h.until(waits, godocker.Over)
		h.until(later, godocker.Over)
	})
}
