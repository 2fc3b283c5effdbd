package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"godocker/api"
	"godocker/store/sqlstore"
	"godocker/test/daemon"
)

const (
	startTime = 30 * time.Second
	pollEvery = 100 * time.Millisecond
)

// A load submits tasks from many goroutines until it is stopped, through whatever
// happens to the servers, and remembers each acknowledged task and the exit code
// that it is to have.
type load struct {
	servers []*daemon.Server
	workers int
	most    int           // tasks in all
	pause   time.Duration // greatest one between two submissions of a worker
	task    func(code int) api.Task

	mu   sync.Mutex
	want map[int64]int
	stop context.CancelFunc
	wg   sync.WaitGroup
}

func (l *load) begin(t *testing.T, rng *rand.Rand) {
	ctx, cancel := context.WithCancel(t.Context())
	l.want, l.stop = map[int64]int{}, cancel
	t.Cleanup(l.end)
	for i := range l.workers {
		own := rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64()))
		l.wg.Go(func() { l.work(ctx, own, l.servers[i%len(l.servers)]) })
	}
}

func (l *load) work(ctx context.Context, rng *rand.Rand, s *daemon.Server) {
	c, err := s.Client(ctx)
	if err != nil {
		return
	}
	for l.count() < l.most && ctx.Err() == nil {
		code := []int{0, 0, 0, 3}[rng.IntN(4)]
		ask, cancel := context.WithTimeout(ctx, 10*time.Second)
		id, err := c.Submit(ask, l.task(code))
		cancel()
		if err == nil {
			l.mu.Lock()
			l.want[id] = code
			l.mu.Unlock()
		}
		pause := time.NewTimer(time.Duration(rng.Int64N(int64(l.pause) + 1)))
		select {
		case <-ctx.Done():
		case <-pause.C:
		}
	}
}

func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.want)
}

// end stops submitting. What a worker was at may be stored and not acknowledged.
func (l *load) end() {
	l.stop()
	l.wg.Wait()
}

// seeded returns a generator whose seed is printed, so that a run can be repeated
// as far as timing allows.
func seeded(t *testing.T) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, seed))
}

// killAgain kills the server at random moments and starts it again.
func killAgain(t *testing.T, s *daemon.Server, rng *rand.Rand, times int, least, most time.Duration) {
	t.Helper()
	for n := range times {
		moment := time.NewTimer(least + time.Duration(rng.Int64N(int64(most-least))))
		select {
		case <-moment.C:
		case <-s.Dead():
			t.Fatalf("the server ended by itself after %d kills:\n%s", n, s.LogEnd())
		}
		s.Kill()
		if err := s.Launch(); err != nil {
			t.Fatal(err)
		}
	}
}

// settle waits until no task is active, and returns all tasks by id.
func settle(t *testing.T, s *daemon.Server, patience time.Duration) map[int64]api.Task {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := s.Client(ctx)
	if err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	var active []api.Task
	for {
		if active, err = c.Active(ctx, "", true); err == nil && len(active) == 0 {
			break
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			for _, a := range active[:min(5, len(active))] {
				t.Logf("task %d attempt %d is %s: %s", a.ID, a.Status.Attempt, a.Status.Primary, a.Container.Status)
			}
			t.Fatalf("%d tasks are still active after %v (%v)", len(active), patience, err)
		}
	}
	over, err := c.Over(ctx, "", true, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	tasks := make(map[int64]api.Task, len(over))
	for _, one := range over {
		tasks[one.ID] = one
	}
	return tasks
}

// honest fails the test unless every acknowledged task ended as it should and every
// task ran once. runs counts the runs of each task.
func (l *load) honest(t *testing.T, tasks map[int64]api.Task, runs map[int64]int) {
	t.Helper()
	bad := 0
	complain := func(format string, args ...any) {
		if bad++; bad <= 10 {
			t.Errorf(format, args...)
		}
	}
	for id, code := range l.want {
		one, ok := tasks[id]
		switch {
		case !ok:
			complain("task %d was acknowledged and does not exist", id)
		case one.Status.ExitCode == nil || *one.Status.ExitCode != code:
			complain("task %d is to end with %d and ended %s", id, code, ending(one))
		}
	}
	for id := range tasks {
		if runs[id] != 1 {
			complain("task %d ran %d times; it ended %s", id, runs[id], ending(tasks[id]))
		}
	}
	t.Logf("%d tasks acknowledged, %d stored, %d complaints", len(l.want), len(tasks), bad)
}

func ending(one api.Task) string {
	text := one.Status.Outcome
	if one.Status.ExitCode != nil {
		text += fmt.Sprintf(" with %d", *one.Status.ExitCode)
	}
	if one.Status.Reason != nil {
		text += ": " + *one.Status.Reason
	}
	return fmt.Sprintf("%s (attempt %d)", text, one.Status.Attempt)
}

// gapless fails the test unless the events in a database are numbered without a gap.
func gapless(t *testing.T, url string) {
	t.Helper()
	st, err := sqlstore.Open(t.Context(), url, quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	events, err := st.Events(t.Context(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range events {
		if e.Seq != int64(i)+1 {
			t.Fatalf("event %d follows event %d", e.Seq, i)
		}
	}
	if last, err := st.LastEvent(t.Context()); err != nil || last != int64(len(events)) {
		t.Fatalf("%d events, and the last is said to be %d, %v", len(events), last, err)
	}
}
