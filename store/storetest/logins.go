package storetest

import (
	"time"

	"godocker"
)

func logins(h *harness) {
	for _, id := range []string{"ann", "bob"} {
		h.ok(h.s.CreateUser(h.Context(), godocker.User{ID: id}))
	}
	hub := godocker.Login{User: "ann", Registry: "docker.io", Username: "ann1", Secret: "s1", Created: epoch}
	lab := godocker.Login{User: "ann", Registry: "lab.org:5000", Username: "a", Secret: "s2", Created: epoch}
	bobs := godocker.Login{User: "bob", Registry: "docker.io", Username: "b", Secret: "s3", Created: epoch}
	for _, l := range []godocker.Login{lab, hub, bobs} {
		h.ok(h.s.SaveLogin(h.Context(), l))
	}
	h.code(h.s.SaveLogin(h.Context(), godocker.Login{User: "eve", Registry: "docker.io"}), godocker.NotFound, "a login of nobody")
	list := func(user string) []godocker.Login {
		ls, err := h.s.Logins(h.Context(), user)
		h.ok(err)
		return ls
	}
	h.same("of ann", list("ann"), []godocker.Login{hub, lab})
	hub.Username, hub.Secret, hub.Created = "ann2", "s4", epoch.Add(time.Hour)
	h.ok(h.s.SaveLogin(h.Context(), hub))
	h.same("replaced", list("ann"), []godocker.Login{hub, lab})
	h.ok(h.s.DeleteLogin(h.Context(), "ann", "docker.io"))
	h.code(h.s.DeleteLogin(h.Context(), "ann", "docker.io"), godocker.NotFound, "DeleteLogin")
	h.same("after it was removed", list("ann"), []godocker.Login{lab})
	h.same("of bob", list("bob"), []godocker.Login{bobs})
	h.ok(h.s.DeleteUser(h.Context(), "ann"))
	h.ok(h.s.CreateUser(h.Context(), godocker.User{ID: "ann"}))
	h.same("of another ann", list("ann"), nil)
}

func guardedImages(h *harness) {
	guarded := func(repository string) bool {
		yes, err := h.s.Guarded(h.Context(), repository)
		h.ok(err)
		return yes
	}
	h.same("at first", guarded("lab.org/tool"), false)
	for _, on := range []bool{true, false} {
		for range 2 {
			h.ok(h.s.Guard(h.Context(), "lab.org/tool", on))
		}
		h.same("guarded", guarded("lab.org/tool"), on)
		h.same("another", guarded("lab.org/too"), false)
	}
}
