package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"godocker"
	"godocker/store"
)

func tickets(h *harness) {
	add := func(digest, user string, life time.Duration) {
		h.Helper()
		h.ok(h.s.CreateTicket(h.Context(), godocker.Ticket{Digest: digest, Task: 1, User: user, Expires: h.tick().Add(life)}, h.now))
	}
	take := func(digest string, task int64, user string, after time.Duration) error {
		return h.s.TakeTicket(h.Context(), digest, task, user, h.now.Add(after))
	}
	add("t1", "ann", time.Minute)
	h.code(take("t2", 1, "ann", 0), godocker.NotFound, "one that does not exist")
	h.code(take("t1", 2, "ann", 0), godocker.NotFound, "one for another task")
	h.code(take("t1", 1, "bob", 0), godocker.NotFound, "one of another")
	h.code(take("t1", 1, "ann", time.Minute), godocker.NotFound, "one that expired")
	h.ok(take("t1", 1, "ann", time.Minute-time.Microsecond))
	h.code(take("t1", 1, "ann", 0), godocker.NotFound, "one that was taken")

	add("old", "ann", 0)
	add("new", "ann", time.Hour)
	h.code(take("old", 1, "ann", -time.Hour), godocker.NotFound, "one that expired before another was made")

	add("many", "ann", time.Hour)
	var got atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if take("many", 1, "ann", 0) == nil {
				got.Add(1)
			}
		})
	}
	all.Wait()
	h.same("taken at once by many", got.Load(), int32(1))

	add("bobs", "bob", time.Hour)
	for i := range store.MostTickets {
		add(fmt.Sprint("next ", i), "ann", time.Hour)
	}
	h.code(take("new", 1, "ann", 0), godocker.NotFound, "one of too many")
	h.ok(take("next 0", 1, "ann", 0))
	h.ok(take("bobs", 1, "bob", 0))
}
