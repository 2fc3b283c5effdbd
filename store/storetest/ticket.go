package storetest

import (
	"fmt"
	"sync"
	"time"

	"godocker"
	"godocker/store"
)

func tickets(h *harness) {
	h.ok(h.s.CreateUser(h.Context(), godocker.User{ID: "ann", Active: true}))
	h.ok(h.s.CreateUser(h.Context(), godocker.User{ID: "bob", Active: true}))
	add := func(kind godocker.TicketKind, user, digest string, life time.Duration) godocker.Ticket {
		h.Helper()
		k := godocker.Ticket{Digest: digest, Kind: kind, Task: 7, User: user, Expires: h.now.Add(life)}
		h.ok(h.s.SaveTicket(h.Context(), k, h.now))
		return k
	}
	h.code(h.s.SaveTicket(h.Context(), godocker.Ticket{Digest: "x", Kind: godocker.TicketWeb, User: "eve", Expires: h.now}, h.now), godocker.NotFound, "a ticket of nobody")
	first := add(godocker.TicketWeb, "ann", "first", time.Minute)
	h.ok(h.s.SaveTicket(h.Context(), first, h.now)) // again, as the answer was lost
	got, err := h.s.Ticket(h.Context(), godocker.TicketWeb, "first")
	h.ok(err)
	h.same("ticket", got, first)
	_, err = h.s.TakeTicket(h.Context(), godocker.TicketWebVisit, "first")
	h.code(err, godocker.NotFound, "a ticket as another kind")
	_, err = h.s.Ticket(h.Context(), godocker.TicketWebVisit, "first")
	h.code(err, godocker.NotFound, "a ticket as another kind")

	var all sync.WaitGroup
	taken := make(chan godocker.Ticket, 8)
	for range cap(taken) {
		all.Go(func() {
			if k, err := h.s.TakeTicket(h.Context(), godocker.TicketWeb, "first"); err == nil {
				taken <- k
			}
		})
	}
	all.Wait()
	h.same("how many got it", len(taken), 1)
	h.same("what they got", <-taken, first)

	short := add(godocker.TicketWeb, "ann", "short", time.Minute)
	h.now = h.now.Add(2 * time.Minute)
	got, err = h.s.Ticket(h.Context(), godocker.TicketWeb, "short")
	h.ok(err)
	h.same("one that is over", got, short)
	add(godocker.TicketWebVisit, "bob", "his", time.Hour)
	_, err = h.s.Ticket(h.Context(), godocker.TicketWeb, "short")
	h.code(err, godocker.NotFound, "one that is over, after another came")

	add(godocker.TicketWebVisit, "ann", "soon over", time.Minute)
	for i := range store.MostTickets {
		add(godocker.TicketWebVisit, "ann", fmt.Sprintf("many%03d", i), time.Hour)
	}
	_, err = h.s.Ticket(h.Context(), godocker.TicketWebVisit, "soon over")
	h.code(err, godocker.NotFound, "one too many")
	h.ok(h.s.DeleteSessions(h.Context(), "ann"))
	_, err = h.s.Ticket(h.Context(), godocker.TicketWebVisit, "many001")
	h.code(err, godocker.NotFound, "after its owner is logged out everywhere")
	_, err = h.s.Ticket(h.Context(), godocker.TicketWebVisit, "his")
	h.ok(err)
}
