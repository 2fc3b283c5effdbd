package storetest

import (
	"errors"
	"time"

	"godocker"
)

func waiting(h *harness) {
	count := func() map[string]int {
		n, err := h.s.Waiting(h.Context())
		h.ok(err)
		return n
	}
	h.same("nobody", count(), map[string]int{})
	ids := h.submit(3)
	h.array("1:50")
	h.same("tasks and an array", count(), map[string]int{"ann": 4})
	h.claim(ids[0])
	h.same("one was claimed", count(), map[string]int{"ann": 3})
}

func alters(h *harness) {
	id := h.submit(1)[0]
	before := h.task(id)
	more := func(t *godocker.Task) error {
		t.Requirements.Nice = 7
		t.Requirements.CPU, t.Requirements.Labels, t.Requirements.MaxLifespan = 3, []string{"disk==ssd"}, time.Hour
		t.Meta.Name = "not kept"
		return nil
	}
	got, err := h.s.Alter(h.Context(), h.tick(), id, "cpu", more)
	h.ok(err)
	want := before
	want.Requirements.Nice = 7
	want.Requirements.CPU, want.Requirements.Labels, want.Requirements.MaxLifespan = 3, []string{"disk==ssd"}, time.Hour
	h.same("altered", h.task(id), want)
	h.same("returned", got.Requirements, want.Requirements)
	e := h.events()
	h.same("event", e[len(e)-1], godocker.Event{Seq: int64(len(e)), At: h.now, Kind: godocker.EventAltered, TaskID: id, User: "ann",
		Project: "default", To: godocker.Pending, Text: "cpu"})
	qs, err := h.s.Queue(h.Context(), []godocker.State{godocker.Pending}, []int64{id}, 0, 0)
	h.ok(err)
	h.same("in the queue", []any{qs[0].CPU, qs[0].Labels, qs[0].Nice, qs[0].Lifespan}, []any{3.0, []string{"disk==ssd"}, 7, time.Hour})

	no := errors.New("no")
	_, err = h.s.Alter(h.Context(), h.tick(), id, "cpu", func(t *godocker.Task) error { t.Requirements.CPU = 9; return no })
	if !errors.Is(err, no) {
		h.Errorf("refused: %v", err)
	}
	h.same("after a refusal", h.task(id), want)
	h.same("events after a refusal", len(h.events()), len(e))

	_, err = h.s.Alter(h.Context(), h.now, 99, "cpu", more)
	h.code(err, godocker.NotFound, "altering nobody")
	array, _ := h.array("1:3")
	_, err = h.s.Alter(h.Context(), h.now, array+1, "cpu", more)
	h.code(err, godocker.Conflict, "altering an element")
	h.claim(array + 2)
	_, err = h.s.Alter(h.Context(), h.now, array, "maxlifespan", more)
	h.ok(err)
	h.same("an element of an altered array", h.task(array+1).Requirements.MaxLifespan, time.Hour)
	qs, err = h.s.Elements(h.Context(), array, 0, 1)
	h.ok(err)
	h.same("a queued element of an altered array", []any{qs[0].Lifespan, qs[0].Nice}, []any{time.Hour, 7})
	nice := []int{h.task(array).Requirements.Nice, h.task(array + 1).Requirements.Nice, h.task(array + 2).Requirements.Nice}
	h.same("how nice are an array, what waits and what started of it", nice, []int{7, 7, 0})
	h.through(id)
	_, err = h.s.Alter(h.Context(), h.now, id, "cpu", more)
	h.code(err, godocker.Conflict, "altering what is over")
}
