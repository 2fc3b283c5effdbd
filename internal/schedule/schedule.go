// Package schedule is the second room: it chooses which waiting task starts next,
// and where. Only the process that holds the lease does it; it keeps the queue in
// memory, follows the events, and so looks at what changed and not at what exists.
package schedule

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/lease"
	"godocker/internal/live"
	"godocker/internal/loop"
	"godocker/internal/plan"
	"godocker/scheduler"
	"godocker/store"
)

// Store is what the room needs of the store.
type Store interface {
	store.Rooms
	store.Queues
	store.Housekeeping
	store.Nodes
	store.Questions
	store.Events
}

// A Room schedules. Run it once; it has no other methods to call.
type Room struct {
	Store     Store
	Hub       *live.Hub
	Lease     *lease.Keeper
	Policy    scheduler.Scheduler
	Executors map[string]executor.Executor
	Placement plan.Settings
	Refresh   time.Duration // how often the nodes are asked for while nothing waits
	Log       *slog.Logger
	Quotas    *Quotas // nil = there are none
	Shares    *Shares // nil = schedulers know of no usage
	// Forecast says when a task of a state of its own starts, if tasks run as long as said
	// and nothing else is handed in. It gives up after a number of starts of others.
	Forecast func(s *plan.State, t plan.Terms, runs func(*godocker.Queued) time.Duration, id int64, most int) (time.Time, bool)
	// Paused, if not nil, says why no task may start now; "" = tasks may.
	Paused func(ctx context.Context) string

	book     *book
	term     int64
	seq      int64
	state    *plan.State
	engines  engines
	wake     chan<- struct{} // begins a pass
	reviewed time.Time
	scored   time.Time
	busy     chan struct{} // has room for who forecasts
}

const (
	maxClaims   = 500  // tasks started in one pass
	maxVerdicts = 1000 // tasks ended in one pass
	maxNotes    = 500  // tasks told what they wait for in one pass
)

// Run schedules until ctx is done.
func (r *Room) Run(ctx context.Context) {
	wake := r.Hub.Signal(func(e godocker.Event) bool {
		return e.Kind == godocker.EventAsked || e.Kind == godocker.EventReserved ||
			e.Kind != godocker.EventDetail && (e.From != "" || e.To == godocker.Pending)
	})
	r.Lease.Won = func() {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
	r.state = plan.New(r.Placement, slices.Collect(maps.Keys(r.Executors)))
	r.engines, r.wake = newEngines(len(r.Executors)), wake
	r.busy = make(chan struct{}, 1)
	r.Shares.want(r.Policy)
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
	r.refresh(ctx, now)
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
	asked, err := r.answer(ctx, now)
	if err != nil {
		return false, err
	}
	placed := false
	if r.paused(ctx) == "" {
		if placed, err = r.place(ctx, held, now); err != nil {
			return false, err
		}
	}
	if r.book == nil || placed {
		return true, nil
	}
	if err := r.score(ctx, now); err != nil {
		return false, err
	}
	ended, err := r.review(ctx, held, now)
	return more || asked || ended, err
}

func (r *Room) paused(ctx context.Context) string {
	if r.Paused == nil {
		return ""
	}
	return r.Paused(ctx)
}

// rebuild reads the queue and what is held from the store.
func (r *Room) rebuild(ctx context.Context, term int64) error {
	seq, err := r.Store.LastEvent(ctx)
	if err != nil {
		return err
	}
	if err := r.reserve(ctx); err != nil {
		return err
	}
	b := newBook(r.state, r.Shares)
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
	r.Log.Info("the queue is in memory", "waiting", b.Waiting(), "held", b.HeldCount())
	return nil
}

// follow applies the events since the last pass.
func (r *Room) follow(ctx context.Context, now time.Time) error {
	var load, arrays, altered []int64
	reserved := false
	for {
		events, err := r.Hub.Events(ctx, r.seq)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			break
		}
		for _, e := range events {
			switch e.Kind {
			case godocker.EventReserved:
				reserved = true
			case godocker.EventAsked:
				r.book.asked = true
			}
			if e.Kind == godocker.EventAltered && r.book.arrays[e.TaskID] != nil {
				altered = append(altered, e.TaskID)
			}
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
	if reserved {
		if err := r.reserve(ctx); err != nil {
			return err
		}
	}
	for _, id := range altered {
		qs, err := r.Store.Elements(ctx, id, 0, 2*window)
		if err != nil {
			return err
		}
		for _, q := range qs {
			if r.state.Waits(q.ID) != nil {
				load = append(load, q.ID)
			}
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
		if q, ok := r.book.release(e.TaskID, e.At); ok {
			switch back := e.From == godocker.Starting && e.To == godocker.Pending; {
			case back && e.Text == godocker.TextNoRoom:
				r.book.Refused(q.Executor, now)
			case back:
				r.book.resting[e.TaskID] = now.Add(restFor)
			default:
				r.book.Ended(q.Executor)
			}
		}
	} else if q := r.book.Held(e.TaskID); e.To == godocker.Running && q != nil {
		began := *q
		began.State, began.Started = godocker.Running, e.At
		r.book.hold(began)
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
	terms, err := r.terms(ctx, now)
	if err != nil {
		return false, err
	}
	terms.Starts = true
	var claims []store.Claim
	var chosen []godocker.Queued
	for d := range r.state.Pass(terms.Terms) {
		if terms.err != nil {
			break
		}
		q := *d.Task
		q.Executor, q.Node, q.State, q.Started = d.Executor, d.Node, godocker.Starting, now
		chosen = append(chosen, q)
		if claims = append(claims, store.Claim{ID: q.ID, Executor: d.Executor, Node: d.Node}); len(claims) == maxClaims {
			break
		}
	}
	if terms.err != nil {
		return false, terms.err
	}
	if len(claims) > 0 {
		if err := r.claim(ctx, l, now, claims, chosen); err != nil {
			return false, err
		}
	}
	return len(claims) == maxClaims, nil
}

// reviewEvery is how often those who wait are told why. It costs more than to look for
// what starts, and nobody reads as fast.
const reviewEvery = 250 * time.Millisecond

// review tells those whose turns come first what they wait for, and ends those whose
// quota is reached.
func (r *Room) review(ctx context.Context, l godocker.Lease, now time.Time) (bool, error) {
	if age := now.Sub(r.reviewed); age >= 0 && age < reviewEvery || r.state.Waiting() == 0 {
		return false, nil
	}
	terms, err := r.terms(ctx, now)
	if err != nil {
		return false, err
	}
	r.reviewed = now
	paused := r.paused(ctx)
	var notes []store.Note
	var over []store.Verdict
	for d := range r.state.Pass(terms.Terms) {
		if terms.err != nil {
			break
		}
		text := paused
		switch {
		case paused != "":
		case d.Why == nil: // it starts as soon as the loop comes to it
			continue
		case d.Why.Code == plan.Quota:
			over = append(over, store.Verdict{ID: d.Task.ID, Outcome: godocker.OverQuota, Reason: d.Why.String()})
			continue
		default:
			text = d.Why.String()
		}
		if d.Task.Detail != text && len(notes) < maxNotes {
			notes = append(notes, store.Note{ID: d.Task.ID, Text: text})
		}
		if len(over) == maxVerdicts {
			break
		}
	}
	if terms.err != nil {
		return false, terms.err
	}
	if len(notes) > 0 {
		if err := r.Store.Annotate(ctx, now, notes); err != nil {
			return false, err
		}
		for _, n := range notes {
			r.state.Note(n.ID, n.Text)
		}
	}
	return len(over) == maxVerdicts, r.end(ctx, l, now, over)
}

// terms are those of a pass. err is what went wrong as they were looked up.
type terms struct {
	plan.Terms
	err   error
	known map[int64]plan.Explanation // of tasks that several questions are about
	as    *outlook                   // on everything as it is, for all who ask; nil = not yet needed
	ahead *outlook                   // for an estimate about the task id; nil = there is to be none
	id    int64
}

func (r *Room) terms(ctx context.Context, now time.Time) (*terms, error) {
	t := &terms{Terms: plan.Terms{Now: now, Policy: r.Policy}}
	if r.Shares.on() && r.state.Waiting() > 0 {
		if err := r.Shares.refresh(ctx, now); err != nil {
			return nil, err
		}
		t.Shares, t.Counts = r.Shares.count.Fill, r.Shares.count
	}
	if r.Quotas != nil {
		look := func(a plan.Account) verdict {
			v, err := r.Quotas.of(ctx, a, now)
			t.err = errors.Join(t.err, err)
			return v
		}
		t.Quota = func(a plan.Account) string { return look(a).why }
		t.Limits = func(a plan.Account) godocker.Limits { return look(a).running }
	}
	return t, nil
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
		if r.book.drop(q.ID); got[q.ID] {
			r.book.hold(q)
		}
	}
	return nil
}
