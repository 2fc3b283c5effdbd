package storetest

import (
	"sync"
	"time"

	"godocker"
	"godocker/store"
)

// planning asks for what is reckoned with ahead of time.
func planning(h *harness) {
	a := plain("ann")
	a.Requirements.Nice, a.Requirements.MaxLifespan = 20, 3*time.Hour
	array := a
	array.Requirements.Array.Values = "1:3"
	others := []godocker.Task{plain("bob"), plain("ann"), plain("ann")}
	others[1].Container.Image = "debian:12"
	others[2].Command.Script += "false\n"
	ids, err := h.s.Submit(h.Context(), append([]godocker.Task{a, array}, others...))
	h.ok(err)
	h.claim(ids[0])
	h.start(key(ids[0], 1))
	started := h.now
	queue := func(only ...int64) []godocker.Queued {
		qs, err := h.s.Queue(h.Context(), []godocker.State{godocker.Pending, godocker.Running, godocker.Ending}, only, 0, 0)
		h.ok(err)
		return qs
	}
	q := queue(ids[0])[0]
	if q.Likeness == 0 {
		h.Error("a task without a likeness")
	}
	h.same("of one that runs", []any{q.Nice, q.Lifespan, q.Started}, []any{20, 3 * time.Hour, started})
	es, err := h.s.Elements(h.Context(), ids[1], 0, 10)
	h.ok(err)
	h.same("elements", len(es), 3)
	for _, e := range es {
		h.same("of an element", []any{e.Nice, e.Lifespan, e.Started, e.Likeness}, []any{20, 3 * time.Hour, time.Time{}, q.Likeness})
	}
	seen := map[int64]bool{q.Likeness: true}
	for _, o := range queue(ids[2:]...) {
		h.same("of a plain one", []any{o.Nice, o.Lifespan, o.Started}, []any{0, time.Duration(0), time.Time{}})
		seen[o.Likeness] = true
	}
	h.same("different likenesses", len(seen), 4)

	h.end(0, key(ids[0], 1))
	h.finish(store.Finish{AttemptKey: key(ids[0], 1), Outcome: godocker.NodeLost, Again: true})
	h.same("of one that waits again", queue(ids[0])[0].Started, time.Time{})
}

// likenessOf returns the likeness of a task that waits.
func (h *harness) likenessOf(id int64) int64 {
	h.Helper()
	qs, err := h.s.Queue(h.Context(), []godocker.State{godocker.Pending}, []int64{id}, 0, 0)
	h.ok(err)
	if len(qs) != 1 {
		h.Fatalf("task %d does not wait", id)
	}
	return qs[0].Likeness
}

// ran leads waiting tasks to their end, each after a time of its own.
func (h *harness) ran(o godocker.Outcome, ids []int64, took func(i int) time.Duration) {
	h.Helper()
	h.claim(ids...)
	var ks []store.AttemptKey
	var es []store.End
	var fs []store.Finish
	for i, id := range ids {
		k := key(id, 1)
		ks = append(ks, k)
		es = append(es, store.End{AttemptKey: k, Started: h.now, Ended: h.now.Add(took(i))})
		fs = append(fs, store.Finish{AttemptKey: k, Outcome: o})
	}
	h.start(ks...)
	_, err := h.s.Ended(h.Context(), h.now, es)
	h.ok(err)
	h.finish(fs...)
}

func pasts(h *harness) {
	ids := h.submit(50)
	bobs, err := h.s.Submit(h.Context(), []godocker.Task{plain("bob"), plain("bob"), plain("eve")})
	h.ok(err)
	ann, bob, eve := h.likenessOf(ids[0]), h.likenessOf(bobs[0]), h.likenessOf(bobs[2])
	read := func() map[int64][]time.Duration {
		m, err := h.s.Pasts(h.Context(), []int64{ann, bob, eve, 0})
		h.ok(err)
		return m
	}
	seconds := func(from, to int) (ds []time.Duration) {
		for i := from; i <= to; i++ {
			ds = append(ds, time.Duration(i)*time.Second)
		}
		return ds
	}
	h.same("at first", read(), map[int64][]time.Duration{})
	h.ran(godocker.Succeeded, ids[:3], func(i int) time.Duration { return time.Duration(i+1) * time.Second })
	h.ran(godocker.Failed, bobs[:1], func(int) time.Duration { return 1500 * time.Millisecond })
	h.ran(godocker.Killed, bobs[1:2], func(int) time.Duration { return time.Hour })
	h.ran(godocker.NodeLost, bobs[2:], func(int) time.Duration { return time.Hour })
	h.same("some", read(), map[int64][]time.Duration{ann: seconds(1, 3), bob: {1500 * time.Millisecond}})
	h.ran(godocker.Succeeded, ids[3:15], func(i int) time.Duration { return time.Duration(i+4) * time.Second })
	h.ran(godocker.Succeeded, ids[15:24], func(i int) time.Duration { return time.Duration(i+16) * time.Second })
	h.same("the newest", read()[ann], seconds(5, 24))
	forever := 200 * 365 * 24 * time.Hour
	h.ran(godocker.Succeeded, ids[24:], func(i int) time.Duration {
		if i == 0 {
			return forever
		}
		return time.Duration(i+25) * time.Second
	})
	h.same("more than fit at once", read()[ann], seconds(31, 50))

	h.tick()
	before := h.now
	more, err := h.s.Submit(h.Context(), []godocker.Task{plain("bob")})
	h.ok(err)
	h.ran(godocker.Succeeded, more, func(int) time.Duration { return forever })
	h.ok(h.s.ForgetPasts(h.Context(), before))
	h.same("after others were forgotten", read(), map[int64][]time.Duration{bob: {1500 * time.Millisecond, 99999999990 * time.Millisecond}})
}

// pastsRace loses no run of those that end at the same time.
func pastsRace(h *harness) {
	ids := h.submit(16)
	like := h.likenessOf(ids[0])
	h.claim(ids...)
	var all sync.WaitGroup
	for _, id := range ids {
		k := key(id, 1)
		h.start(k)
		h.end(0, k)
		all.Go(func() {
			if _, err := h.s.Finish(h.Context(), epoch.Add(time.Hour), []store.Finish{over(k.ID, 1)}); err != nil {
				h.Error(err)
			}
		})
	}
	all.Wait()
	m, err := h.s.Pasts(h.Context(), []int64{like})
	h.ok(err)
	h.same("runs", len(m[like]), len(ids))
}
