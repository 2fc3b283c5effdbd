package app_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/executor/fake"
	"godocker/internal/archive"
	"godocker/internal/credential"
	"godocker/internal/dispatch"
	"godocker/internal/finish"
	"godocker/internal/jobdir"
	"godocker/internal/lease"
	"godocker/internal/live"
	"godocker/internal/plan"
	"godocker/internal/schedule"
	"godocker/internal/simulate"
	"godocker/internal/watch"
	"godocker/scheduler"
	"godocker/scheduler/fifo"
	"godocker/store"
	"godocker/store/faulty"
	"godocker/store/sqlstore"
	"godocker/watcher"
	"godocker/watcher/maxlifespan"
)

// A house is all rooms around a store in memory and a pretended engine, inside a
// synctest bubble: hours pass in no time.
type house struct {
	t       *testing.T
	store   store.Store // without faults
	cluster *fake.Cluster
	dirs    *jobdir.Tree
	engine  executor.Executor // what the rooms see of the cluster
	deaf    executor.Executor // another engine; nil = there is none
	policy  scheduler.Scheduler
	restart func() // stops the rooms and opens them again
	wire    *wire

	fetchLimit time.Duration
}

var houseSeal, _ = credential.NewSeal("0123456789abcdef")

// siteLimit is how long a task may run that does not say.
const siteLimit = 12 * time.Hour

// lived runs f in a house. hook makes the store fail the rooms.
func lived(t *testing.T, conf fake.Config, hook faulty.Hook, f func(h *house)) {
	ordered(t, fifo.Scheduler{}, conf, hook, f)
}

// ordered is lived with another order of tasks.
func ordered(t *testing.T, policy scheduler.Scheduler, conf fake.Config, hook faulty.Hook, f func(h *house)) {
	shared := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.DiscardHandler)
		if os.Getenv("GOD_LOGLEVEL") != "" {
			log = slog.New(slog.NewTextHandler(os.Stderr, nil))
		}
		db, err := sqlstore.Open(t.Context(), "sqlite::memory:", log)
		if err != nil {
			t.Fatal(err)
		}
		cluster, err := fake.NewCluster(conf)
		if err != nil {
			t.Fatal(err)
		}
		h := &house{t: t, policy: policy, store: db, cluster: cluster, dirs: jobdir.New(shared, 0o750), engine: cluster.Executor(),
			wire: &wire{tries: map[string][]time.Time{}}, fetchLimit: 2 * time.Hour}
		ctx, cancel := context.WithCancel(t.Context())
		var s store.Store = db
		if hook != nil {
			s = faulty.Wrap(db, hook)
		}
		wait := h.open(ctx, s, log)
		h.restart = func() {
			cancel()
			wait()
			ctx, cancel = context.WithCancel(t.Context())
			wait = h.open(ctx, s, log)
		}
		defer func() {
			cancel()
			wait()
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		}()
		f(h)
	})
}

func (h *house) open(ctx context.Context, s store.Store, log *slog.Logger) (wait func()) {
	hub, err := live.New(ctx, s, log)
	if err != nil {
		h.t.Fatal(err)
	}
	engines := h.engines()
	rooms := []interface{ Run(context.Context) }{
		hub,
		&schedule.Room{Store: s, Hub: hub, Policy: h.policy, Shares: &schedule.Shares{Store: s, Window: 2}, Executors: engines, Placement: plan.Settings{Default: "fake", SkipFailed: true}, Refresh: 30 * time.Second, Log: log,
			Quotas: &schedule.Quotas{Store: s, Window: 2}, Forecast: simulate.Forecast,
			Lease: &lease.Keeper{Store: s, Name: "schedule", Holder: "me", TTL: 15 * time.Second, Log: log}},
		h.dispatcher(s, hub, "me", h.fetchLimit, log),
		&watch.Room{Store: s, Hub: hub, Executors: engines, Cluster: "c", Grace: 10 * time.Second, Sweep: 30 * time.Second, Log: log,
			Watchers: []watcher.Watcher{maxlifespan.Watcher{Limit: siteLimit}}},
		&finish.Room{Store: s, Hub: hub, Executors: engines, Dirs: h.dirs, Cluster: "c", Holder: "me", Log: log},
		&archive.Room{Store: s, Hub: hub, Dirs: h.dirs, Keep: 6 * time.Hour, Log: log},
	}
	done := make(chan struct{}, len(rooms))
	for _, r := range rooms {
		go func() { r.Run(ctx); done <- struct{}{} }()
	}
	return func() {
		for range rooms {
			<-done
		}
	}
}

func (h *house) engines() map[string]executor.Executor {
	engines := map[string]executor.Executor{"fake": h.engine}
	if h.deaf != nil {
		engines["deaf"] = h.deaf
	}
	return engines
}

func (h *house) dispatcher(s store.Store, hub *live.Hub, holder string, fetchLimit time.Duration, log *slog.Logger) *dispatch.Room {
	return &dispatch.Room{Store: s, Hub: hub, Executors: h.engines(), Dirs: h.dirs, Runner: "/godrun", Cluster: "c", Holder: holder, Log: log,
		Listed: func(image string) bool { return image == "lab.org/listed:1" }, Seal: houseSeal,
		Ports:   dispatch.Ports{Allocate: true, Start: 10000, Range: 5},
		Fetches: dispatch.Fetches{Fetcher: h.wire, Most: 1 << 30, Limit: fetchLimit}}
}

// submit hands in a task that the pretended engine runs as directed.
func (h *house) submit(directives string, change ...func(*godocker.Task)) int64 {
	h.t.Helper()
	task := godocker.Task{Submitted: time.Now(), User: godocker.Owner{ID: "ann", UID: os.Getuid(), GID: os.Getgid(), Project: godocker.DefaultProject},
		Requirements: godocker.Requirements{CPU: 1, RAM: 1}, Container: godocker.Container{Image: "i"},
		Command: godocker.Command{Script: "#FAKE " + directives + "\n"}}
	for _, c := range change {
		c(&task)
	}
	ids, err := h.store.Submit(h.t.Context(), []godocker.Task{task})
	if err != nil {
		h.t.Fatal(err)
	}
	return ids[0]
}

func (h *house) task(id int64) godocker.Task {
	h.t.Helper()
	t, err := h.store.Task(h.t.Context(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return t
}

// until passes time until the task is in the state, at most a day.
func (h *house) until(id int64, state godocker.State) godocker.Task {
	h.t.Helper()
	end := time.Now().Add(24 * time.Hour)
	for step := time.Millisecond; ; step = min(2*step, 10*time.Minute) {
		synctest.Wait()
		if t := h.task(id); t.State == state {
			return t
		}
		if time.Now().After(end) {
			h.t.Fatalf("task %d is %s after a day, want %s: %+v", id, h.task(id).State, state, h.task(id).Life)
		}
		time.Sleep(step)
	}
}

func (h *house) kill(id int64) {
	h.t.Helper()
	h.wish(id, godocker.WishKill)
}

func (h *house) wish(id int64, k godocker.WishKind) {
	h.t.Helper()
	if _, err := h.store.Wish(h.t.Context(), id, godocker.Wish{Kind: k, By: "ann", Asked: time.Now()}); err != nil {
		h.t.Fatal(err)
	}
}

// pass lets time go by.
func (h *house) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (h *house) executions(id int64, attempts int) (n int) {
	for a := 1; a <= attempts; a++ {
		n += h.cluster.Executions(h.handle(id, a))
	}
	return n
}

func (h *house) handle(id int64, attempt int) executor.Handle {
	h.t.Helper()
	t := h.task(id)
	return executor.Handle(godocker.AttemptName("c", id, attempt, t.Mark()))
}

func TestTaskWalksThroughTheRooms(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		id := h.submit("run=3h exit=4")
		got := h.until(id, godocker.Over)
		if got.Outcome != godocker.Failed || *got.ExitCode != 4 || got.Reason != "The script ended with exit code 4" {
			t.Errorf("ended %s %d %q", got.Outcome, *got.ExitCode, got.Reason)
		}
		if d := got.Duration(time.Now()); d != 3*time.Hour {
			t.Errorf("ran %v, want 3h", d)
		}
		events, err := h.store.TaskEvents(h.t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		var walk []string
		for _, e := range events {
			if e.Kind == godocker.EventSubmitted || e.Kind == godocker.EventMoved {
				walk = append(walk, string(e.To))
			}
		}
		if want := []string{"pending", "starting", "running", "ending", "over"}; !slices.Equal(walk, want) {
			t.Errorf("walked %v, want %v", walk, want)
		}
		usage, err := h.store.Usage(h.t.Context(), "ann", "", time.Time{})
		if err != nil || len(usage) != 1 || usage[0].Time != (3*time.Hour).Seconds() || usage[0].Tasks != 1 {
			t.Errorf("usage = %+v, %v", usage, err)
		}
	})
}

func TestEndsInWords(t *testing.T) {
	for _, tt := range []struct {
		directives string
		outcome    godocker.Outcome
		words      string
	}{
		{"run=1s", godocker.Succeeded, ""},
		{"run=1h lost_after=1s", godocker.NodeLost, "does not know the task any more"},
		{"run=1s failure=oom", godocker.OutOfMemory, "memory"},
		{"start_error=cannot_start", godocker.CannotStart, "no such image: docker.io/library/i:latest"},
		{"start_error=no_room:3 run=1s", godocker.Succeeded, ""},
		{"start_error=away:3 run=1s", godocker.Succeeded, ""},
	} {
		t.Run(tt.directives, func(t *testing.T) {
			lived(t, fake.Config{}, nil, func(h *house) {
				id := h.submit(tt.directives)
				got := h.until(id, godocker.Over)
				if got.Outcome != tt.outcome || !strings.Contains(got.Reason, tt.words) {
					t.Errorf("ended %s %q, want %s %q", got.Outcome, got.Reason, tt.outcome, tt.words)
				}
				if tt.outcome == godocker.Succeeded && (h.executions(id, got.Attempt) != 1 || got.Reason != "") {
					t.Errorf("%d executions, reason %q", h.executions(id, got.Attempt), got.Reason)
				}
			})
		})
	}
}

func TestKill(t *testing.T) {
	big := func(t *godocker.Task) { t.Requirements.CPU = 1000 }
	for name, tt := range map[string]struct {
		directives string
		change     func(*godocker.Task)
		when       godocker.State
		most       time.Duration // until it is over
	}{
		"waiting":           {"run=1h", big, godocker.Pending, time.Second},
		"starting":          {"start=2h run=1h", nil, godocker.Starting, time.Second},
		"running":           {"run=5h", nil, godocker.Running, time.Second},
		"running, stubborn": {"run=5h ignore_term=1", nil, godocker.Running, 11 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			lived(t, fake.Config{}, nil, func(h *house) {
				change := tt.change
				if change == nil {
					change = func(*godocker.Task) {}
				}
				id := h.submit(tt.directives, change)
				h.until(id, tt.when)
				asked := time.Now()
				h.kill(id)
				got := h.until(id, godocker.Over)
				if got.Outcome != godocker.Killed || got.ExitCode == nil || *got.ExitCode != godocker.KilledExitCode || got.Finished.IsZero() {
					t.Errorf("ended %s %v %q at %v", got.Outcome, got.ExitCode, got.Reason, got.Finished)
				}
				if took := got.Finished.Sub(asked); took > tt.most {
					t.Errorf("took %v, want at most %v", took, tt.most)
				}
				if w, _ := got.Secondary(); w != "killed" || got.Wish.Open() {
					t.Errorf("secondary %q, wish %+v", w, got.Wish)
				}
			})
		})
	}
}

func TestNodesAreNeverOverCommitted(t *testing.T) {
	lived(t, fake.Config{Nodes: 2, CPU: 4, RAM: 8}, nil, func(h *house) {
		var ids []int64
		for i := range 60 {
			ids = append(ids, h.submit(fmt.Sprintf("run=%ds", 30+i), func(t *godocker.Task) { t.Requirements.CPU = 0.5 + float64(i%4) }))
		}
		for range 2000 {
			time.Sleep(time.Second)
			synctest.Wait()
			held := map[string]float64{}
			qs, err := h.store.Queue(h.t.Context(), []godocker.State{godocker.Starting, godocker.Running}, nil, 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range qs {
				held[q.Node] += q.CPU
			}
			for n, cpu := range held {
				if cpu > 4 {
					t.Fatalf("%s holds %g of 4 cpus", n, cpu)
				}
			}
		}
		for _, id := range ids {
			if got := h.task(id); got.Outcome != godocker.Succeeded {
				t.Errorf("task %d is %s %s", id, got.State, got.Outcome)
			}
		}
	})
}

func TestWaitingTaskSaysWhy(t *testing.T) {
	lived(t, fake.Config{CPU: 4}, nil, func(h *house) {
		first := h.submit("run=1h", func(t *godocker.Task) { t.Requirements.CPU = 3 })
		h.until(first, godocker.Running)
		second := h.submit("run=1s", func(t *godocker.Task) { t.Requirements.CPU = 2 })
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if got := h.task(second); !strings.HasPrefix(got.Detail, "Not enough resources available: waiting until 2 cpus") {
			t.Errorf("it says %q", got.Detail)
		}
		if got := h.until(second, godocker.Over); got.Started.Before(h.task(first).Ended) {
			t.Errorf("it started at %v, before the other ended", got.Started)
		}
	})
}

func TestEngineAwayForAWhile(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		running := h.submit("run=10m")
		h.until(running, godocker.Running)
		h.cluster.SetAway(true)
		time.Sleep(time.Minute)
		waiting := h.submit("run=1s")
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := h.task(waiting); got.State.Final() || !strings.Contains(got.Detail, "fake") {
			t.Errorf("meanwhile %s, %q", got.State, got.Detail)
		}
		h.cluster.SetAway(false)
		for _, id := range []int64{running, waiting} {
			if got := h.until(id, godocker.Over); got.Outcome != godocker.Succeeded || h.executions(id, got.Attempt) != 1 {
				t.Errorf("task %d ended %s after %d executions", id, got.Outcome, h.executions(id, got.Attempt))
			}
		}
	})
}

// Whatever single call to the store fails, before or after it took effect, tasks
// end right and run once.
func TestStoreFails(t *testing.T) {
	for _, method := range []string{"Claim", "Take", "Started", "Ended", "Finish", "Unreleased", "Released", "Queue", "Events", "List", "LastEvent", "Acquire", "Wishes", "Annotate", "Hold"} {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s after=%t", method, after), func(t *testing.T) {
				lived(t, fake.Config{CPU: 3}, thrice(method, after), func(h *house) {
					var ids []int64
					for range 8 {
						ids = append(ids, h.submit("run=2s"))
					}
					for _, id := range ids {
						got := h.until(id, godocker.Over)
						if got.Outcome != godocker.Succeeded || h.executions(id, got.Attempt) != 1 {
							t.Errorf("task %d ended %s after %d executions", id, got.Outcome, h.executions(id, got.Attempt))
						}
					}
					time.Sleep(time.Hour)
					synctest.Wait()
					if left, err := h.store.Unreleased(h.t.Context(), []string{"none"}, true, 10); err != nil || len(left) != 0 {
						t.Errorf("%d attempts were not released, %v", len(left), err)
					}
				})
			})
		}
	}
}

// thrice fails the second, third and fifth call of a method.
func thrice(method string, after bool) faulty.Hook {
	return func(c faulty.Call) error {
		if c.Method == method && c.After == after && (c.N == 2 || c.N == 3 || c.N == 5) {
			return errors.New("the disk is full")
		}
		return nil
	}
}

func TestArchive(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		id := h.submit("run=1s")
		got := h.until(id, godocker.Over)
		if _, err := os.Stat(h.dirs.Path(&got)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		if got = h.task(id); got.State != godocker.Over {
			t.Fatalf("after 5 of 6 hours it is %s", got.State)
		}
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if got = h.task(id); got.State != godocker.Archived {
			t.Fatalf("after 8 hours it is %s", got.State)
		}
		if _, err := os.Stat(h.dirs.Path(&got)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the folder is still there: %v", err)
		}
	})
}

func TestLeftoversAreRemoved(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		id := h.submit("run=1s")
		over := h.until(id, godocker.Over)
		exec := h.cluster.Executor()
		ghost := executor.Assignment{Cluster: "c", Task: id, Attempt: 7, Mark: over.Mark(), Labels: map[string]string{fake.LabelDirectives: "run=100h"}}
		stranger := executor.Assignment{Cluster: "c", Task: 4711, Attempt: 1, Labels: ghost.Labels}
		namesake := executor.Assignment{Cluster: "c", Task: id, Attempt: 1, Mark: "another", Labels: ghost.Labels}
		running := h.submit("run=100h")
		h.until(running, godocker.Running)
		for _, a := range []executor.Assignment{ghost, stranger, namesake} {
			if _, err := exec.Start(h.t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		left, err := exec.(executor.Lister).List(h.t.Context(), "c")
		if err != nil || len(left) != 3 || slices.ContainsFunc(left, func(f executor.Found) bool { return f.Attempt == 7 }) {
			t.Fatalf("left: %v, %v; want the running one and the strangers", left, err)
		}
		if got := h.task(running); got.State != godocker.Running {
			t.Errorf("the running task is %s", got.State)
		}
	})
}
