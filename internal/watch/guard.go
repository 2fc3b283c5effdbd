package watch

import (
	"container/heap"
	"context"
	"errors"
	"sync"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/store"
)

// A guard has the watchers look after what runs, each attempt when its time has come
// and not before: however many run, waiting costs nothing.
type guard struct {
	room *Room
	wake chan struct{}

	mu    sync.Mutex
	wards map[int64]*ward
	queue wardQueue
}

// A ward is an attempt that is looked after.
type ward struct {
	task  godocker.Task
	at    time.Time // when it is looked at
	index int       // in the queue; -1 = not there, as it is being looked at or left alone
}

func newGuard(r *Room) *guard {
	return &guard{room: r, wake: make(chan struct{}, 1), wards: map[int64]*ward{}}
}

// know takes over what the store says of a running attempt, which is then looked at.
func (g *guard) know(t *godocker.Task) {
	if len(g.room.Watchers) == 0 && t.Outcome == godocker.NoOutcome {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	w := g.wards[t.ID]
	if w == nil {
		w = &ward{index: -1}
		g.wards[t.ID] = w
	}
	w.task = *t
	g.plan(w, time.Now())
}

// plan has a ward looked at. The caller holds the lock.
func (g *guard) plan(w *ward, at time.Time) {
	w.at = at
	if w.index >= 0 {
		heap.Fix(&g.queue, w.index)
	} else {
		heap.Push(&g.queue, w)
	}
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

func (g *guard) forget(id int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if w := g.wards[id]; w != nil {
		delete(g.wards, id)
		if w.index >= 0 {
			heap.Remove(&g.queue, w.index)
		}
	}
}

// due takes out of the queue what is to be looked at now, and says how long there is
// nothing else.
func (g *guard) due(now time.Time) (due []godocker.Task, wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for len(g.queue) > 0 && !g.queue[0].at.After(now) {
		due = append(due, heap.Pop(&g.queue).(*ward).task)
	}
	if len(g.queue) == 0 {
		return due, time.Hour
	}
	return due, g.queue[0].at.Sub(now)
}

func (g *guard) run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for ctx.Err() == nil {
		due, wait := g.due(time.Now())
		if len(due) > 0 {
			g.lookAll(ctx, due)
			continue
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
		case <-g.wake:
		case <-timer.C:
		}
	}
}

// lookAll looks at what is due without waiting for it, at the tasks of each executor by
// themselves: one that does not answer keeps no other waiting. What is being looked at is
// not due again before that is done.
func (g *guard) lookAll(ctx context.Context, due []godocker.Task) {
	on := map[string][]godocker.Task{}
	for _, t := range due {
		on[t.Executor] = append(on[t.Executor], t)
	}
	for _, tasks := range on {
		g.room.waiting.Go(func() { g.room.each(ctx, tasks, g.look) })
	}
}

// lookAgain is how soon an attempt is looked at again that could not be seen to.
const lookAgain = 10 * time.Second

// look asks all watchers about an attempt and does as they advise.
func (g *guard) look(ctx context.Context, t *godocker.Task) error {
	next := time.Now().Add(lookAgain)
	defer func() { g.replan(t, next) }()
	if t.Outcome != godocker.NoOutcome {
		next = time.Now().Add(g.room.Grace + killAgain)
		return g.end(ctx, t, t.Outcome, "")
	}
	var soonest time.Time
	for _, w := range g.room.Watchers {
		a, err := w.Look(ctx, t, time.Now())
		if err != nil {
			return err
		}
		if a.Warn != "" && t.Warned.IsZero() {
			if err := g.warn(ctx, t, a.Warn); err != nil {
				return err
			}
		}
		if a.End != godocker.NoOutcome {
			next = time.Now().Add(g.room.Grace + killAgain)
			return g.end(ctx, t, a.End, a.Reason)
		}
		if !a.Next.IsZero() && (soonest.IsZero() || a.Next.Before(soonest)) {
			soonest = a.Next
		}
	}
	next = soonest
	return nil
}

// replan queues an attempt that was looked at, unless something happened to it
// meanwhile.
func (g *guard) replan(t *godocker.Task, next time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	w := g.wards[t.ID]
	if w == nil || w.index >= 0 || w.task.Attempt != t.Attempt {
		return
	}
	w.task.Warned, w.task.Outcome = t.Warned, t.Outcome
	if !next.IsZero() {
		g.plan(w, next)
	}
}

// warn sends a signal to the script, if no other process did. It is written down
// first: a signal too many may end a script that takes the first for the last.
func (g *guard) warn(ctx context.Context, t *godocker.Task, signal string) error {
	sig, can := g.room.Executors[t.Executor].(executor.Signaler)
	if !can {
		return nil
	}
	first, err := g.room.Store.Warn(ctx, time.Now(), store.AttemptKey{ID: t.ID, Attempt: t.Attempt})
	if errors.Is(err, godocker.Conflict) {
		return nil // it ended
	}
	if err != nil {
		return err
	}
	t.Warned = time.Now()
	if !first {
		return nil
	}
	return sig.Signal(ctx, executor.Handle(t.Handle), signal)
}

// end has an attempt ended. How is written down first, so that its end is understood
// whoever sees it.
func (g *guard) end(ctx context.Context, t *godocker.Task, o godocker.Outcome, reason string) error {
	exec := g.room.Executors[t.Executor]
	if exec == nil {
		return nil
	}
	if t.Outcome == godocker.NoOutcome {
		err := g.room.Store.Condemn(ctx, time.Now(), store.AttemptKey{ID: t.ID, Attempt: t.Attempt}, o, reason)
		if errors.Is(err, godocker.Conflict) {
			return nil // it ended by itself
		}
		if err != nil {
			return err
		}
		t.Outcome = o
	}
	return g.room.end(ctx, exec, t)
}

// wardQueue is a heap: who is looked at first is first.
type wardQueue []*ward

func (q wardQueue) Len() int           { return len(q) }
func (q wardQueue) Less(i, j int) bool { return q[i].at.Before(q[j].at) }
func (q wardQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push implements heap.Interface.
func (q *wardQueue) Push(x any) {
	w := x.(*ward)
	w.index = len(*q)
	*q = append(*q, w)
}

// Pop implements heap.Interface.
func (q *wardQueue) Pop() any {
	last := len(*q) - 1
	w := (*q)[last]
	*q, w.index = (*q)[:last], -1
	return w
}
