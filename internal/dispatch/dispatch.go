// Package dispatch is the third room: it hands chosen tasks to their executor. A
// task is taken for a limited time, so that those of a process that died are taken
// by another; and Start is idempotent, so that a task taken twice starts once.
package dispatch

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/credential"
	"godocker/internal/jobdir"
	"godocker/internal/live"
	"godocker/internal/loop"
	"godocker/internal/runner/spec"
	"godocker/store"
)

// Store is what the room needs of the store.
type Store interface {
	store.Rooms
	store.Housekeeping
	store.Reservations
	store.Logins
	store.Users
	store.Keys
	store.Attachments
}

// A Room dispatches. Run it once.
type Room struct {
	Store     Store
	Hub       *live.Hub
	Executors map[string]executor.Executor
	Dirs      *jobdir.Tree
	Runner    string // path of the runner on the nodes
	Cluster   string // name of this installation
	Holder    string // name of this process
	Log       *slog.Logger

	CheckVolumes bool // the folders of volumes are on this machine, too, and are looked at
	Ports        Ports
	Listed       func(image string) bool // which images, by their whole names, are for everybody
	Seal         *credential.Seal        // opens the logins of people; nil = there are none
	Uploads      string                  // holds a folder for each user who uploaded something; "" = nobody did
	Fetches      Fetches
	HostKeys     *credential.HostKeys // of interactive tasks
	MaxLifespan  time.Duration        // of tasks that ask for none; 0 = no limit
	Grace        time.Duration        // between TERM and KILL

	mu       sync.Mutex
	busy     map[int64]context.CancelFunc // tasks this process is at
	foreign  map[string]time.Time         // ports of nodes that others use, by node and number, and when that was seen
	fetching map[string]chan struct{}     // slots of each user
	allowed  map[question]time.Time       // what registries said yes to, and when
	pulses   map[string]*pulse            // of executors that something is asked of
	started  *loop.Batch[store.Start]
	ended    *loop.Batch[store.End]
	wg       sync.WaitGroup
	fresh    bool // what an earlier process of this name took was let go of
}

const (
	takeFor  = 20 * time.Second // then another process may take the task
	takeMost = 200              // at once
)

// Run dispatches until ctx is done, and then waits for what it began.
func (r *Room) Run(ctx context.Context) {
	r.busy = map[int64]context.CancelFunc{}
	r.started, r.ended = loop.NewBatch[store.Start](500), loop.NewBatch[store.End](500)
	r.wg.Go(func() {
		r.started.Run(ctx, r.Log, func(ctx context.Context, ss []store.Start) error {
			_, err := r.Store.Started(ctx, time.Now(), ss)
			return err
		})
	})
	r.wg.Go(func() {
		r.ended.Run(ctx, r.Log, func(ctx context.Context, es []store.End) error {
			_, err := r.Store.Ended(ctx, time.Now(), es)
			return err
		})
	})
	wished := r.Hub.Signal(func(e godocker.Event) bool { return e.Kind == godocker.EventWished && e.To == godocker.Starting })
	r.wg.Go(func() {
		loop.Loop{Name: "wishes while starting", Wake: wished, Tick: 30 * time.Second, Log: r.Log}.Run(ctx, r.giveUp)
	})
	r.wg.Go(func() { loop.Loop{Name: "hold", Tick: takeFor / 4, Log: r.Log}.Run(ctx, r.hold) })
	wake := r.Hub.Entering(godocker.Starting)
	loop.Loop{Name: "dispatch", Wake: wake, Tick: 5 * time.Second, Log: r.Log}.Run(ctx, r.step)
	r.wg.Wait()
}

// step takes tasks and begins to start each of them.
func (r *Room) step(ctx context.Context) (bool, error) {
	if !r.fresh {
		if err := r.Store.Vacate(ctx, godocker.Starting, r.Holder); err != nil {
			return false, err
		}
		r.fresh = true
	}
	now := time.Now()
	tasks, err := r.Store.Take(ctx, godocker.Starting, r.Holder, now, now.Add(takeFor), takeMost)
	if err != nil {
		return false, err
	}
	for i := range tasks {
		t := &tasks[i]
		start, cancel := context.WithCancel(ctx)
		if !r.mark(t.ID, cancel) {
			cancel()
			continue // its time was up while this process is still at it
		}
		r.wg.Go(func() {
			defer r.unmark(t.ID)
			r.try(ctx, start, t)
		})
	}
	return len(tasks) == takeMost, nil
}

func (r *Room) mark(id int64, cancel context.CancelFunc) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.busy[id] != nil {
		return false
	}
	r.busy[id] = cancel
	return true
}

func (r *Room) unmark(id int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.busy[id]()
	delete(r.busy, id)
}

// hold keeps other processes from tasks that this one is at for longer.
func (r *Room) hold(ctx context.Context) (bool, error) {
	r.mu.Lock()
	ids := slices.Collect(maps.Keys(r.busy))
	r.mu.Unlock()
	return false, r.Store.Hold(ctx, godocker.Starting, r.Holder, ids, time.Now().Add(takeFor))
}

// giveUp ends starts that nobody wants any more, such as the pull of a large image or the fetch of a large file.
func (r *Room) giveUp(ctx context.Context) (bool, error) {
	tasks, err := r.Store.Wishes(ctx, []godocker.State{godocker.Starting})
	if err != nil {
		return false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range tasks {
		if cancel := r.busy[tasks[i].ID]; cancel != nil && unwanted(&tasks[i]) {
			cancel()
		}
	}
	return false, nil
}

// unwanted reports whether nobody wants this attempt any more.
func unwanted(t *godocker.Task) bool {
	return t.Wish.Wants(godocker.WishKill) || t.Wish.Wants(godocker.WishReschedule)
}

// try starts one task and sees to what comes of it. Whatever happens, the task
// leaves this state, or is taken again later. start ends before ctx if the task is
// to be killed.
func (r *Room) try(ctx, start context.Context, t *godocker.Task) {
	key := store.AttemptKey{ID: t.ID, Attempt: t.Attempt}
	var got started
	var err error
	if !unwanted(t) {
		got, err = r.insist(start, t)
	}
	switch {
	case ctx.Err() != nil:
		// The next process takes it up.
	case unwanted(t) || err != nil && start.Err() != nil:
		// This try or an earlier one may have begun it; it is removed with
		// the attempt.
		r.ended.Add(ctx, store.End{AttemptKey: key, Outcome: godocker.Killed, Ended: time.Now(), Reason: "killed while it was being started"})
	case err == nil:
		r.started.Add(ctx, store.Start{AttemptKey: key, Handle: string(got.Handle), EngineID: got.EngineID, Digest: got.Digest, Node: got.Node, IP: got.IP, Ports: got.Ports, HostKey: got.hostKey})
	case errors.Is(err, godocker.Conflict):
		// It went on without this process.
	case errors.Is(err, executor.ErrNoRoom) && spec.Begun(r.Dirs.Path(t), t.Attempt):
		// An earlier try began it, unseen, and somebody took it from the executor.
		r.ended.Add(ctx, store.End{AttemptKey: key, Outcome: godocker.NodeLost, Ended: time.Now(), Reason: "It began, and the executor " + t.Executor + " does not know it any more: its container was removed from outside"})
	case errors.Is(err, executor.ErrNoRoom):
		if err := r.Store.Defer(ctx, time.Now(), key, whyNoRoom(err)); err != nil && ctx.Err() == nil {
			r.Log.Error("a task could not be sent back to the queue; it is taken again later", "task", t.ID, "error", err)
		}
	case errors.Is(err, executor.ErrEngine):
		r.ended.Add(ctx, store.End{AttemptKey: key, Outcome: godocker.EngineError, Reason: words(err), Ended: time.Now()})
	default:
		r.ended.Add(ctx, store.End{AttemptKey: key, Outcome: godocker.CannotStart, Reason: words(err), Ended: time.Now()})
	}
}

const (
	minPause = 200 * time.Millisecond
	maxPause = 10 * time.Second
)

// insist asks the executor until it gives an answer. Without one nobody knows
// whether the attempt has begun, so it must stay the same attempt: another number
// could run the task twice.
func (r *Room) insist(ctx context.Context, t *godocker.Task) (started, error) {
	for pause := minPause; ; pause = min(2*pause, maxPause) {
		got, err := loop.Guard(func() (started, error) { return r.start(ctx, t) })
		if err == nil || ctx.Err() != nil || errors.Is(err, godocker.Conflict) || errors.Is(err, executor.ErrNoRoom) || errors.Is(err, executor.ErrCannotStart) || errors.Is(err, executor.ErrEngine) {
			return got, err
		}
		r.Log.Error("a task could not be handed over and is tried again", "task", t.ID, "attempt", t.Attempt, "error", err)
		note := store.Note{ID: t.ID, Text: "Waiting: the executor " + t.Executor + " could not be asked to start it; trying again"}
		if err := r.Store.Annotate(ctx, time.Now(), []store.Note{note}); err != nil && ctx.Err() == nil {
			r.Log.Warn("progress was not recorded", "task", t.ID, "error", err)
		}
		wait := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			wait.Stop()
			return started{}, ctx.Err()
		case <-wait.C:
		}
	}
}

// words is the engine's own text, without the prefix that is for programs.
func words(err error) string {
	text := strings.TrimPrefix(err.Error(), executor.ErrCannotStart.Error()+": ")
	return strings.TrimPrefix(text, executor.ErrEngine.Error()+": ")
}
