package storetest

import (
	"errors"
	"sync"

	"godocker"
	"godocker/store"
)

func (h *harness) reserve(k store.AttemptKey, n int, among, not []string) []string {
	h.Helper()
	got, err := h.s.Reserve(h.Context(), store.Reservation{AttemptKey: k, Kind: store.KindPort, Count: n, Among: among, Not: not})
	h.ok(err)
	return got
}

func (h *harness) reserved() (names []string) {
	h.Helper()
	all, err := h.s.Reserved(h.Context())
	h.ok(err)
	for _, r := range all {
		names = append(names, r.Name)
	}
	return names
}

func reserves(h *harness) {
	ids := h.submit(3)
	h.claim(ids...)
	one, two, three := key(ids[0], 1), key(ids[1], 1), key(ids[2], 1)
	all := []string{"c", "a", "b"}
	h.same("the best first", h.reserve(one, 2, all, nil), []string{"c", "a"})
	h.same("again", h.reserve(one, 2, all, nil), []string{"c", "a"})
	h.same("too few", h.reserve(two, 2, all, nil), nil)
	h.same("the rest", h.reserve(two, 1, all, nil), []string{"b"})
	h.same("none left", h.reserve(three, 1, all, nil), nil)
	h.same("one for another", h.reserve(one, 2, append(all, "d"), []string{"a"}), []string{"c", "d"})
	h.same("given back", h.reserve(three, 1, all, nil), []string{"a"})
	got, err := h.s.Reserve(h.Context(), store.Reservation{AttemptKey: three, Kind: store.KindGPU, Count: 1, Among: all})
	h.ok(err)
	h.same("of another kind", got, []string{"c"})
	h.same("all", h.reserved(), []string{"c", "d", "b", "c", "a"})

	h.ok(h.s.Defer(h.Context(), h.tick(), two, "no room"))
	h.same("after Defer", h.reserved(), []string{"c", "d", "c", "a"})
	h.start(one)
	for what, k := range map[string]store.AttemptKey{"deferred": two, "running": one, "another attempt": key(ids[2], 2)} {
		_, err := h.s.Reserve(h.Context(), store.Reservation{AttemptKey: k, Kind: store.KindPort, Count: 1, Among: []string{"z"}})
		h.code(err, godocker.Conflict, what)
	}
	_, err = h.s.Ended(h.Context(), h.tick(), []store.End{{AttemptKey: one}})
	h.ok(err)
	_, err = h.s.Finish(h.Context(), h.tick(), []store.Finish{over(ids[0], 1)})
	h.ok(err)
	h.same("until it is released", h.reserved(), []string{"c", "d", "c", "a"})
	h.ok(h.s.Released(h.Context(), []store.AttemptKey{one}))
	h.same("after Released", h.reserved(), []string{"c", "a"})
}

// Of many who want the same things at once, each thing has one holder.
func reserveRace(h *harness) {
	ids := h.submit(12)
	h.claim(ids...)
	among := []string{"1", "2", "3", "4", "5", "6", "7", "8"}
	var mu sync.Mutex
	holder := map[string]int64{}
	var wg sync.WaitGroup
	for _, id := range ids {
		wg.Go(func() {
			var got []string
			var err error
			for range 50 {
				got, err = h.s.Reserve(h.Context(), store.Reservation{AttemptKey: key(id, 1), Kind: store.KindGPU, Count: 2, Among: among})
				if !errors.Is(err, godocker.Unavailable) {
					break
				}
			}
			if err != nil {
				h.Errorf("Reserve: %v", err)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, name := range got {
				if other, taken := holder[name]; taken {
					h.Errorf("%s is held by %d and %d", name, other, id)
				}
				holder[name] = id
			}
		})
	}
	wg.Wait()
	h.same("held", len(h.reserved()), len(holder))
	if len(holder) != len(among) {
		h.Errorf("%d of %d are held", len(holder), len(among))
	}
}
