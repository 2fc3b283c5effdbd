package storetest

import (
	"godocker"
	"godocker/store"
)

// idle: what a runner says counts once, the newest word, and what somebody asked for
// stays as it is.
func idle(h *harness) {
	id := h.submit(1)[0]
	k := key(id, 1)
	says := func(word int64, stage godocker.IdleStage, action godocker.IdleAction) bool {
		done, err := h.s.Idle(h.Context(), h.tick(), store.Idle{AttemptKey: k, Word: word, Stage: stage, Action: action, Reason: "idle for 2h"})
		h.ok(err)
		return done
	}
	suspend, none := godocker.IdleSuspend, godocker.IdleAction("")
	_, err := h.s.Idle(h.Context(), h.tick(), store.Idle{AttemptKey: k, Word: 1, Stage: godocker.IdleWarned})
	h.code(err, godocker.Conflict, "of what waits")
	h.code(h.s.Thaw(h.Context(), h.tick(), k), godocker.Conflict, "thawing what waits")
	h.claim(id)
	h.start(k)
	h.ok(h.s.Thaw(h.Context(), h.tick(), k))
	h.same("thawing what is not frozen", h.task(id).Wish, godocker.Wish{})

	h.same("new", []bool{says(5, godocker.IdleWarned, none), says(5, godocker.IdleWarned, none), says(4, godocker.IdleUsed, none)}, []bool{true, false, false})
	h.same("warned", h.task(id).Idle.IsZero(), false)
	h.same("used", says(6, godocker.IdleUsed, none), true)
	h.same("not idle any more", h.task(id).Idle.IsZero(), true)
	says(7, godocker.IdleWarned, none)
	h.same("due", []bool{says(8, godocker.IdleDue, suspend), says(8, godocker.IdleDue, suspend)}, []bool{true, false})
	t := h.task(id)
	h.same("a wish of nobody", []any{t.Wish.Kind, t.Wish.By, t.Wish.Open(), t.Dozes()}, []any{godocker.WishSuspend, "", true, true})
	grant := func(k godocker.WishKind, frozen bool) {
		h.ok(h.s.Grant(h.Context(), h.tick(), store.Grant{ID: id, Kind: k, State: godocker.Running, Suspended: frozen}))
	}
	grant(godocker.WishSuspend, true)
	t = h.task(id)
	h.same("it dozes", []any{t.Suspended, t.Frozen.IsZero(), t.Dozes()}, []any{true, false, true})
	h.ok(h.s.Thaw(h.Context(), h.tick(), k))
	h.ok(h.s.Thaw(h.Context(), h.tick(), k))
	grant(godocker.WishResume, false)
	t = h.task(id)
	h.same("awake", []any{t.Suspended, t.Idle.IsZero(), t.Dozes(), t.Wish.By}, []any{false, true, false, ""})
	h.same("an old word", says(8, godocker.IdleDue, suspend), false)
	says(9, godocker.IdleDue, suspend)
	t = h.task(id)
	h.same("due without a warning", []any{t.Idle.IsZero(), t.Dozes()}, []any{false, true})
	h.ok(h.s.Thaw(h.Context(), h.tick(), k))
	grant(godocker.WishResume, false)
	var told []string
	events, err := h.s.TaskEvents(h.Context(), id)
	h.ok(err)
	for _, e := range events {
		if e.Kind == godocker.EventDetail {
			told = append(told, e.Text)
		}
	}
	h.same("told", told, []string{godocker.TextIdle, godocker.TextUsed, godocker.TextIdle, godocker.TextFrozen, godocker.TextThawed, godocker.TextThawed})

	_, err = h.s.Wish(h.Context(), id, godocker.Wish{Kind: godocker.WishSuspend, By: "ann", Asked: h.tick()})
	h.ok(err)
	h.code(h.s.Thaw(h.Context(), h.tick(), k), godocker.Conflict, "thawing what somebody suspends")
	grant(godocker.WishSuspend, true)
	says(11, godocker.IdleDue, suspend)
	t = h.task(id)
	h.same("it is ann's still", []any{t.Wish.By, t.Dozes()}, []any{"ann", false})
	h.code(h.s.Thaw(h.Context(), h.tick(), k), godocker.Conflict, "thawing what somebody suspended")

	says(12, godocker.IdleDue, godocker.IdleEnd)
	t = h.task(id)
	h.same("to be ended", []any{t.State, t.Outcome, t.Reason}, []any{godocker.Running, godocker.Idled, "idle for 2h"})
	h.end(137, k)
	f := over(id, 1)
	f.Again = true
	h.finish(f)
	h.claim(id)
	k = key(id, 2)
	h.start(k)
	h.same("the next attempt", []any{h.task(id).Idle.IsZero(), says(1, godocker.IdleWarned, none)}, []any{true, true})
}
