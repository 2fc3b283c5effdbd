package executortest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"godocker/executor"
)

const nobody = executor.Handle("god-nobody-0-0")

func (s suite) unknown(t *testing.T) {
	e := s.New(t)
	for _, h := range []executor.Handle{nobody, "no such handle", ""} {
		if got := s.inspect(t, e, h); got.Phase != executor.Lost {
			t.Errorf("Inspect(%q) = %+v, want lost", h, got)
		}
		if err := e.Kill(t.Context(), h, time.Second); err != nil {
			t.Errorf("Kill(%q): %v", h, err)
		}
		if err := e.Remove(t.Context(), h); err != nil {
			t.Errorf("Remove(%q): %v", h, err)
		}
	}
}

func (s suite) inspectOrder(t *testing.T) {
	e := s.New(t)
	a := s.start(t, e, s.task(s.Run(time.Hour, 0)))
	b := s.start(t, e, s.task(s.Run(time.Hour, 0)))
	hs := []executor.Handle{b, nobody, a, b}
	got, err := e.Inspect(t.Context(), hs)
	if err != nil || len(got) != len(hs) {
		t.Fatalf("Inspect = %+v, %v", got, err)
	}
	for i, one := range got {
		if one.Handle != hs[i] || (one.Phase == executor.Lost) != (hs[i] == nobody) {
			t.Errorf("status %d = %+v, for %q", i, one, hs[i])
		}
	}
	if got, err := e.Inspect(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("Inspect of nothing = %+v, %v", got, err)
	}
}

// ended is a code that a killed attempt may end with: of TERM or of KILL.
func ended(code int) bool { return code == 143 || code == 137 }

func (s suite) kill(t *testing.T) {
	e := s.New(t)
	h := s.start(t, e, s.task(s.Run(time.Hour, 0)))
	s.wait(t, e, h, executor.Active)
	if err := e.Kill(t.Context(), h, 0); err != nil {
		t.Fatal(err)
	}
	if got := s.wait(t, e, h, executor.Exited); !ended(got.ExitCode) || got.Outcome != "" {
		t.Errorf("killed: %+v, want exit code 143 or 137 and no outcome", got)
	}
}

func (s suite) stubborn(t *testing.T) executor.Assignment {
	switch {
	case s.Stubborn != nil:
		return s.task(s.Stubborn())
	case s.Shell != nil:
		return s.task(s.Shell("trap : TERM; while :; do sleep 3600 & wait; done"))
	}
	t.Skip("the engine runs no script")
	return executor.Assignment{}
}

func (s suite) killGrace(t *testing.T) {
	e := s.New(t)
	h := s.start(t, e, s.stubborn(t))
	s.wait(t, e, h, executor.Active)
	asked := time.Now()
	if err := e.Kill(t.Context(), h, time.Second); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(asked); took > s.Settle/2 && took > time.Second {
		t.Errorf("Kill kept its caller for %v", took)
	}
	if got := s.wait(t, e, h, executor.Exited); got.ExitCode != 137 {
		t.Errorf("ended with %d, want 137", got.ExitCode)
	}
	if took := time.Since(asked); took < time.Second {
		t.Errorf("ended after %v, before the grace time was over", took)
	}
}

func (s suite) killTwice(t *testing.T) {
	e := s.New(t)
	h := s.start(t, e, s.task(s.Run(time.Hour, 0)))
	s.wait(t, e, h, executor.Active)
	for range 2 {
		if err := e.Kill(t.Context(), h, 0); err != nil {
			t.Fatal(err)
		}
	}
	before := s.wait(t, e, h, executor.Exited)
	if err := e.Kill(t.Context(), h, 0); err != nil {
		t.Fatalf("Kill after the end: %v", err)
	}
	if after := s.inspect(t, e, h); after != before {
		t.Errorf("Kill after the end changed %+v to %+v", before, after)
	}
}

func (s suite) remove(t *testing.T) {
	e := s.New(t)
	running := s.start(t, e, s.task(s.Run(time.Hour, 0)))
	over := s.start(t, e, s.task(s.Run(0, 0)))
	s.wait(t, e, running, executor.Active)
	s.wait(t, e, over, executor.Exited)
	for _, h := range []executor.Handle{running, over} {
		for range 2 {
			if err := e.Remove(t.Context(), h); err != nil {
				t.Fatalf("Remove: %v", err)
			}
		}
		s.wait(t, e, h, executor.Lost)
	}
}

func (s suite) suspend(t *testing.T) {
	e := s.New(t)
	sus, can := e.(executor.Suspender)
	if !can || !e.Capabilities().Suspend {
		t.Skip("the engine cannot suspend")
	}
	h := s.start(t, e, s.task(s.Run(300*time.Millisecond, 5)))
	for range 2 {
		if err := sus.Suspend(t.Context(), h); err != nil {
			t.Fatalf("Suspend: %v", err)
		}
	}
	select { // longer than it would run
	case <-time.After(time.Second):
	case <-t.Context().Done():
	}
	if got := s.inspect(t, e, h); got.Phase != executor.Active {
		t.Fatalf("suspended, but %+v", got)
	}
	for range 2 {
		if err := sus.Resume(t.Context(), h); err != nil {
			t.Fatalf("Resume: %v", err)
		}
	}
	if got := s.wait(t, e, h, executor.Exited); got.ExitCode != 5 {
		t.Errorf("ended with %d, want 5", got.ExitCode)
	}

	frozen := s.start(t, e, s.task(s.Run(time.Hour, 0)))
	if err := sus.Suspend(t.Context(), frozen); err != nil {
		t.Fatal(err)
	}
	if err := e.Kill(t.Context(), frozen, time.Second); err != nil {
		t.Fatalf("Kill while suspended: %v", err)
	}
	s.wait(t, e, frozen, executor.Exited)
}

func (s suite) ends(t *testing.T) {
	e := s.New(t)
	ender, can := e.(executor.Ender)
	if !can {
		t.Skip("the engine does not tell of ends")
	}
	ctx, cancel := context.WithCancel(t.Context())
	ready, over := make(chan struct{}), make(chan error, 1)
	var mu sync.Mutex
	told := map[executor.Handle]bool{}
	go func() {
		over <- ender.Ends(ctx, s.cluster, func() { close(ready) }, func(h executor.Handle) {
			mu.Lock()
			defer mu.Unlock()
			told[h] = true
		})
	}()
	select {
	case <-ready:
	case err := <-over:
		t.Fatalf("Ends: %v", err)
	case <-time.After(s.Settle):
		t.Fatal("Ends does not get ready")
	}
	foreign := s.task(s.Run(0, 0))
	foreign.Cluster += "x"
	others := s.start(t, e, foreign)
	short := s.start(t, e, s.task(s.Run(0, 0)))
	killed := s.start(t, e, s.task(s.Run(time.Hour, 0)))
	s.wait(t, e, killed, executor.Active)
	if err := e.Kill(t.Context(), killed, 0); err != nil {
		t.Fatal(err)
	}
	s.until(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return told[short] && told[killed]
	}, func() string { return "an end was not told" })
	s.wait(t, e, others, executor.Exited)
	cancel()
	if err := <-over; !errors.Is(err, context.Canceled) {
		t.Errorf("Ends = %v, want that it was cancelled", err)
	}
	if told[others] {
		t.Error("the end of another cluster's attempt was told")
	}
}
