package storetest

import (
	"time"

	"godocker"
)

func site(h *harness) {
	read := func() godocker.Maintenance {
		m, err := h.s.Maintenance(h.Context())
		h.ok(err)
		return m
	}
	h.same("at first", read(), godocker.Maintenance{})
	on := godocker.Maintenance{On: true, Reason: "new disks", By: "root1", Changed: h.now}
	h.ok(h.s.SetMaintenance(h.Context(), on))
	h.same("on", read(), on)
	off := godocker.Maintenance{By: "root2", Changed: h.tick()}
	h.ok(h.s.SetMaintenance(h.Context(), off))
	h.same("off", read(), off)

	a := godocker.Process{Name: "a", Host: "h", PID: 7, Roles: []string{"web", "watcher"}, Version: "2", Started: h.now, Seen: h.now}
	b := a
	b.Name, b.Roles = "b", nil
	for _, p := range []godocker.Process{b, a} {
		h.ok(h.s.Beat(h.Context(), p))
	}
	a.Seen = h.now.Add(time.Minute)
	h.ok(h.s.Beat(h.Context(), a))
	list := func() []godocker.Process {
		ps, err := h.s.Processes(h.Context())
		h.ok(err)
		return ps
	}
	h.same("two", list(), []godocker.Process{a, b})
	h.ok(h.s.Leave(h.Context(), "b"))
	h.ok(h.s.Leave(h.Context(), "b"))
	h.same("one", list(), []godocker.Process{a})
}
