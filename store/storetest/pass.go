package storetest

import (
	"fmt"
	"sync"
	"time"

	"godocker"
	"godocker/store"
)

func passes(h *harness) {
	h.ok(h.s.CreateUser(h.Context(), godocker.User{ID: "ann", Active: true}))
	h.ok(h.s.CreateUser(h.Context(), godocker.User{ID: "bob", Active: true}))
	add := func(kind godocker.PassKind, user, digest string, life time.Duration) godocker.Pass {
		h.Helper()
		k := godocker.Pass{Digest: digest, Kind: kind, Task: 7, User: user, Expires: h.now.Add(life)}
		h.ok(h.s.SavePass(h.Context(), k, h.now))
		return k
	}
	h.code(h.s.SavePass(h.Context(), godocker.Pass{Digest: "x", Kind: godocker.PassWeb, User: "eve", Expires: h.now}, h.now), godocker.NotFound, "a pass of nobody")
	first := add(godocker.PassWeb, "ann", "first", time.Minute)
	h.ok(h.s.SavePass(h.Context(), first, h.now)) // again, as the answer was lost
	got, err := h.s.Pass(h.Context(), godocker.PassWeb, "first")
	h.ok(err)
	h.same("pass", got, first)
	_, err = h.s.TakePass(h.Context(), godocker.PassWebVisit, "first")
	h.code(err, godocker.NotFound, "a pass as another kind")
	_, err = h.s.Pass(h.Context(), godocker.PassWebVisit, "first")
	h.code(err, godocker.NotFound, "a pass as another kind")

	var all sync.WaitGroup
	taken := make(chan godocker.Pass, 8)
	for range cap(taken) {
		all.Go(func() {
			if k, err := h.s.TakePass(h.Context(), godocker.PassWeb, "first"); err == nil {
				taken <- k
			}
		})
	}
	all.Wait()
	h.same("how many got it", len(taken), 1)
	h.same("what they got", <-taken, first)

	short := add(godocker.PassWeb, "ann", "short", time.Minute)
	h.now = h.now.Add(2 * time.Minute)
	got, err = h.s.Pass(h.Context(), godocker.PassWeb, "short")
	h.ok(err)
	h.same("one that is over", got, short)
	add(godocker.PassWebVisit, "bob", "his", time.Hour)
	_, err = h.s.Pass(h.Context(), godocker.PassWeb, "short")
	h.code(err, godocker.NotFound, "one that is over, after another came")

	add(godocker.PassWebVisit, "ann", "soon over", time.Minute)
	for i := range store.MostPasses {
		add(godocker.PassWebVisit, "ann", fmt.Sprintf("many%03d", i), time.Hour)
	}
	_, err = h.s.Pass(h.Context(), godocker.PassWebVisit, "soon over")
	h.code(err, godocker.NotFound, "one too many")
	h.ok(h.s.DeleteSessions(h.Context(), "ann"))
	_, err = h.s.Pass(h.Context(), godocker.PassWebVisit, "many001")
	h.code(err, godocker.NotFound, "after its owner is logged out everywhere")
	_, err = h.s.Pass(h.Context(), godocker.PassWebVisit, "his")
	h.ok(err)
}
