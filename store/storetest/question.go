package storetest

import (
	"strconv"
	"time"

	"godocker"
)

func questions(h *harness) {
	open := func() []godocker.Question {
		qs, err := h.s.Questions(h.Context())
		h.ok(err)
		return qs
	}
	ask := func(q godocker.Question) godocker.Question {
		h.Helper()
		id, err := h.s.Ask(h.Context(), h.tick(), q)
		h.ok(err)
		q.ID, q.At = id, h.now
		return q
	}
	h.same("at first", len(open()), 0)
	why := ask(godocker.Question{Task: 7})
	what := ask(godocker.Question{If: &godocker.Asks{User: "ann", Project: "p1", CPU: 0.5, RAM: 2, GPUs: 1, Labels: []string{"a==b"}, Executor: "docker", Lifespan: time.Hour, Nice: 3, Likeness: -4}})
	h.same("open", open(), []godocker.Question{why, what})
	es := h.events()
	h.same("event", es[1], godocker.Event{Seq: 2, At: h.now, Kind: godocker.EventAsked, Text: strconv.FormatInt(what.ID, 10)})

	_, known, err := h.s.Answered(h.Context(), why.ID)
	h.ok(err)
	h.same("known too early", known, false)
	a := godocker.Answer{At: h.now, Code: "resources", Reason: "no room", Facts: []string{"bob holds it"}, Ahead: 3, Waiting: 9, Earliest: h.now.Add(time.Minute), Latest: h.now.Add(time.Hour)}
	h.ok(h.s.Answer(h.Context(), h.tick(), why.ID, a))
	h.ok(h.s.Answer(h.Context(), h.tick(), why.ID, godocker.Answer{Reason: "another"}))
	h.ok(h.s.Answer(h.Context(), h.tick(), 99, a))
	got, known, err := h.s.Answered(h.Context(), why.ID)
	h.ok(err)
	h.same("answer", got, a)
	h.same("known", known, true)
	h.same("still open", open(), []godocker.Question{what})
	es = h.events()
	h.same("events", len(es), 3)
	h.same("event of the answer", es[2].Kind, godocker.EventAnswered)

	h.now = h.now.Add(2 * time.Minute)
	later := ask(godocker.Question{Task: 8})
	h.same("old ones are gone", open(), []godocker.Question{later})
	if _, known, err = h.s.Answered(h.Context(), why.ID); err != nil || known {
		h.Errorf("an old answer is kept: %v, %v", known, err)
	}
}

func estimates(h *harness) {
	score := func() godocker.Score {
		h.ok(h.s.Settle(h.Context(), epoch))
		sc, err := h.s.Score(h.Context())
		h.ok(err)
		return sc
	}
	var es []godocker.Estimate
	ids := h.submit(5)
	at := h.now.Add(time.Hour)
	for i, id := range ids {
		es = append(es, godocker.Estimate{Task: id, Made: h.now, Earliest: at.Add(time.Duration(i-2) * time.Minute), Latest: at.Add(time.Duration(i-1) * time.Minute)})
	}
	h.ok(h.s.Estimate(h.Context(), es))
	h.ok(h.s.Estimate(h.Context(), []godocker.Estimate{{Task: ids[0], Made: h.now}})) // the first counts
	h.same("before they start", score(), godocker.Score{})
	for _, id := range ids[:4] { // later than said, in time, in time, and earlier
		h.now = at.Add(-2 * time.Second)
		h.claim(id)
		h.start(key(id, 1))
	}
	h.same("after four have started", score(), godocker.Score{Made: 4, Held: 2, Early: 1, Late: 1})
	h.through(ids[4]) // long before it was said to
	h.same("after all have", score(), godocker.Score{Made: 5, Held: 2, Early: 2, Late: 1})
	h.ok(h.s.Settle(h.Context(), h.now))
	sc, err := h.s.Score(h.Context())
	h.ok(err)
	h.same("old ones are forgotten", sc, godocker.Score{})
}
