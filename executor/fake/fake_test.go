package fake_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/executor/executortest"
	"godocker/executor/fake"
)

func cluster(t testing.TB, cfg fake.Config) *fake.Cluster {
	t.Helper()
	c, err := fake.NewCluster(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func lasting(d time.Duration, code int) executor.Assignment {
	return executor.Assignment{Cluster: "c", Task: 1, Attempt: 1, CPU: 1, RAM: 64 << 20, Env: map[string]string{
		"FAKE_RUN_FOR": d.String(), "FAKE_EXIT_CODE": strconv.Itoa(code),
	}}
}

func directed(words string) executor.Assignment {
	return executor.Assignment{Cluster: "c", Task: 1, Attempt: 1, RAM: 64 << 20, Labels: map[string]string{fake.LabelDirectives: words}}
}

func harness(connect func(t *testing.T) executor.Executor) executortest.Harness {
	return executortest.Harness{
		New:       connect,
		Run:       lasting,
		Stubborn:  func() executor.Assignment { return directed("run=1h ignore_term=1") },
		Signalled: func() executor.Assignment { return directed("run=1h usr1=7") },
		Hungry:    func() executor.Assignment { return directed("failure=oom") },
		Impossible: func() (executor.Assignment, string) {
			a := directed("start_error=cannot_start")
			a.Image = "nowhere:1"
			return a, "nowhere:1"
		},
		Full: func(t *testing.T) executor.Executor {
			return cluster(t, fake.Config{CPU: 0.5, RefuseWhenFull: true}).Executor()
		},
		Settle: 5 * time.Second,
	}
}

func TestConformance(t *testing.T) {
	c := cluster(t, fake.Config{GPUs: 2})
	executortest.Run(t, harness(func(*testing.T) executor.Executor { return c.Executor() }))
}

// Each executor has a cluster of its own, and only the folder in common.
func TestConformanceWithStateDir(t *testing.T) {
	dir := t.TempDir()
	executortest.Run(t, harness(func(t *testing.T) executor.Executor {
		return cluster(t, fake.Config{StateDir: dir, GPUs: 2}).Executor()
	}))
	count, err := fake.Executions(dir)
	if err != nil || len(count) == 0 {
		t.Fatalf("Executions = %v, %v", count, err)
	}
	for name, n := range count {
		if n != 1 {
			t.Errorf("%s ran %d times", name, n)
		}
	}
}

func one(t *testing.T, e executor.Executor, h executor.Handle) executor.Status {
	t.Helper()
	s, err := e.Inspect(t.Context(), []executor.Handle{h})
	if err != nil {
		t.Fatal(err)
	}
	return s[0]
}

func start(t testing.TB, e executor.Executor, a executor.Assignment) executor.Handle {
	t.Helper()
	s, err := e.Start(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return s.Handle
}

// A week of cluster time passes at once inside a synctest bubble, and the end is
// told at its very moment.
func TestLongTaskEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := cluster(t, fake.Config{}).Executor()
		const week = 7 * 24 * time.Hour
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		var after time.Duration
		go e.(executor.Ender).Ends(ctx, "c", func() {}, func(executor.Handle) { after = time.Since(began) })
		synctest.Wait()
		h := start(t, e, lasting(week, 3))
		time.Sleep(week + time.Hour)
		synctest.Wait()
		if s := one(t, e, h); s.Phase != executor.Exited || s.ExitCode != 3 || after != week {
			t.Fatalf("%+v, told after %v; want exited with 3 after %v", s, after, week)
		}
		cancel()
	})
}

func TestDirectives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for i, test := range []struct {
			words string
			after time.Duration
			want  executor.Status
		}{
			{"run=2s exit=3", time.Second, executor.Status{Phase: executor.Active}},
			{"run=2s exit=3", 3 * time.Second, executor.Status{Phase: executor.Exited, ExitCode: 3}},
			{"run=2s lost_after=1s", 1500 * time.Millisecond, executor.Status{Phase: executor.Lost}},
			{"failure=node_lost", 0, executor.Status{Phase: executor.Exited, ExitCode: 137, Outcome: godocker.NodeLost, Reason: "the node went away"}},
			{"failure=oom", 0, executor.Status{Phase: executor.Exited, ExitCode: 137, Outcome: godocker.OutOfMemory, Reason: "used more than its 64 MB of memory"}},
		} {
			a := directed(test.words)
			a.Task = int64(i)
			e := cluster(t, fake.Config{}).Executor()
			h := start(t, e, a)
			time.Sleep(test.after)
			got := one(t, e, h)
			got.Handle, got.Node, got.Started, got.Ended = "", "", time.Time{}, time.Time{}
			if got != test.want {
				t.Errorf("%s after %v: %+v, want %+v", test.words, test.after, got, test.want)
			}
		}
	})
}

func TestStartErrors(t *testing.T) {
	e := cluster(t, fake.Config{}).Executor()
	limited := directed("start_error=no_room:2")
	for i, want := range []error{executor.ErrNoRoom, executor.ErrNoRoom, nil, nil} {
		if _, err := e.Start(t.Context(), limited); !errors.Is(err, want) {
			t.Errorf("start %d: %v, want %v", i, err, want)
		}
	}
	for _, words := range []string{"run=soon", "exit=x", "colour=red", "start_error=maybe"} {
		a := directed(words)
		a.Task = 2
		if _, err := e.Start(t.Context(), a); !errors.Is(err, executor.ErrCannotStart) {
			t.Errorf("%s: %v, want ErrCannotStart", words, err)
		}
	}
}

func TestCapacity(t *testing.T) {
	c := cluster(t, fake.Config{Nodes: 3, CPU: 2, RAM: 1, RefuseWhenFull: true})
	e := c.Executor()
	var handles []executor.Handle
	for i := range 6 {
		a := lasting(time.Hour, 0)
		a.Task = int64(i)
		handles = append(handles, start(t, e, a))
	}
	a := lasting(time.Hour, 0)
	a.Task = 6
	if _, err := e.Start(t.Context(), a); !errors.Is(err, executor.ErrNoRoom) {
		t.Fatalf("seventh core of six: %v", err)
	}
	if err := e.Remove(t.Context(), handles[4]); err != nil {
		t.Fatal(err)
	}
	start(t, e, a)
}

func TestNodeLossAndAbsence(t *testing.T) {
	c := cluster(t, fake.Config{Nodes: 2})
	e := c.Executor()
	a := lasting(time.Hour, 0)
	a.Node = "fake-2"
	h := start(t, e, a)
	c.SetDown("fake-2", true)
	if s := one(t, e, h); s.Phase != executor.Lost {
		t.Errorf("on a node that is down: %+v", s)
	}
	listening, over := make(chan struct{}), make(chan error, 1)
	go func() {
		over <- e.(executor.Ender).Ends(t.Context(), "c", func() { close(listening) }, func(executor.Handle) {})
	}()
	<-listening
	c.SetAway(true)
	if err := <-over; err == nil {
		t.Error("Ends goes on without an engine")
	}
	if _, err := e.Inspect(t.Context(), []executor.Handle{h}); err == nil {
		t.Error("an engine that is away answers")
	}
}

// Two processes kept starting what they find, one of them dying in between.
func TestRestartRunsNothingTwice(t *testing.T) {
	dir := t.TempDir()
	for range 5 {
		e := cluster(t, fake.Config{StateDir: dir}).Executor()
		for i := range 10 {
			a := lasting(time.Hour, 0)
			a.Task = int64(i)
			start(t, e, a)
		}
	}
	count, err := fake.Executions(dir)
	if err != nil || len(count) != 10 {
		t.Fatalf("Executions = %v, %v", count, err)
	}
	for name, n := range count {
		if n != 1 {
			t.Errorf("%s: %d executions", name, n)
		}
	}
}

func BenchmarkAttempt(b *testing.B) {
	for _, nodes := range []int{1, 1000} {
		b.Run(fmt.Sprintf("nodes=%d", nodes), func(b *testing.B) {
			e := cluster(b, fake.Config{Nodes: nodes}).Executor()
			for i := range b.N {
				a := lasting(time.Millisecond, 0)
				a.Task = int64(i)
				h := start(b, e, a)
				if _, err := e.Inspect(b.Context(), []executor.Handle{h}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func FuzzDirectives(f *testing.F) {
	f.Add("run=2s exit=3 start_error=no_room:1")
	f.Add("failure=oom lost_after=-1s ignore_term=x")
	f.Fuzz(func(t *testing.T, words string) {
		a := directed(words)
		a.Env = map[string]string{"FAKE_START_TAKES": "0s"}
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // no start may take the time that the words ask for
		e := cluster(t, fake.Config{}).Executor()
		got, err := e.Start(ctx, a)
		if (err == nil) != (got.Handle != "") {
			t.Errorf("%q: %+v, %v", words, got, err)
		}
	})
}
