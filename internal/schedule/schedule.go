// Package schedule is the second room: it chooses which waiting task starts next,
// and where. Only the process that holds the lease does it; it keeps the queue in
// memory, follows the events, and so looks at what changed and not at what exists.
package schedule

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/lease"
	"godocker/internal/live"
	"godocker/internal/loop"
	"godocker/scheduler"
	"godocker/store"
)

// Store is what the room needs of the store.
type Store interface {
	store.Rooms
	store.Queues
	store.Housekeeping
	store.Events
}

// A Room schedules. Run it once; it has no other methods to call.
type Room struct {
	Store     Store
	Hub       *live.Hub
	Lease     *lease.Keeper
	Policy    scheduler.Scheduler
	Executors map[string]executor.Executor
	Default   string        // the executor of tasks that name none
	Refresh   time.Duration // how often the nodes are asked for
	Log       *slog.Logger
	// SkipFailed keeps tasks off nodes that failed attempts of them.
	SkipFailed bool
	Quotas     *Quotas // nil = there are none
	Shares     *Shares // nil = schedulers know of no usage
	// Paused, if not nil, tells that no task may start now.
	Paused func(ctx context.Context) bool

	book    *book
	term    int64
	seq     int64
	cluster *cluster
}

const (
	maxClaims   = 500  // tasks started in one pass
	maxVerdicts = 1000 // tasks ended in one pass
	lookAhead   = 200  // tasks examined in vain before a pass ends
	lookFurther = 5000 // the same of those that want what some nodes lack: others must not wait behind them
)

// Run schedules until ctx is done.
func (r *Room) Run(ctx context.Context) {
	wake := r.Hub.Signal(func(e godocker.Event) bool {
		return e.Kind != godocker.EventDetail && (e.From != "" || e.To == godocker.Pending)
	})
	r.Lease.Won = func() {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
	r.cluster = newCluster(r.Executors, r.Default, r.Refresh)
	r.cluster.skipFailed = r.SkipFailed
	done := make(chan struct{})
	go func() { defer close(done); r.Lease.Run(ctx) }()
	loop.Loop{Name: "schedule", Wake: wake, Tick: time.Second, Log: r.Log}.Run(ctx, r.step)
	<-done
}

// step is one pass. It reports more while there may be more to place at once.
func (r *Room) step(ctx context.Context) (bool, error) {
	now := time.Now()
	held, ok := r.Lease.Current(now)
	if !ok {
		r.book = nil
		return false, nil
	}
	if r.cluster.refresh(ctx, now, r.Log) && r.book != nil {
		r.cluster.recount(r.book.held)
	}
	if r.book == nil || r.term != held.Term {
		if err := r.rebuild(ctx, held.Term); err != nil {
			r.book = nil
			return false, err
		}
	}
	if err := r.follow(ctx, now); err != nil {
		r.book = nil // what was missed is unknown; start again from the store
		return false, err
	}
	more, err := r.endKilled(ctx, held, now)
	if err == nil {
		err = r.answerWishes(ctx, now)
	}
	if err == nil {
		err = r.endUnmeetable(ctx, held, now)
	}
	if err == nil {
		err = r.topUp(ctx)
	}
	if err != nil {
		return false, err
	}
	if r.Paused != nil && r.Paused(ctx) {
		return more, nil
	}
	placed, err := r.place(ctx, held, now)
	return more || placed, err
}

// rebuild reads the queue and what is held from the store.
func (r *Room) rebuild(ctx context.Context, term int64) error {
	seq, err := r.Store.LastEvent(ctx)
	if err != nil {
		return err
	}
	b := newBook()
	all := []godocker.State{godocker.Pending, godocker.Starting, godocker.Running}
	for after := int64(0); ; {
		qs, err := r.Store.Queue(ctx, all, nil, after, 10_000)
		if err != nil {
			return err
		}
		if len(qs) == 0 {
			break
		}
		if err := r.admit(ctx, b, qs); err != nil {
			return err
		}
		after = qs[len(qs)-1].ID
	}
	arrays, err := r.Store.Arrays(ctx, nil)
	if err != nil {
		return err
	}
	b.know(arrays)
	r.book, r.term, r.seq = b, term, seq
	r.cluster.recount(b.held)
	r.Log.Info("the queue is in memory", "waiting", len(b.queue), "held", len(b.held))
	return nil
}

// follow applies the events since the last pass.
func (r *Room) follow(ctx context.Context, now time.Time) error {
	var load, arrays []int64
	for {
		events, err := r.Hub.Events(ctx, r.seq)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			break
		}
		for _, e := range events {
			if r.apply(e, now) {
				load = append(load, e.TaskID)
			}
			if e.Kind == godocker.EventSubmitted && e.Text == godocker.TextArray || e.Kind == godocker.EventWished && r.book.arrays[e.TaskID] != nil {
				arrays = append(arrays, e.TaskID)
			}
			load = append(load, r.book.rouse(e)...)
			r.seq = e.Seq
		}
	}
	for ids := range slices.Chunk(load, 500) {
		qs, err := r.Store.Queue(ctx, []godocker.State{godocker.Pending}, ids, 0, 0)
		if err != nil {
			return err
		}
		if err := r.admit(ctx, r.book, qs); err != nil {
			return err
		}
		for _, q := range qs { // an element came back to an array that may have had none waiting
			if q.ParentID != 0 {
				arrays = append(arrays, q.ParentID)
			}
		}
	}
	if len(arrays) == 0 {
		return nil
	}
	slices.Sort(arrays)
	as, err := r.Store.Arrays(ctx, slices.Compact(arrays))
	if err == nil {
		r.book.know(as)
	}
	return err
}

// apply changes the books by one event and reports whether the task must be read.
func (r *Room) apply(e godocker.Event, now time.Time) bool {
	switch {
	case e.Kind == godocker.EventSubmitted, (e.Kind == godocker.EventWished || e.Kind == godocker.EventGranted || e.Kind == godocker.EventAltered) && e.To == godocker.Pending:
		return true
	case e.Kind != godocker.EventMoved:
		return false
	}
	if e.From == godocker.Ending {
		r.Quotas.ended(e)
	}
	if e.From == godocker.Pending {
		r.book.drop(e.TaskID)
	}
	if !e.To.Holds() {
		if q, ok := r.book.release(e.TaskID); ok {
			switch back := e.From == godocker.Starting && e.To == godocker.Pending; {
			case back && e.Text == godocker.TextNoRoom:
				r.cluster.refused(q, now)
			case back:
				r.cluster.give(q)
				r.book.resting[e.TaskID] = now.Add(restFor)
			default:
				r.cluster.ended(q)
			}
		}
	}
	return e.To == godocker.Pending
}

// endKilled ends waiting tasks whose owner does not want them any more, some in
// each pass.
func (r *Room) endKilled(ctx context.Context, l godocker.Lease, now time.Time) (more bool, err error) {
	var qs []godocker.Queued
	for id := range r.book.killed {
		if qs = append(qs, godocker.Queued{ID: id}); len(qs) == maxVerdicts {
			more = true
			break
		}
	}
	if err := r.end(ctx, l, now, killed(qs)); err != nil {
		return false, err
	}
	arrays, err := r.endArrays(ctx, l, now)
	return more || arrays, err
}

// place starts tasks in the policy's order as long as there is room.
func (r *Room) place(ctx context.Context, l godocker.Lease, now time.Time) (bool, error) {
	queue := r.book.waiting()
	var claims []store.Claim
	var chosen []godocker.Queued
	var notes []store.Note
	var over []store.Verdict
	blocked, choosy := 0, 0
	in, err := r.snapshot(ctx, now, queue)
	if err != nil {
		return false, err
	}
	for i := range r.Policy.Order(in) {
		q := queue[i]
		if r.book.full(q) || r.book.rests(q.ID, now) || now.Before(q.NotBefore) {
			continue
		}
		if quota, err := r.Quotas.why(ctx, q, now); err != nil {
			return false, err
		} else if quota != "" {
			if over = append(over, store.Verdict{ID: q.ID, Outcome: godocker.OverQuota, Reason: quota}); len(over) == maxVerdicts {
				break
			}
			continue
		}
		name, node, why := r.cluster.fit(q, now)
		if why != "" {
			if q.Detail != why {
				queue[i].Detail = why
				notes = append(notes, store.Note{ID: q.ID, Text: why})
			}
			if len(q.Labels) > 0 || q.GPUs > 0 {
				choosy++
			} else {
				blocked++
			}
			if blocked >= lookAhead || choosy >= lookFurther {
				break
			}
			continue
		}
		q.Executor, q.Node, q.State = name, node, godocker.Starting
		r.cluster.take(q)
		r.book.hold(q)
		chosen = append(chosen, q)
		claims = append(claims, store.Claim{ID: q.ID, Executor: name, Node: node})
		if len(claims) == maxClaims {
			break
		}
	}
	if len(claims) > 0 {
		if err := r.claim(ctx, l, now, claims, chosen); err != nil {
			return false, err
		}
	}
	if len(notes) > 0 {
		if err := r.Store.Annotate(ctx, now, notes); err != nil {
			return false, err
		}
	}
	return len(claims) == maxClaims || len(over) == maxVerdicts, r.end(ctx, l, now, over)
}

func (r *Room) claim(ctx context.Context, l godocker.Lease, now time.Time, claims []store.Claim, chosen []godocker.Queued) error {
	moved, err := r.Store.Claim(ctx, l, now, claims)
	if err != nil {
		r.book = nil // the claim may have happened or not; read again
		return fmt.Errorf("claiming %d tasks: %w", len(claims), err)
	}
	got := make(map[int64]bool, len(moved))
	for _, id := range moved {
		got[id] = true
	}
	for _, q := range chosen {
		r.book.drop(q.ID)
		if !got[q.ID] {
			r.book.release(q.ID)
			r.cluster.give(q)
		}
	}
	return nil
}
