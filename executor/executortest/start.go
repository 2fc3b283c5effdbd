package executortest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"godocker/executor"
)

func (s suite) exitCodes(t *testing.T) {
	e := s.New(t)
	for _, code := range []int{0, 1, 42, 255} {
		h := s.start(t, e, s.task(s.Run(0, code)))
		got := s.wait(t, e, h, executor.Exited)
		if got.ExitCode != code || got.Outcome != "" {
			t.Errorf("ended with %d, outcome %q, want %d and none", got.ExitCode, got.Outcome, code)
		}
		if got.Ended.IsZero() || got.Ended.Before(got.Started) {
			t.Errorf("ran from %v to %v", got.Started, got.Ended)
		}
	}
}

func (s suite) startTwice(t *testing.T) {
	e := s.New(t)
	a := s.task(s.Run(time.Hour, 0))
	one := s.start(t, e, a)
	if two := s.start(t, e, a); one != two {
		t.Fatalf("second Start = %q, want %q", two, one)
	}
	s.wait(t, e, one, executor.Active)
}

// counted is an assignment whose executions can be counted. An engine without a
// shell answers by the start time instead.
func (s suite) counted(t *testing.T) (a executor.Assignment, count func() int) {
	if s.Shell == nil {
		return s.task(s.Run(0, 0)), func() int { return 1 }
	}
	dir := openFolder(t)
	a = s.task(s.Shell("echo x >>/count/runs"))
	a.Mounts = append(a.Mounts, executor.Mount{Source: dir, Target: "/count"})
	return a, func() int {
		b, err := os.ReadFile(filepath.Join(dir, "runs"))
		if err != nil {
			t.Fatal(err)
		}
		return len(b) / len("x\n")
	}
}

// openFolder is a folder that any user of a container may write to.
func openFolder(t *testing.T) string {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (s suite) startAfterEnd(t *testing.T) {
	a, count := s.counted(t)
	e := s.New(t)
	h := s.start(t, e, a)
	first := s.wait(t, e, h, executor.Exited)
	for i, again := range []executor.Executor{e, s.New(t)} {
		if h2 := s.start(t, again, a); h2 != h {
			t.Fatalf("Start after the end = %q, want %q", h2, h)
		}
		got := s.wait(t, again, h, executor.Exited)
		told := !got.Started.IsZero() && !first.Started.IsZero()
		unseen := i > 0 && got.Started.Before(first.Started)
		if !got.Ended.Equal(first.Ended) || told && !got.Started.Equal(first.Started) && !unseen {
			t.Errorf("ran from %v to %v, and again from %v to %v", first.Started, first.Ended, got.Started, got.Ended)
		}
	}
	if n := count(); n != 1 {
		t.Errorf("ran %d times", n)
	}
}

func (s suite) startTogether(t *testing.T) {
	a, count := s.counted(t)
	engines := []executor.Executor{s.New(t), s.New(t)}
	const starters = 6
	handles := make([]executor.Handle, starters)
	var all sync.WaitGroup
	for i := range starters {
		all.Go(func() {
			got, err := engines[i%2].Start(t.Context(), a)
			if err != nil {
				t.Errorf("Start: %v", err)
			}
			handles[i] = got.Handle
		})
	}
	all.Wait()
	h := s.start(t, engines[0], a)
	for _, other := range handles {
		if other != h {
			t.Errorf("handles differ: %q and %q", other, h)
		}
	}
	s.wait(t, engines[1], h, executor.Exited)
	if n := count(); n != 1 {
		t.Errorf("ran %d times", n)
	}
}

// attemptsApart holds that a second attempt is not taken for the first, nor the
// task of another cluster for this one's.
func (s suite) attemptsApart(t *testing.T) {
	e := s.New(t)
	a := s.task(s.Run(0, 1))
	b := s.Run(0, 2)
	b.Cluster, b.Task, b.Attempt, b.Mark = a.Cluster, a.Task, 2, a.Mark
	c := s.Run(0, 3)
	c.Cluster, c.Task, c.Attempt, c.Mark = a.Cluster+"x", a.Task, 1, a.Mark
	for i, x := range []executor.Assignment{a, b, c} {
		if got := s.wait(t, e, s.start(t, e, x), executor.Exited); got.ExitCode != i+1 {
			t.Errorf("attempt %s ended with %d, want %d", x.Name(), got.ExitCode, i+1)
		}
	}
}

// namesakes holds that the attempt of a task whose number an earlier one had, as the
// database was replaced by an older copy, has nothing to do with that one's.
func (s suite) namesakes(t *testing.T) {
	e := s.New(t)
	a := s.task(s.Run(time.Hour, 0))
	b := s.Run(0, 7)
	b.Cluster, b.Task, b.Attempt, b.Mark = a.Cluster, a.Task, a.Attempt, "ba9876543210"
	var told sync.Map
	if ender, ok := e.(executor.Ender); ok {
		ctx, cancel := context.WithCancel(t.Context())
		var listener sync.WaitGroup
		defer listener.Wait()
		defer cancel()
		ready := make(chan struct{})
		listener.Go(func() {
			_ = ender.Ends(ctx, a.Cluster, func() { close(ready) }, func(h executor.Handle) { told.Store(h, true) })
		})
		<-ready
	}
	first := s.start(t, e, a)
	second := s.start(t, e, b)
	if got := s.wait(t, e, second, executor.Exited); got.ExitCode != 7 {
		t.Errorf("the second ended with %d, want 7", got.ExitCode)
	}
	if _, ok := e.(executor.Ender); ok {
		s.until(t, func() bool { _, ok := told.Load(second); return ok }, func() string { return "the end is not told" })
	}
	if finder, ok := e.(executor.Finder); ok {
		for _, one := range []struct {
			executor.Assignment
			want executor.Handle
		}{{a, first}, {b, second}} {
			if h, err := finder.Find(t.Context(), a.Cluster, a.Task, a.Attempt, one.Mark); err != nil || h != one.want {
				t.Errorf("Find with the mark %s = %q, %v; want %q", one.Mark, h, err, one.want)
			}
		}
	}
	if lister, ok := e.(executor.Lister); ok {
		held, err := lister.List(t.Context(), a.Cluster)
		for _, want := range []executor.Found{{Handle: first, Task: a.Task, Attempt: 1, Mark: a.Mark}, {Handle: second, Task: a.Task, Attempt: 1, Mark: b.Mark}} {
			if err != nil || !slices.Contains(held, want) {
				t.Errorf("List = %+v, %v; want %+v among them", held, err, want)
			}
		}
	}
	if err := errors.Join(e.Kill(t.Context(), second, 0), e.Remove(t.Context(), second)); err != nil {
		t.Error(err)
	}
	s.wait(t, e, second, executor.Lost)
	if got := s.inspect(t, e, first); got.Phase != executor.Active {
		t.Errorf("the first is %s after the removal of the second", got.Phase)
	}
	if _, ok := told.Load(first); ok {
		t.Error("the end of the second was told as that of the first")
	}
}

func (s suite) many(t *testing.T) {
	e := s.New(t)
	const n = 24
	hs := make([]executor.Handle, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			got, err := e.Start(t.Context(), s.task(s.Run(0, i)))
			if err != nil {
				t.Errorf("Start: %v", err)
			}
			hs[i] = got.Handle
		})
	}
	all.Wait()
	defer func() {
		for _, h := range hs {
			if err := e.Remove(t.Context(), h); err != nil {
				t.Errorf("Remove: %v", err)
			}
		}
	}()
	var got []executor.Status
	s.until(t, func() bool {
		var err error
		if got, err = e.Inspect(t.Context(), hs); err != nil || len(got) != n {
			t.Fatalf("Inspect of %d = %d statuses, %v", n, len(got), err)
		}
		for _, one := range got {
			if one.Phase != executor.Exited {
				return false
			}
		}
		return true
	}, func() string { return fmt.Sprintf("not all ended: %+v", got) })
	for i, one := range got {
		if one.Handle != hs[i] || one.ExitCode != i {
			t.Errorf("status %d = %+v, want exit code %d of %q", i, one, i, hs[i])
		}
	}
}

func (s suite) handleOutlives(t *testing.T) {
	h := s.start(t, s.New(t), s.task(s.Run(time.Hour, 0)))
	other := s.New(t)
	s.wait(t, other, h, executor.Active)
	if err := other.Kill(t.Context(), h, 0); err != nil {
		t.Fatal(err)
	}
	s.wait(t, other, h, executor.Exited)
}

func (s suite) cannotStart(t *testing.T) {
	e := s.New(t)
	a, word := s.Impossible()
	a = s.task(a)
	for range 2 {
		got, err := e.Start(t.Context(), a)
		if !errors.Is(err, executor.ErrCannotStart) {
			t.Fatalf("Start = %+v, %v; want ErrCannotStart", got, err)
		}
		if !contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
}

func (s suite) noRoom(t *testing.T) {
	if s.Full == nil {
		t.Skip("the engine has no limit of its own, or queues")
	}
	if _, err := s.Full(t).Start(t.Context(), s.task(s.Run(0, 0))); !errors.Is(err, executor.ErrNoRoom) {
		t.Fatalf("Start on a full engine: %v, want ErrNoRoom", err)
	}
}
