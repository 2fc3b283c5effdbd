package storetest

import (
	"fmt"
	"time"

	"godocker"
	"godocker/store"
)

func sessions(h *harness) {
	ann := godocker.User{ID: "ann", UID: 1001, Active: true, Priority: 50, Created: epoch}
	h.ok(h.s.CreateUser(h.Context(), ann))
	h.ok(h.s.CreateUser(h.Context(), godocker.User{ID: "bob", Active: true}))
	key, err := h.s.CreateKey(h.Context(), godocker.Key{User: "ann", Digest: "k"})
	h.ok(err)
	add := func(user, id string, life time.Duration, key int64) godocker.Session {
		h.Helper()
		n := godocker.Session{ID: id, User: user, Digest: "digest of " + id, Key: key, Address: "192.0.2.1", Agent: "a browser", Created: h.tick(),
			Expires: h.now.Add(life), LastUsed: h.now}
		h.ok(h.s.CreateSession(h.Context(), n))
		return n
	}
	left := func(what, user string, want ...string) {
		h.Helper()
		ns, err := h.s.ListSessions(h.Context(), user)
		h.ok(err)
		ids := []string{}
		for _, n := range ns {
			ids = append(ids, n.ID)
		}
		h.same(what, ids, want)
	}
	h.code(h.s.CreateSession(h.Context(), godocker.Session{ID: "x", User: "eve", Digest: "x"}), godocker.NotFound, "a session of nobody")
	first := add("ann", "s1", time.Hour, 0)
	h.ok(h.s.CreateSession(h.Context(), first)) // again, as the answer was lost
	got, user, err := h.s.SessionByDigest(h.Context(), first.Digest)
	h.ok(err)
	h.same("session", got, first)
	h.same("its user", user, ann)
	_, _, err = h.s.SessionByDigest(h.Context(), "s1")
	h.code(err, godocker.NotFound, "SessionByDigest")

	touched := func(after time.Duration) time.Duration {
		h.ok(h.s.TouchSession(h.Context(), "s1", first.Created.Add(after)))
		n, _, err := h.s.SessionByDigest(h.Context(), first.Digest)
		h.ok(err)
		return n.LastUsed.Sub(first.Created)
	}
	h.same("touched soon after", touched(30*time.Second), time.Duration(0))
	h.same("touched later", touched(time.Minute), time.Minute)
	h.ok(h.s.TouchSession(h.Context(), "nothing", epoch))

	add("ann", "s2", time.Minute, 0)
	add("bob", "s3", time.Hour, 0)
	add("ann", "s4", time.Hour, key)
	left("of ann", "ann", "s4", "s2", "s1")
	h.code(h.s.DeleteSession(h.Context(), "bob", "s1"), godocker.NotFound, "ending the session of another")
	h.ok(h.s.DeleteSession(h.Context(), "ann", "s1"))
	h.code(h.s.DeleteSession(h.Context(), "ann", "s1"), godocker.NotFound, "DeleteSession")
	left("one ended", "ann", "s4", "s2")
	h.ok(h.s.DeleteKey(h.Context(), "ann", key))
	left("with their key", "ann", "s2")
	h.now = h.now.Add(2 * time.Minute)
	add("ann", "s5", time.Hour, 0)
	left("those that are over", "ann", "s5")

	_, err = h.s.UpdateUser(h.Context(), "ann", func(u *godocker.User) error { u.Email = "x"; return nil })
	h.ok(err)
	left("with another address", "ann", "s5")
	_, err = h.s.UpdateUser(h.Context(), "ann", func(u *godocker.User) error { u.Active = false; return nil })
	h.ok(err)
	left("disabled", "ann")
	add("ann", "s6", time.Hour, 0)
	h.ok(h.s.DeleteSessions(h.Context(), "ann"))
	left("all ended", "ann")
	left("of others", "bob", "s3")

	for i := range store.MostSessions + 1 {
		add("ann", fmt.Sprintf("many%03d", i), time.Hour, 0)
	}
	ns, err := h.s.ListSessions(h.Context(), "ann")
	h.ok(err)
	if len(ns) != store.MostSessions || ns[len(ns)-1].ID != "many001" {
		h.Errorf("%d sessions, the oldest is %s", len(ns), ns[len(ns)-1].ID)
	}
	h.ok(h.s.DeleteUser(h.Context(), "ann"))
	left("of somebody gone", "ann")
}
