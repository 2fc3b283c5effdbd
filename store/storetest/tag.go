package storetest

import (
	"errors"
	"slices"

	"godocker"
	"godocker/store"
)

func tags(h *harness) {
	id := h.submit(1)[0]
	add := func(tag string) func([]string) ([]string, error) {
		return func(have []string) ([]string, error) {
			if slices.Contains(have, tag) {
				return have, nil
			}
			return append(have, tag), nil
		}
	}
	had := h.task(id).Meta.Tags
	got, err := h.s.Tag(h.Context(), h.tick(), id, add("rna seq"))
	h.ok(err)
	want := append(slices.Clone(had), "rna seq")
	h.same("returned", got.Meta.Tags, want)
	h.same("kept", h.task(id).Meta.Tags, want)
	e := h.events()
	last := e[len(e)-1]
	h.same("event", []any{last.Kind, last.TaskID, last.To}, []any{godocker.EventTagged, id, godocker.Pending})
	found := func(q store.Query) (ids []int64) {
		ts, err := h.s.List(h.Context(), q)
		h.ok(err)
		for _, t := range ts {
			ids = append(ids, t.ID)
		}
		return ids
	}
	h.same("found by the tag", found(store.Query{Tag: "rna seq"}), []int64{id})
	h.same("found by its words", found(store.Query{Text: "RNA"}), []int64{id})

	_, err = h.s.Tag(h.Context(), h.tick(), id, add("rna seq"))
	h.ok(err)
	h.same("events when nothing changes", len(h.events()), len(e))
	no := errors.New("no")
	_, err = h.s.Tag(h.Context(), h.tick(), id, func([]string) ([]string, error) { return nil, no })
	if !errors.Is(err, no) {
		h.Errorf("refused: %v", err)
	}
	h.same("after a refusal", h.task(id).Meta.Tags, want)

	h.through(id)
	_, err = h.s.Tag(h.Context(), h.tick(), id, func([]string) ([]string, error) { return had, nil })
	h.ok(err)
	h.same("of one that is over", h.task(id).Meta.Tags, had)
	h.same("found no more", found(store.Query{Tag: "rna seq"}), []int64(nil))

	_, err = h.s.Tag(h.Context(), h.now, 99, add("x"))
	h.code(err, godocker.NotFound, "tagging nobody")
	array, _ := h.array("1:3")
	_, err = h.s.Tag(h.Context(), h.now, array+1, add("x"))
	h.code(err, godocker.Conflict, "tagging an element")
	_, err = h.s.Tag(h.Context(), h.tick(), array, add("x"))
	h.ok(err)
	h.same("an element of what was tagged", h.task(array+2).Meta.Tags, h.task(array).Meta.Tags)
}

func narrowed(h *harness) {
	ids := h.submit(6)
	h.claim(ids[1], ids[3])
	list := func(q store.Query) (out []int64) {
		ts, err := h.s.List(h.Context(), q)
		h.ok(err)
		for _, t := range ts {
			out = append(out, t.ID)
		}
		return out
	}
	image := h.task(ids[0]).Container.Image
	both := []godocker.State{godocker.Pending, godocker.Starting}
	h.same("oldest", list(store.Query{Oldest: true, Limit: 2}), []int64{ids[0], ids[1]})
	h.same("oldest, below", list(store.Query{Oldest: true, Before: ids[2]}), []int64{ids[0], ids[1]})
	h.same("from a floor", list(store.Query{Floor: ids[4]}), []int64{ids[5], ids[4]})
	h.same("two states, a page", list(store.Query{User: "ann", States: both, Limit: 3, Whole: true}), []int64{ids[5], ids[4], ids[3]})
	h.same("two states, the next page", list(store.Query{User: "ann", States: both, Before: ids[3], Limit: 3, Whole: true}), []int64{ids[2], ids[1], ids[0]})
	h.same("two states of all, skipping", list(store.Query{States: both, Skip: 2, Limit: 2}), []int64{ids[3], ids[2]})
	h.same("one state", list(store.Query{User: "ann", States: both[1:], Limit: 9}), []int64{ids[3], ids[1]})
	h.same("an image", len(list(store.Query{Image: image})), 6)
	h.same("a part of an image's name", list(store.Query{Image: image[:len(image)-1]}), []int64(nil))
}
