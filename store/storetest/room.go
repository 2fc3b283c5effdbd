package storetest

import (
	"time"

	"godocker"
	"godocker/store"
)

func lifecycle(h *harness) {
	ids := h.submit(3)
	h.same("claimed", h.claim(ids[2], ids[0], 99), []int64{ids[2], ids[0]})
	claimed := h.now
	h.same("claimed again", h.claim(ids[0]), nil)
	t := h.task(ids[0])
	if t.State != godocker.Starting || t.Attempt != 1 || t.Executor != "fake" || t.Node != "n1" {
		h.Errorf("claimed: %+v", t.Life)
	}
	k := key(ids[0], 1)
	h.same("started", h.start(k), ids[:1])
	started := h.now
	h.same("started again", h.start(k), nil)
	t = h.task(ids[0])
	if t.State != godocker.Running || t.Handle != "h-1-1" || t.Node != "n1" || t.IP != "10.0.0.1" || t.EngineID != "e1" || t.Digest != "i@sha256:1" || !t.Started.Equal(started) {
		h.Errorf("started: %+v", t.Life)
	}
	h.same("ports", t.Ports, []godocker.PortMapping{{Host: 30000, Container: 22}})
	code := 3
	ended := h.tick().Add(-time.Millisecond)
	moved, err := h.s.Ended(h.Context(), h.now, []store.End{{AttemptKey: k, Outcome: godocker.Failed, ExitCode: &code, Reason: "it broke", Ended: ended}})
	h.ok(err)
	h.same("ended", moved, ids[:1])
	h.same("ended again", h.end(0, k), nil)
	m := godocker.Measured{PeakRAM: 1 << 40, CPUSeconds: 1.25, ReadBytes: 5, WriteBytes: 6}
	h.same("finished", h.finish(store.Finish{AttemptKey: k, Outcome: godocker.OutOfMemory, ExitCode: &code, Reason: "too big", Measured: m}), ids[:1])
	finished := h.now
	h.same("finished again", h.finish(over(ids[0], 1)), nil)
	t = h.task(ids[0])
	h.same("life", t.Life, godocker.Life{State: godocker.Over, Attempt: 1, Executor: "fake", Node: "n1", Handle: "h-1-1", EngineID: "e1", Digest: "i@sha256:1",
		IP: "10.0.0.1", Ports: t.Ports, Outcome: godocker.OutOfMemory, ExitCode: &code, Reason: "too big", Started: started, Ended: ended,
		Finished: finished, Measured: m, HostKey: "ssh-ed25519 AAAA"})
	as, err := h.s.Attempts(h.Context(), ids[0])
	h.ok(err)
	h.same("attempts", as, []godocker.Attempt{{TaskID: ids[0], Number: 1, Executor: "fake", Node: "n1", Handle: "h-1-1", Digest: "i@sha256:1", Claimed: claimed,
		Started: started, Ended: ended, ExitCode: &code, Outcome: godocker.OutOfMemory, Reason: "too big", Measured: m}})
	lifecycleEvents(h, ids[0])
}

func lifecycleEvents(h *harness, id int64) {
	es, err := h.s.TaskEvents(h.Context(), id)
	h.ok(err)
	var moves []godocker.Event
	for _, e := range es {
		e.Seq, e.At = 0, time.Time{}
		moves = append(moves, e)
	}
	e := godocker.Event{TaskID: id, User: "ann", Project: "default"}
	step := func(kind godocker.EventKind, from, to godocker.State, attempt int, text string) godocker.Event {
		e.Kind, e.From, e.To, e.Attempt, e.Text = kind, from, to, attempt, text
		return e
	}
	h.same("events", moves, []godocker.Event{
		step(godocker.EventSubmitted, "", godocker.Pending, 0, ""),
		step(godocker.EventMoved, godocker.Pending, godocker.Starting, 1, ""),
		step(godocker.EventMoved, godocker.Starting, godocker.Running, 1, ""),
		step(godocker.EventMoved, godocker.Running, godocker.Ending, 1, "it broke"),
		step(godocker.EventMoved, godocker.Ending, godocker.Over, 1, "too big"),
	})
	n, err := h.s.Count(h.Context())
	h.ok(err)
	want := map[godocker.State]int{godocker.Pending: 1, godocker.Starting: 1, godocker.Over: 1}
	for _, st := range godocker.States {
		if n[st] != want[st] {
			h.Errorf("Count: %d tasks are %s, want %d", n[st], st, want[st])
		}
	}
	_, err = h.s.Attempts(h.Context(), 99)
	h.code(err, godocker.NotFound, "Attempts")
}

// seenLate is an attempt that is seen to have begun when it is over already.
func seenLate(h *harness) {
	id := h.submit(1)[0]
	h.claim(id)
	ended := h.now.Add(time.Millisecond)
	h.start(key(id, 1))
	_, err := h.s.Ended(h.Context(), h.tick(), []store.End{{AttemptKey: key(id, 1), Ended: ended}})
	h.ok(err)
	if t := h.task(id); !t.Started.Equal(ended) || !t.Ended.Equal(ended) {
		h.Errorf("it ran from %v to %v", t.Started, t.Ended)
	}
}

func again(h *harness) {
	id := h.submit(1)[0]
	h.claim(id)
	code := 125 // it never started
	_, err := h.s.Ended(h.Context(), h.tick(), []store.End{{AttemptKey: key(id, 1), Outcome: godocker.CannotStart, ExitCode: &code, Reason: "no image"}})
	h.ok(err)
	h.same("ended without a start", h.task(id).Ended, h.now)
	later := h.now.Add(time.Hour)
	h.same("again", h.finish(store.Finish{AttemptKey: key(id, 1), Outcome: godocker.CannotStart, Reason: "no image", Again: true,
		NotBefore: later, Detail: "resting"}), []int64{id})
	queued, err := h.s.Queue(h.Context(), []godocker.State{godocker.Pending}, []int64{id}, 0, 0)
	h.ok(err)
	if waits := h.task(id); len(queued) != 1 || !queued[0].NotBefore.Equal(later) || !waits.NotBefore.Equal(later) || waits.Detail != "resting" {
		h.Errorf("not before: %+v, %+v", queued, waits.Life)
	}
	h.same("clean", h.task(id).Life, godocker.Life{State: godocker.Pending, Attempt: 1, NotBefore: later, Detail: "resting"})
	h.same("claimed", h.claim(id), []int64{id})
	if t := h.task(id); !t.NotBefore.IsZero() || t.Detail != "" {
		h.Errorf("claimed: %+v", t.Life)
	}
	h.start(key(id, 2))
	as, err := h.s.Attempts(h.Context(), id)
	h.ok(err)
	if len(as) != 2 || as[0].Outcome != godocker.CannotStart || as[0].Reason != "no image" || as[1].Number != 2 || as[1].Handle != "h-1-2" {
		h.Errorf("attempts: %+v", as)
	}
}

func deferred(h *harness) {
	id := h.submit(1)[0]
	h.claim(id)
	h.ok(h.s.Defer(h.Context(), h.tick(), key(id, 1), "no room"))
	h.same("deferred", h.task(id).Life, godocker.Life{State: godocker.Pending, Attempt: 1, Detail: "no room"})
	as, err := h.s.Attempts(h.Context(), id)
	h.ok(err)
	h.same("forgotten", as, nil)
	es := h.events()
	if e := es[len(es)-1]; e.Kind != godocker.EventMoved || e.From != godocker.Starting || e.To != godocker.Pending || e.Attempt != 1 || e.Text != "no room" {
		h.Errorf("event %+v", e)
	}
	h.code(h.s.Defer(h.Context(), h.tick(), key(id, 1), "no room"), godocker.Conflict, "deferring twice")
	h.code(h.s.Defer(h.Context(), h.tick(), key(99, 1), "no room"), godocker.NotFound, "deferring nothing")
	h.claim(id)
	h.same("a number used twice", h.task(id).Attempt, 2)
	h.same("a slow start of the deferred attempt", h.start(key(id, 1)), nil)
	us, err := h.s.Unreleased(h.Context(), []string{"fake"}, false, 10)
	h.ok(err)
	h.same("unreleased", us, nil)
}

func decide(h *harness) {
	ids := h.submit(3)
	h.claim(ids[2])
	_, err := h.s.Wish(h.Context(), ids[0], godocker.Wish{Kind: godocker.WishKill, By: "ann", Asked: h.tick()})
	h.ok(err)
	code := 137
	moved, err := h.s.Decide(h.Context(), h.lead(), h.tick(), []store.Verdict{
		{ID: ids[2], Outcome: godocker.Rejected}, {ID: ids[1], Outcome: godocker.Rejected, Reason: "too large"},
		{ID: ids[0], Outcome: godocker.Killed, ExitCode: &code}})
	h.ok(err)
	h.same("decided", moved, []int64{ids[1], ids[0]})
	h.state(ids[2], godocker.Starting)
	h.same("rejected", h.task(ids[1]).Life, godocker.Life{State: godocker.Over, Outcome: godocker.Rejected, Reason: "too large", Finished: h.now})
	t := h.task(ids[0])
	if t.State != godocker.Over || !t.Wish.Done.Equal(h.now) || t.ExitCode == nil || *t.ExitCode != 137 {
		h.Errorf("killed: %+v", t.Life)
	}
	es, err := h.s.TaskEvents(h.Context(), ids[0])
	h.ok(err)
	if e := es[len(es)-1]; e.Kind != godocker.EventGranted || e.Text != "kill" || e.To != godocker.Over {
		h.Errorf("event %+v", e)
	}
}

func compareAttempts(h *harness) {
	id := h.submit(1)[0]
	h.claim(id)
	h.same("start of another attempt", h.start(key(id, 2)), nil)
	h.code(h.s.Defer(h.Context(), h.tick(), key(id, 0), ""), godocker.Conflict, "deferring another attempt")
	h.start(key(id, 1))
	h.same("end of another attempt", h.end(0, key(id, 2), key(id, 0)), nil)
	h.end(0, key(id, 1))
	h.same("finish of another attempt", h.finish(over(id, 2)), nil)
	h.state(id, godocker.Ending)
}

func impossibleMoves(h *harness) {
	ids := h.submit(1)
	id, k := ids[0], key(ids[0], 0)
	h.same("pending to running", h.start(k), nil)
	h.same("pending to ending", h.end(0, k), nil)
	h.same("pending to over", h.finish(over(id, 0)), nil)
	h.same("pending to archived", h.archive(id), nil)
	h.claim(id)
	h.same("starting to over", h.finish(over(id, 1)), nil)
	h.start(key(id, 1))
	h.same("running to starting", h.claim(id), nil)
	h.code(h.s.Defer(h.Context(), h.tick(), key(id, 1), ""), godocker.Conflict, "deferring a running task")
	h.same("purging a running task", h.purge(id), nil)
	h.end(0, key(id, 1))
	h.same("ending to running", h.start(key(id, 1)), nil)
	h.finish(over(id, 1))
	h.same("over to starting", h.claim(id), nil)
	h.same("events", len(h.events()), 5)
}

func arrayOver(h *harness) {
	parent, elements := h.array("3")
	h.claim(elements[0])
	h.state(parent, godocker.Running)
	h.same("started", h.task(parent).Started, h.now)
	h.start(key(elements[0], 1))
	h.end(0, key(elements[0], 1))
	h.finish(over(elements[0], 1))
	h.through(elements[1])
	h.same("array", h.task(parent).Requirements.Array, godocker.Array{Values: "3", Count: 3, Over: 2, Tasks: elements})
	h.state(parent, godocker.Running)
	_, err := h.s.Decide(h.Context(), h.lead(), h.tick(), []store.Verdict{{ID: elements[2], Outcome: godocker.Killed}})
	h.ok(err)
	got := h.task(parent)
	h.state(parent, godocker.Over)
	h.same("outcome", got.Outcome, godocker.Failed)
	h.same("reason", got.Reason, "1 of 3 elements did not succeed: value 3")
	h.same("finished", got.Finished, h.now)
	h.same("exit code", *got.ExitCode, 1)
	n, err := h.s.Count(h.Context())
	h.ok(err)
	h.same("over", n[godocker.Over], 4)
}

// arrayOfFailures names the first values that did not succeed.
func arrayOfFailures(h *harness) {
	parent, elements := h.array("10:70:10")
	var vs []store.Verdict
	for _, id := range elements[1:] {
		vs = append(vs, store.Verdict{ID: id, Outcome: godocker.Rejected})
	}
	h.through(elements[0])
	_, err := h.s.Decide(h.Context(), h.lead(), h.tick(), vs)
	h.ok(err)
	h.same("reason", h.task(parent).Reason, "6 of 7 elements did not succeed: values 20, 30, 40, 50, 60, …")
}

// arrayAgain sends elements back to wait.
func arrayAgain(h *harness) {
	parent, elements := h.array("2")
	h.claim(elements...)
	h.ok(h.s.Defer(h.Context(), h.tick(), key(elements[0], 1), "no room"))
	h.start(key(elements[1], 1))
	h.end(0, key(elements[1], 1))
	f := over(elements[1], 1)
	f.Again = true
	h.finish(f)
	as, err := h.s.Arrays(h.Context(), []int64{parent})
	h.ok(err)
	h.same("waiting again", []int{as[0].Waiting, as[0].Held}, []int{2, 0})
	h.state(parent, godocker.Running)
}

// arrayKill asks for the end of an array: its running elements are asked as well.
func arrayKill(h *harness) {
	parent, elements := h.array("3")
	h.claim(elements[0], elements[1])
	h.start(key(elements[0], 1))
	_, err := h.s.Wish(h.Context(), parent, godocker.Wish{Kind: godocker.WishKill, By: "ann", Asked: h.tick()})
	h.ok(err)
	for i, want := range []bool{true, true, false} {
		h.same("kill", h.task(elements[i]).Wish.Wants(godocker.WishKill), want)
	}
	as, err := h.s.Arrays(h.Context(), nil)
	h.ok(err)
	h.same("killed array", as[0].Kill, true)
	_, err = h.s.Decide(h.Context(), h.lead(), h.tick(), []store.Verdict{{ID: elements[2], Outcome: godocker.Killed}})
	h.ok(err)
	ks := []store.AttemptKey{key(elements[0], 1), key(elements[1], 1)}
	h.end(137, ks...)
	for _, k := range ks {
		f := over(k.ID, k.Attempt)
		f.Outcome = godocker.Killed
		h.finish(f)
	}
	got := h.task(parent)
	h.same("outcome", got.Outcome, godocker.Killed)
	h.same("granted", got.Wish.Done, h.now)
}

func killByFinish(h *harness) {
	ids := h.submit(2)
	h.claim(ids...)
	ks := []store.AttemptKey{key(ids[0], 1), key(ids[1], 1)}
	h.start(ks...)
	for _, id := range ids {
		_, err := h.s.Wish(h.Context(), id, godocker.Wish{Kind: godocker.WishKill, By: "ann", Asked: h.tick()})
		h.ok(err)
	}
	h.end(137, ks...)
	f := over(ids[1], 1)
	f.Again = true
	h.finish(over(ids[0], 1), f)
	h.same("granted", h.task(ids[0]).Wish.Done, h.now)
	h.same("still open", h.task(ids[1]).Wish.Open(), true)
	es, err := h.s.TaskEvents(h.Context(), ids[0])
	h.ok(err)
	if e := es[len(es)-1]; e.Kind != godocker.EventGranted || e.Text != "kill" || e.To != godocker.Over || !e.At.Equal(h.now) {
		h.Errorf("event %+v", e)
	}
}

func sameTaskTwice(h *harness) {
	ids := h.submit(2)
	h.same("claimed", h.claim(ids[0], ids[1], ids[0]), ids)
	h.same("started", h.start(key(ids[0], 2), key(ids[0], 1), key(ids[0], 1)), ids[:1])
	h.same("events", len(h.events()), 5)
}
