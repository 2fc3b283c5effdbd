package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"godocker"
	"godocker/store"
)

// model runs random verbs against the store and against a few lines of Go, and
// compares after each one. One store serves all runs, which use tasks of their own.
func model(h *harness) {
	h.lead()
	base := int64(0)
	h.Run("Random", func(t *testing.T) {
		rapid.Check(t, func(rt *rapid.T) {
			m := &machine{h: h, rt: rt, tasks: map[int64]*modelTask{}, base: base}
			m.seq = m.last()
			rt.Repeat(map[string]func(*rapid.T){
				"submit": m.submit, "claim": m.claim, "decide": m.decide, "take": m.take, "started": m.started, "defer": m.deferred,
				"ended": m.ended, "finish": m.finish, "wish": m.wish, "archive": m.archive, "": m.check,
			})
			base += int64(len(m.tasks))
		})
	})
}

type modelTask struct {
	state   godocker.State
	attempt int
	wish    godocker.WishKind
	open    bool
	until   time.Time // held until
}

type machine struct {
	h     *harness
	rt    *rapid.T
	tasks map[int64]*modelTask
	want  []string // events that must come next
	base  int64    // tasks of earlier runs
	seq   int64    // events seen
}

func (m *machine) ok(err error) {
	if err != nil {
		m.rt.Fatal(err)
	}
}

func (m *machine) last() int64 {
	n, err := m.h.s.LastEvent(m.h.Context())
	m.ok(err)
	return n
}

// pick draws some tasks, and sometimes a wrong attempt.
func (m *machine) pick(t *rapid.T) (ks []store.AttemptKey) {
	for range rapid.IntRange(1, 4).Draw(t, "n") {
		k := key(m.base+1, 0)
		if len(m.tasks) > 0 {
			k.ID = m.base + int64(rapid.IntRange(1, len(m.tasks)).Draw(t, "task"))
			k.Attempt = m.tasks[k.ID].attempt
		}
		if rapid.IntRange(0, 9).Draw(t, "wrong") == 0 {
			k.Attempt++
		}
		ks = append(ks, k)
	}
	return ks
}

// moves applies a move to the model and returns what the store must answer.
func (m *machine) moves(ks []store.AttemptKey, from []godocker.State, to godocker.State, attempts bool, then func(*modelTask)) (moved []int64) {
	for _, k := range ks {
		t := m.tasks[k.ID]
		if t == nil || !slices.Contains(from, t.state) || attempts && t.attempt != k.Attempt {
			continue
		}
		was := t.state
		t.state, t.until = to, time.Time{}
		then(t)
		m.want = append(m.want, fmt.Sprint("moved ", k.ID, was, to, t.attempt))
		moved = append(moved, k.ID)
	}
	return moved
}

// settle closes the wishes about tasks that came to be over.
func (m *machine) settle(moved []int64) {
	for _, id := range moved {
		if t := m.tasks[id]; t.state == godocker.Over && t.open {
			t.open = false
			m.want = append(m.want, fmt.Sprint("granted ", id, "", t.state, t.attempt))
		}
	}
}

func (m *machine) answer(got []int64, err error, want []int64) {
	m.ok(err)
	if !slices.Equal(got, want) {
		m.rt.Fatalf("moved %v, want %v", got, want)
	}
}

func (m *machine) submit(t *rapid.T) {
	n := rapid.IntRange(1, 3).Draw(t, "n")
	ts := make([]godocker.Task, n)
	for i := range ts {
		ts[i] = plain("ann")
	}
	ids, err := m.h.s.Submit(m.h.Context(), ts)
	m.ok(err)
	for _, id := range ids {
		m.tasks[id] = &modelTask{state: godocker.Pending}
		m.want = append(m.want, fmt.Sprint("submitted ", id, "", godocker.Pending, 0))
	}
	if ids[n-1] != m.base+int64(len(m.tasks)) {
		t.Fatalf("ids %v after %d tasks", ids, m.base)
	}
}

func (m *machine) claim(t *rapid.T) {
	ks := m.pick(t)
	var cs []store.Claim
	for _, k := range ks {
		cs = append(cs, store.Claim{ID: k.ID, Executor: "fake"})
	}
	got, err := m.h.s.Claim(m.h.Context(), m.h.lease, m.h.now, cs)
	m.answer(got, err, m.moves(ks, []godocker.State{godocker.Pending}, godocker.Starting, false, func(t *modelTask) { t.attempt++ }))
}

func (m *machine) decide(t *rapid.T) {
	ks := m.pick(t)
	var vs []store.Verdict
	for _, k := range ks {
		vs = append(vs, store.Verdict{ID: k.ID, Outcome: godocker.Rejected})
	}
	got, err := m.h.s.Decide(m.h.Context(), m.h.lease, m.h.now, vs)
	want := m.moves(ks, []godocker.State{godocker.Pending}, godocker.Over, false, func(*modelTask) {})
	m.settle(want)
	m.answer(got, err, want)
}

func (m *machine) take(t *rapid.T) {
	st := rapid.SampledFrom([]godocker.State{godocker.Starting, godocker.Running, godocker.Ending}).Draw(t, "state")
	now := m.h.tick()
	got, err := m.h.s.Take(m.h.Context(), st, "a", now, now.Add(3*time.Second), 1000)
	m.ok(err)
	var ours []int64 // and not of earlier runs
	for _, id := range idsOf(got) {
		if id > m.base {
			ours = append(ours, id)
		}
	}
	var want []int64
	for id := m.base + 1; m.tasks[id] != nil; id++ {
		if k := m.tasks[id]; k.state == st && !k.until.After(now) {
			k.until = now.Add(3 * time.Second)
			want = append(want, id)
		}
	}
	if !slices.Equal(ours, want) {
		t.Fatalf("taken %v, want %v", ours, want)
	}
}

func (m *machine) started(t *rapid.T) {
	ks := m.pick(t)
	var ss []store.Start
	for _, k := range ks {
		ss = append(ss, store.Start{AttemptKey: k, Handle: "h"})
	}
	got, err := m.h.s.Started(m.h.Context(), m.h.now, ss)
	m.answer(got, err, m.moves(ks, []godocker.State{godocker.Starting}, godocker.Running, true, func(*modelTask) {}))
}

func (m *machine) deferred(t *rapid.T) {
	k := m.pick(t)[:1]
	err := m.h.s.Defer(m.h.Context(), m.h.now, k[0], "no room")
	if moved := m.moves(k, []godocker.State{godocker.Starting}, godocker.Pending, true, func(*modelTask) {}); (err == nil) != (len(moved) == 1) {
		t.Fatalf("Defer: %v", err)
	}
}

func (m *machine) ended(t *rapid.T) {
	ks := m.pick(t)
	var es []store.End
	for _, k := range ks {
		es = append(es, store.End{AttemptKey: k})
	}
	got, err := m.h.s.Ended(m.h.Context(), m.h.now, es)
	m.answer(got, err, m.moves(ks, []godocker.State{godocker.Starting, godocker.Running}, godocker.Ending, true, func(*modelTask) {}))
}

func (m *machine) finish(t *rapid.T) {
	ks := m.pick(t)
	to := godocker.Over
	if rapid.Bool().Draw(t, "again") {
		to = godocker.Pending
	}
	var fs []store.Finish
	for _, k := range ks {
		fs = append(fs, store.Finish{AttemptKey: k, Outcome: godocker.NodeLost, Again: to == godocker.Pending})
	}
	got, err := m.h.s.Finish(m.h.Context(), m.h.now, fs)
	want := m.moves(ks, []godocker.State{godocker.Ending}, to, true, func(*modelTask) {})
	m.settle(want)
	m.answer(got, err, want)
}

func (m *machine) wish(t *rapid.T) {
	id := m.pick(t)[0].ID
	w := rapid.SampledFrom([]godocker.WishKind{godocker.WishKill, godocker.WishSuspend}).Draw(t, "wish")
	_, err := m.h.s.Wish(m.h.Context(), id, godocker.Wish{Kind: w, By: "ann", Asked: m.h.now})
	k := m.tasks[id]
	allowed := k != nil && !k.state.Final()
	if (err == nil) != allowed {
		t.Fatalf("Wish: %v", err)
	}
	if allowed && (!k.open || k.wish != godocker.WishKill) {
		k.wish, k.open = w, true
		m.want = append(m.want, fmt.Sprint("wished ", id, "", k.state, k.attempt))
	}
}

func (m *machine) archive(t *rapid.T) {
	k := m.pick(t)[:1]
	got, err := m.h.s.Archive(m.h.Context(), m.h.now, []int64{k[0].ID})
	m.answer(got, err, m.moves(k, []godocker.State{godocker.Over}, godocker.Archived, false, func(*modelTask) {}))
}

// check compares the events since the last one and the tasks.
func (m *machine) check(t *rapid.T) {
	es, err := m.h.s.Events(m.h.Context(), m.seq, 0)
	m.ok(err)
	var got []string
	for _, e := range es {
		m.seq++
		if e.Seq != m.seq {
			t.Fatalf("event %d has number %d", m.seq, e.Seq)
		}
		got = append(got, fmt.Sprint(e.Kind, " ", e.TaskID, e.From, e.To, e.Attempt))
	}
	if !slices.Equal(got, m.want) {
		t.Fatalf("events %v, want %v", got, m.want)
	}
	m.want = nil
	ts, err := m.h.s.List(m.h.Context(), store.Query{After: max(m.base, 1), Limit: 1000})
	m.ok(err)
	for _, k := range ts {
		w := m.tasks[k.ID]
		if w == nil || k.State != w.state || k.Attempt != w.attempt || k.Wish.Kind != w.wish || k.Wish.Open() != w.open {
			t.Fatalf("task %d is %+v, want %+v", k.ID, k.Life, w)
		}
	}
}
