package storetest

import (
	"strconv"
	"time"

	"godocker"
)

func nodes(h *harness) {
	list := func() []godocker.Reservation {
		rs, err := h.s.Reservations(h.Context())
		h.ok(err)
		return rs
	}
	save := func(r *godocker.Reservation) {
		h.Helper()
		id, err := h.s.SaveReservation(h.Context(), h.tick(), *r)
		h.ok(err)
		if r.ID == 0 {
			r.ID = id
		}
		h.same("id", id, r.ID)
	}
	h.same("at first", len(list()), 0)
	course := godocker.Reservation{Executor: "docker", Nodes: []string{"n1", "n2"}, For: []string{"ann", "p1"}, From: epoch.Add(time.Hour), To: epoch.Add(4 * time.Hour),
		Reason: "a course", By: "root1", Created: epoch}
	drain := godocker.Reservation{Reason: "new disks"}
	save(&course)
	save(&drain)
	h.same("two", list(), []godocker.Reservation{course, drain})
	es := h.events()
	h.same("event", es[1], godocker.Event{Seq: 2, At: h.now, Kind: godocker.EventReserved, Text: strconv.FormatInt(drain.ID, 10)})
	drain.Nodes, drain.To = []string{"n3"}, epoch.Add(2*time.Hour)
	save(&drain)
	h.same("replaced", list(), []godocker.Reservation{course, drain})
	_, err := h.s.SaveReservation(h.Context(), h.now, godocker.Reservation{ID: 99})
	h.code(err, godocker.NotFound, "replacing nothing")
	h.code(h.s.DeleteReservation(h.Context(), h.now, 99), godocker.NotFound, "deleting nothing")
	h.same("events", len(h.events()), 3)

	h.now = drain.To
	third := godocker.Reservation{Nodes: []string{"n1"}}
	save(&third)
	h.same("without what is over", list(), []godocker.Reservation{course, third})
	h.ok(h.s.DeleteReservation(h.Context(), h.tick(), third.ID))
	h.same("after one was deleted", list(), []godocker.Reservation{course})
	h.same("events", len(h.events()), 5)
	fourth := godocker.Reservation{}
	save(&fourth)
	if fourth.ID == third.ID {
		h.Error("the id of a reservation is used twice")
	}
}
