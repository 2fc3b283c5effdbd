package storetest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"godocker"
	"godocker/store"
)

func queues(h *harness) {
	a, b := plain("ann"), plain("bob")
	a.Requirements.GPUs, a.Requirements.Executor = 2, "sge:long"
	b.User.Project = "p1"
	_, err := h.s.Submit(h.Context(), []godocker.Task{a, b, a, b})
	h.ok(err)
	h.claim(2)
	live := []godocker.State{godocker.Starting, godocker.Pending}
	qs, err := h.s.Queue(h.Context(), live, nil, 0, 2)
	h.ok(err)
	h.same("queue", qs, []godocker.Queued{
		{ID: 1, User: "ann", Project: "default", State: godocker.Pending, CPU: 1, RAM: 2, GPUs: 2, Executor: "sge:long", Submitted: epoch, Likeness: qs[0].Likeness},
		{ID: 2, User: "bob", Project: "p1", State: godocker.Starting, Attempt: 1, CPU: 1, RAM: 2, Executor: "fake", Node: "n1", Submitted: epoch, Likeness: qs[1].Likeness},
	})
	ids := func(states []godocker.State, only []int64, after int64, limit int) (out []int64) {
		qs, err := h.s.Queue(h.Context(), states, only, after, limit)
		h.ok(err)
		for _, q := range qs {
			out = append(out, q.ID)
		}
		return out
	}
	h.same("all", ids(live, nil, 0, 0), []int64{1, 2, 3, 4})
	h.same("after", ids(live, nil, 1, 2), []int64{2, 3})
	h.same("only", ids(live, []int64{4, 2, 77}, 0, 0), []int64{2, 4})
	h.same("one state", ids(live[:1], nil, 0, 0), []int64{2})
	h.same("no states", ids(nil, nil, 0, 0), nil)
	many := make([]int64, 5000)
	for i := range many {
		many[i] = int64(5000 - i)
	}
	h.same("of many", ids(live, many, 1, 2), []int64{2, 3})
	h.same("none of them", ids(live, []int64{}, 0, 0), nil)
}

func takes(h *harness) {
	ids := h.submit(4)
	h.claim(ids[:3]...)
	take := func(holder string, now time.Time, limit int) []int64 {
		ts, err := h.s.Take(h.Context(), godocker.Starting, holder, now, now.Add(time.Minute), limit)
		h.ok(err)
		for _, t := range ts {
			if t.Command.Script == "" || t.State != godocker.Starting {
				h.Errorf("taken: %+v", t)
			}
		}
		return idsOf(ts)
	}
	now := h.now
	h.same("two", take("a", now, 2), ids[:2])
	h.same("the same holder", take("a", now, 5), ids[2:3])
	h.same("another holder", take("b", now.Add(59*time.Second), 5), nil)
	h.ok(h.s.Hold(h.Context(), godocker.Starting, "a", []int64{ids[2], 99}, now.Add(time.Hour)))
	h.ok(h.s.Hold(h.Context(), godocker.Starting, "b", ids[:2], now.Add(time.Hour)))
	h.ok(h.s.Hold(h.Context(), godocker.Ending, "a", ids[:2], now.Add(time.Hour)))
	h.same("time is up", take("b", now.Add(time.Minute), 3), ids[:2])
	h.same("nothing", take("b", now.Add(time.Minute), 0), nil)
	h.start(key(ids[0], 1)) // a move sets it free
	ts, err := h.s.Take(h.Context(), godocker.Running, "c", now, now.Add(time.Minute), 5)
	h.ok(err)
	h.same("running", idsOf(ts), ids[:1])
	h.ok(h.s.Defer(h.Context(), h.tick(), key(ids[1], 1), "no room"))
	h.claim(ids[1])
	h.same("deferred and claimed", take("c", now, 5), ids[1:2])
	h.ok(h.s.Vacate(h.Context(), godocker.Starting, "c"))
	h.same("let go of", take("d", now, 5), ids[1:2])
	h.ok(h.s.Vacate(h.Context(), godocker.Ending, "d"))
	h.ok(h.s.Vacate(h.Context(), godocker.Starting, "c"))
	h.same("held by others", take("e", now, 5), nil)
}

// racing runs f in eight goroutines.
func (h *harness) racing(f func(ctx context.Context, n int) error) {
	h.Helper()
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			if err := f(h.Context(), n); err != nil {
				h.Error(err)
			}
		})
	}
	all.Wait()
}

const crowd = 2000

func takeRace(h *harness) {
	h.claim(h.submit(crowd)...)
	var mu sync.Mutex
	taken := map[int64]int{}
	h.racing(func(ctx context.Context, n int) error {
		for {
			ts, err := h.s.Take(ctx, godocker.Starting, fmt.Sprint("holder", n), h.now, h.now.Add(time.Hour), 37)
			if err != nil {
				return err
			}
			mu.Lock()
			for _, t := range ts {
				taken[t.ID]++
			}
			enough := len(taken) >= crowd
			mu.Unlock()
			if enough {
				return nil
			}
		}
	})
	for id, n := range taken {
		if n > 1 {
			h.Errorf("task %d was taken %d times", id, n)
		}
	}
	h.same("taken", len(taken), crowd)
}

func claimRace(h *harness) {
	ids := h.submit(200)
	lease := h.lead()
	var mu sync.Mutex
	claimed := map[int64]int{}
	h.racing(func(ctx context.Context, n int) error {
		for i := 0; i < len(ids); i += 10 {
			var cs []store.Claim
			for _, id := range ids[i : i+10] {
				cs = append(cs, store.Claim{ID: id, Executor: "fake"})
			}
			moved, err := h.s.Claim(ctx, lease, h.now, cs)
			if err != nil {
				return err
			}
			mu.Lock()
			for _, id := range moved {
				claimed[id]++
			}
			mu.Unlock()
		}
		return nil
	})
	for _, id := range ids {
		if claimed[id] != 1 {
			h.Errorf("task %d was claimed %d times", id, claimed[id])
		}
	}
	h.same("events", len(h.events()), 400)
}

// concurrent mixes everything that happens at the same time, and some of it fails;
// numbers and counts must be right all the same.
func concurrent(h *harness) {
	h.racing(func(ctx context.Context, n int) error {
		for i := range 25 {
			ids, err := h.s.Submit(ctx, []godocker.Task{plain("ann"), plain("bob")})
			if err != nil {
				return err
			}
			if _, err := h.s.Wish(ctx, ids[0], godocker.Wish{Kind: godocker.WishKill, By: "ann", Asked: epoch}); err != nil {
				return err
			}
			if moved, err := h.s.Archive(ctx, epoch, ids[1:]); err != nil || len(moved) > 0 {
				h.Errorf("archiving a pending task: %v, %v", moved, err)
			}
			err = h.s.CreateUser(ctx, godocker.User{ID: fmt.Sprint("user", i)}) // one of eight is the first
			if err != nil && godocker.CodeOf(err) != godocker.Conflict {
				return err
			}
			if err := h.s.Annotate(ctx, epoch, []store.Note{{ID: ids[0], Text: "x"}, {ID: ids[1], Text: "y"}}); err != nil {
				return err
			}
		}
		return nil
	})
	h.same("events", len(h.events()), 8*25*5)
	n, err := h.s.Count(h.Context())
	h.ok(err)
	h.same("pending", n[godocker.Pending], 400)
	us, err := h.s.ListUsers(h.Context())
	h.ok(err)
	h.same("users", len(us), 25)
}

func leases(h *harness) {
	try := func(holder string, now time.Time) (godocker.Lease, bool) {
		l, ok, err := h.s.Acquire(h.Context(), "schedule", holder, now, 10*time.Second)
		h.ok(err)
		return l, ok
	}
	a, ok := try("a", h.now)
	h.same("first", ok, true)
	h.same("lease", a, godocker.Lease{Name: "schedule", Holder: "a", Term: 1, Expires: h.now.Add(10 * time.Second)})
	b, ok := try("b", h.now.Add(9*time.Second))
	h.same("held", ok, false)
	h.same("by whom", b, a)
	a, ok = try("a", h.now.Add(9*time.Second))
	h.same("renewed", ok && a.Term == 1 && a.Expires.Equal(h.now.Add(19*time.Second)), true)
	b, ok = try("b", h.now.Add(19*time.Second))
	h.same("taken over", ok && b.Term == 2 && b.Holder == "b", true)
	h.ok(h.s.Release(h.Context(), a)) // not held any more
	_, ok = try("a", h.now.Add(20*time.Second))
	h.same("held by b", ok, false)
	h.ok(h.s.Release(h.Context(), b))
	a, ok = try("a", h.now.Add(20*time.Second))
	h.same("released", ok && a.Term == 3, true)
	_, ok, err := h.s.Acquire(h.Context(), "other", "b", h.now, time.Second)
	h.ok(err)
	h.same("another lease", ok, true)
	leaseRace(h)
}

func leaseRace(h *harness) {
	var mu sync.Mutex
	won := 0
	h.racing(func(ctx context.Context, n int) error {
		_, ok, err := h.s.Acquire(ctx, "race", fmt.Sprint("holder", n), h.now, time.Hour)
		mu.Lock()
		defer mu.Unlock()
		won += map[bool]int{true: 1}[ok]
		return err
	})
	h.same("holders of one lease", won, 1)
}

func staleLeader(h *harness) {
	id := h.submit(1)[0]
	old, _, err := h.s.Acquire(h.Context(), "schedule", "a", h.now, 10*time.Second)
	h.ok(err)
	cs, vs := []store.Claim{{ID: id, Executor: "fake"}}, []store.Verdict{{ID: id, Outcome: godocker.Rejected}}
	refused := func(what string, l godocker.Lease, now time.Time) {
		h.Helper()
		_, err := h.s.Claim(h.Context(), l, now, cs)
		h.code(err, godocker.Conflict, "Claim: "+what)
		_, err = h.s.Decide(h.Context(), l, now, vs)
		h.code(err, godocker.Conflict, "Decide: "+what)
	}
	refused("expired", old, h.now.Add(10*time.Second))
	refused("never taken", godocker.Lease{Name: "none", Holder: "a", Term: 1}, h.now)
	now := h.now.Add(11 * time.Second)
	b, ok, err := h.s.Acquire(h.Context(), "schedule", "b", now, 10*time.Second)
	h.ok(err)
	h.same("acquired", ok, true)
	refused("another holder", old, now)
	refused("another term", godocker.Lease{Name: "schedule", Holder: "b", Term: 1}, now)
	h.same("events", len(h.events()), 1)
	moved, err := h.s.Claim(h.Context(), b, now, cs)
	h.ok(err)
	h.same("the leader", moved, []int64{id})
}

func eventOrder(h *harness) {
	h.racing(func(ctx context.Context, n int) error {
		var seen int64
		for range 20 {
			if _, err := h.s.Submit(ctx, []godocker.Task{plain("ann"), plain("ann")}); err != nil {
				return err
			}
			es, err := h.s.Events(ctx, seen, 7)
			if err != nil {
				return err
			}
			for _, e := range es {
				if e.Seq != seen+1 {
					return fmt.Errorf("event %d follows %d", e.Seq, seen)
				}
				seen = e.Seq
			}
		}
		return nil
	})
	for _, e := range h.events() {
		if e.TaskID != e.Seq { // ids and numbers both follow the commits
			h.Fatalf("event %d is of task %d", e.Seq, e.TaskID)
		}
	}
}

func cursors(h *harness) {
	read := func(name string) int64 {
		n, err := h.s.Cursor(h.Context(), name)
		h.ok(err)
		return n
	}
	h.same("at first", read("mail"), int64(0))
	for _, seq := range []int64{7, 9, 8} {
		h.ok(h.s.Advance(h.Context(), "mail", seq))
	}
	h.same("afterwards", read("mail"), int64(9))
	h.same("of another", read("chart"), int64(0))
}
