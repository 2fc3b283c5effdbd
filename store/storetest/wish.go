package storetest

import (
	"time"

	"godocker"
	"godocker/store"
)

func (h *harness) wish(id int64, k godocker.WishKind) {
	h.Helper()
	_, err := h.s.Wish(h.Context(), id, godocker.Wish{Kind: k, By: "ann", Asked: h.tick()})
	h.ok(err)
}

func grants(h *harness) {
	id := h.submit(1)[0]
	h.claim(id)
	h.start(key(id, 1))
	grant := func(k godocker.WishKind, refusal string, suspended bool) error {
		return h.s.Grant(h.Context(), h.tick(), store.Grant{ID: id, Kind: k, State: godocker.Running, Refusal: refusal, Suspended: suspended})
	}
	h.code(grant(godocker.WishSuspend, "", true), godocker.Conflict, "granting what nobody asked for")
	h.wish(id, godocker.WishSuspend)
	h.code(grant(godocker.WishKill, "", false), godocker.Conflict, "granting another wish")
	elsewhere := store.Grant{ID: id, Kind: godocker.WishSuspend, State: godocker.Pending, Suspended: true}
	h.code(h.s.Grant(h.Context(), h.tick(), elsewhere), godocker.Conflict, "granting in another state")
	h.ok(grant(godocker.WishSuspend, "", true))
	t := h.task(id)
	h.same("granted", t.Wish.Done, h.now)
	h.same("suspended", []any{t.Suspended, t.Frozen}, []any{true, h.now})
	e := h.events()
	h.same("event", e[len(e)-1], godocker.Event{Seq: int64(len(e)), At: h.now, Kind: godocker.EventGranted, TaskID: id, User: "ann",
		Project: "default", To: godocker.Running, Attempt: 1, Text: "suspend"})
	h.ok(grant(godocker.WishSuspend, "", true)) // a lost answer
	h.same("events after a second grant", len(h.events()), len(e))
	h.wish(id, godocker.WishResume)
	h.ok(grant(godocker.WishResume, "the engine cannot", true))
	t = h.task(id)
	if t.Wish.Refused != "the engine cannot" || !t.Wish.Done.IsZero() || !t.Suspended || t.Frozen.IsZero() || t.Wish.Open() {
		h.Errorf("refused: %+v", t.Wish)
	}
	elsewhere.ID = 99
	h.code(h.s.Grant(h.Context(), h.tick(), elsewhere), godocker.NotFound, "granting to nobody")
}

// suspensions adds up the time that an attempt is frozen, to its end.
func suspensions(h *harness) {
	id := h.submit(1)[0]
	set := func(k godocker.WishKind, state godocker.State, suspended bool) {
		h.wish(id, k)
		h.ok(h.s.Grant(h.Context(), h.now, store.Grant{ID: id, Kind: k, State: state, Suspended: suspended}))
	}
	set(godocker.WishSuspend, godocker.Pending, true)
	qs, err := h.s.Queue(h.Context(), []godocker.State{godocker.Pending}, []int64{id}, 0, 0)
	h.ok(err)
	h.same("held back", []bool{qs[0].Suspended, h.task(id).Frozen.IsZero()}, []bool{true, true})
	set(godocker.WishResume, godocker.Pending, false)
	h.wish(id, godocker.WishSuspend)
	qs, err = h.s.Queue(h.Context(), []godocker.State{godocker.Pending}, []int64{id}, 0, 0)
	h.ok(err)
	h.same("asked for", qs[0].Wish, godocker.WishSuspend)
	h.claim(id)
	h.start(key(id, 1))
	began := h.now
	set(godocker.WishSuspend, godocker.Running, true)
	h.now = h.now.Add(10*time.Second - time.Second)
	set(godocker.WishResume, godocker.Running, false)
	h.same("paused", h.task(id).Paused, 10*time.Second)
	set(godocker.WishSuspend, godocker.Running, true)
	h.now = h.now.Add(4 * time.Second)
	h.end(137, key(id, 1))
	t := h.task(id)
	h.same("paused to the end", []any{t.Paused, t.Frozen.IsZero()}, []any{15 * time.Second, true})
	h.same("worked", t.Worked(h.now.Add(time.Hour)), t.Ended.Sub(began)-15*time.Second)
	f := over(id, 1)
	f.Outcome, f.Again = godocker.NodeLost, true
	h.finish(f)
	t = h.task(id)
	h.same("stays suspended", []any{t.State, t.Suspended, t.Paused}, []any{godocker.Pending, true, time.Duration(0)})
}

// reschedules sends a task back to wait, which grants the wish for it.
func reschedules(h *harness) {
	id := h.submit(1)[0]
	h.claim(id)
	h.start(key(id, 1))
	h.wish(id, godocker.WishReschedule)
	h.end(143, key(id, 1))
	f := over(id, 1)
	f.Outcome, f.Again = godocker.Killed, true
	h.finish(f)
	t := h.task(id)
	word, _ := t.Secondary()
	h.same("rescheduled", []any{t.State, word, t.Wish.Done, t.Failure.Count}, []any{godocker.Pending, "rescheduled", h.now, 0})
	h.claim(id)
	h.start(key(id, 2))
	t = h.task(id)
	if word, ok := t.Secondary(); ok {
		h.Errorf("the next attempt is %q", word)
	}
}

// lateWishes are refused when the task is over.
func lateWishes(h *harness) {
	id := h.submit(1)[0]
	h.claim(id)
	h.start(key(id, 1))
	h.wish(id, godocker.WishSuspend)
	h.end(0, key(id, 1))
	h.finish(over(id, 1))
	w := h.task(id).Wish
	h.same("closed", []any{w.Open(), w.Done.IsZero(), w.Refused != ""}, []any{false, true, true})
}

// failures counts what the system failed, and nothing else.
func failures(h *harness) {
	id := h.submit(1)[0]
	for i, node := range []string{"n1", "n2", "n1"} {
		_, err := h.s.Claim(h.Context(), h.lead(), h.tick(), []store.Claim{{ID: id, Executor: "fake", Node: node}})
		h.ok(err)
		h.end(1, key(id, i+1))
		f := over(id, i+1)
		f.Outcome, f.Reason, f.Again = godocker.NodeLost, "lost "+node, true
		h.finish(f)
	}
	want := godocker.Failure{Count: 3, Nodes: []string{"n1", "n2"}, Reason: "lost n1"}
	h.same("failures", h.task(id).Failure, want)
	qs, err := h.s.Queue(h.Context(), []godocker.State{godocker.Pending}, nil, 0, 0)
	h.ok(err)
	h.same("in the queue", qs[0].Failed, want.Nodes)
	h.claim(id)
	h.end(1, key(id, 4))
	h.finish(over(id, 4))
	h.same("failures of one that is over", h.task(id).Failure, want)
}

func guards(h *harness) {
	id := h.submit(1)[0]
	k := key(id, 1)
	condemn := func(reason string) error {
		return h.s.Condemn(h.Context(), h.tick(), k, godocker.TimedOut, reason)
	}
	h.code(condemn("too long"), godocker.Conflict, "condemning what waits")
	h.claim(id)
	h.start(k)
	for _, want := range []bool{true, false} {
		first, err := h.s.Warn(h.Context(), h.tick(), k)
		h.ok(err)
		h.same("first", first, want)
	}
	h.same("warned", h.task(id).Warned.IsZero(), false)
	h.ok(h.s.Ready(h.Context(), h.tick(), k))
	ready := h.task(id).Ready
	h.ok(h.s.Ready(h.Context(), h.tick(), k))
	h.same("ready since", []any{ready.IsZero(), h.task(id).Ready.Equal(ready)}, []any{false, true})
	h.same("people can log in", h.task(id).HostKey, "ssh-ed25519 AAAA")
	h.ok(condemn("too long"))
	h.ok(condemn("another reason"))
	t := h.task(id)
	h.same("condemned", []any{t.State, t.Outcome, t.Reason}, []any{godocker.Running, godocker.TimedOut, "too long"})
	_, err := h.s.Ended(h.Context(), h.tick(), []store.End{{AttemptKey: k, Outcome: godocker.NodeLost, Reason: "lost"}})
	h.ok(err)
	t = h.task(id)
	h.same("ended", []any{t.Outcome, t.Reason}, []any{godocker.TimedOut, "too long"})
	_, err = h.s.Warn(h.Context(), h.tick(), k)
	h.code(err, godocker.Conflict, "warning what ended")
	h.code(h.s.Ready(h.Context(), h.tick(), k), godocker.Conflict, "logging in to what ended")
	h.same("host key of what ended", h.task(id).HostKey, "ssh-ed25519 AAAA")
	f := over(id, 1)
	f.Again = true
	h.finish(f)
	t = h.task(id)
	h.same("before the next attempt", []any{t.HostKey, t.Ready.IsZero()}, []any{"", true})
	h.claim(id)
	h.start(key(id, 2))
	t = h.task(id)
	h.same("the next attempt", []any{t.Outcome, t.Warned.IsZero(), t.Ready.IsZero()}, []any{godocker.NoOutcome, true, true})
}

// arraySuspend holds an array back: running elements are asked, waiting ones are the
// scheduler's, and resuming reaches all that are suspended.
func arraySuspend(h *harness) {
	parent, elements := h.array("4")
	h.claim(elements[:2]...)
	h.start(key(elements[0], 1))
	h.wish(parent, godocker.WishSuspend)
	t := h.task(parent)
	word, _ := t.Secondary()
	h.same("array", []any{t.Suspended, word}, []any{true, "suspended"})
	for i, want := range []bool{true, true, false, false} {
		h.same("suspend", h.task(elements[i]).Wish.Wants(godocker.WishSuspend), want)
	}
	as, err := h.s.Arrays(h.Context(), nil)
	h.ok(err)
	h.same("held back", as[0].Suspended, true)
	h.ok(h.s.Grant(h.Context(), h.now, store.Grant{ID: elements[0], Kind: godocker.WishSuspend, State: godocker.Running, Suspended: true}))
	h.wish(parent, godocker.WishResume)
	for i, want := range []bool{true, true, false, false} {
		h.same("resume", h.task(elements[i]).Wish.Wants(godocker.WishResume), want)
	}
	as, err = h.s.Arrays(h.Context(), nil)
	h.ok(err)
	h.same("let go on", as[0].Suspended, false)
}

// disabling holds that the waiting tasks of a person are suspended as they are disabled,
// and resumed with them; those of others, and what runs, are not touched.
func disabling(h *harness) {
	h.ok(h.s.CreateUser(h.Context(), godocker.User{ID: "ann", UID: 1001, Active: true}))
	ids := h.submit(3)
	h.claim(ids[0])
	h.start(key(ids[0], 1))
	h.wish(ids[1], godocker.WishKill)
	set := func(active bool) {
		for range 2 {
			_, err := h.s.UpdateUser(h.Context(), "ann", func(u *godocker.User) error { u.Active = active; return nil })
			h.ok(err)
		}
	}
	wishes := func(what string, want ...godocker.WishKind) {
		h.Helper()
		got := make([]godocker.WishKind, len(ids))
		for i, id := range ids {
			got[i] = h.task(id).Wish.Kind
		}
		h.same(what, got, want)
	}
	set(false)
	wishes("disabled", "", godocker.WishKill, godocker.WishSuspend)
	h.ok(h.s.Grant(h.Context(), h.now, store.Grant{ID: ids[2], Kind: godocker.WishSuspend, State: godocker.Pending, Suspended: true}))
	set(true)
	wishes("enabled", "", godocker.WishKill, godocker.WishResume)
}
