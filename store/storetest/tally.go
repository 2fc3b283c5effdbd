package storetest

import (
	"time"

	"godocker"
	"godocker/store"
)

// tallies has ann run an array of two and one that fails an hour later in a project,
// bob one that runs still and one that waits, and looks at the counts before and after
// they are written down.
func tallies(h *harness) {
	_, elements := h.array("2")
	h.now = h.now.Add(5 * time.Minute)
	h.through(elements...)
	h.now = epoch.Add(time.Hour)
	tagged := plain("ann")
	tagged.User.Project, tagged.Meta.Tags, tagged.Container.Image, tagged.Submitted = "p1", []string{"x", "y"}, "other:1", h.now
	bobs := plain("bob")
	bobs.Submitted = h.now
	ids, err := h.s.Submit(h.Context(), []godocker.Task{tagged, bobs, bobs})
	h.ok(err)
	h.claim(ids[:2]...)
	h.start(key(ids[0], 1), key(ids[1], 1))
	h.now = h.now.Add(99 * time.Second)
	h.end(3, key(ids[0], 1))
	three := 3
	h.finish(store.Finish{AttemptKey: key(ids[0], 1), Outcome: godocker.Failed, ExitCode: &three, Reason: "no such file",
		Measured: godocker.Measured{PeakRAM: 1 << 30, CPUSeconds: 50}})

	hour := epoch.Truncate(time.Hour)
	all := store.TallyQuery{From: hour, Until: hour.Add(24 * time.Hour)}
	for _, when := range []string{"before", "after"} {
		tallyViews(h, when, hour, all)
		tallyLevels(h, all)
		for more := true; more; {
			more, err = h.s.Tally(h.Context(), h.now.Add(48*time.Hour))
			h.ok(err)
		}
	}
	h.archive(elements...)
	h.purge(elements...)
	tallyViews(h, "when the tasks are purged", hour, all)
	h.ok(h.s.ForgetTallies(h.Context(), hour.Add(time.Hour)))
	h.same("hours that are kept", len(h.tallies(store.TallyQuery{From: hour, Until: hour.Add(time.Hour)})), 0)
}

func (h *harness) tallies(q store.TallyQuery) []store.Tally {
	h.Helper()
	ts, err := h.s.Tallies(h.Context(), q)
	h.ok(err)
	return ts
}

func tallyViews(h *harness, when string, hour time.Time, all store.TallyQuery) {
	h.Helper()
	good := store.Tally{Outcome: godocker.Succeeded, Ended: 2, Time: 2, CPU: 2, RAM: 4}
	bad := store.Tally{Outcome: godocker.Failed, Ended: 1, Time: 100, CPU: 100, RAM: 200, CPUKnown: 100, CPUUsed: 50, RAMKnown: 200, RAMUsed: 100}
	moved := store.Tally{Submitted: 5, Started: 4, Waited: 2*302 + 2*2, Waits: [6]int{2, 2}}
	h.same(when+": all", h.tallies(all), []store.Tally{moved, bad, good})

	at := func(t store.Tally, begin time.Time) store.Tally { t.Begin = begin; return t }
	first := store.Tally{Submitted: 2, Started: 2, Waited: 604, Waits: [6]int{0, 2}}
	second := store.Tally{Submitted: 3, Started: 2, Waited: 4, Waits: [6]int{2}}
	q := all
	q.Step = time.Hour
	h.same(when+": by the hour", h.tallies(q), []store.Tally{at(first, hour), at(good, hour), at(second, hour.Add(time.Hour)), at(bad, hour.Add(time.Hour))})
	q.Step, q.Zone = 24*time.Hour, 2*time.Hour
	day := hour.Truncate(24 * time.Hour).Add(-2 * time.Hour)
	h.same(when+": by the day of a zone", h.tallies(q), []store.Tally{at(moved, day), at(bad, day), at(good, day)})

	owned := func(t store.Tally, user, project, image string) store.Tally {
		t.User, t.Project, t.Image = user, project, image
		return t
	}
	q = all
	q.Owners, q.Images = true, true
	h.same(when+": by owner and image", h.tallies(q), []store.Tally{owned(first, "ann", "default", "debian"), owned(good, "ann", "default", "debian"),
		owned(store.Tally{Submitted: 1, Started: 1, Waited: 2, Waits: [6]int{1}}, "ann", "p1", "other:1"), owned(bad, "ann", "p1", "other:1"),
		owned(store.Tally{Submitted: 2, Started: 1, Waited: 2, Waits: [6]int{1}}, "bob", "default", "debian")})

	one := store.Tally{Submitted: 1, Started: 1, Waited: 2, Waits: [6]int{1}}
	for what, change := range map[string]func(*store.TallyQuery){
		"tag": func(q *store.TallyQuery) { q.Tag = "y" }, "image": func(q *store.TallyQuery) { q.Image = "other:1" },
		"project": func(q *store.TallyQuery) { q.Project = "p1" },
		"from":    func(q *store.TallyQuery) { q.From, q.User = hour.Add(time.Hour), "ann" },
	} {
		q := all
		change(&q)
		h.same(when+": "+what, h.tallies(q), []store.Tally{one, bad})
	}
	q = all
	q.User, q.Shared = "bob", []string{"p1"}
	h.same(when+": bob's and his project's", h.tallies(q), []store.Tally{{Submitted: 3, Started: 2, Waited: 4, Waits: [6]int{2}}, bad})
}

func tallyLevels(h *harness, all store.TallyQuery) {
	h.Helper()
	levels := func(q store.TallyQuery) [2]int {
		waiting, running, err := h.s.Levels(h.Context(), q)
		h.ok(err)
		return [2]int{waiting, running}
	}
	h.same("levels", levels(all), [2]int{1, 1})
	h.same("levels of ann", levels(store.TallyQuery{User: "ann"}), [2]int{})
	h.same("levels of an image", levels(store.TallyQuery{Image: "debian"}), [2]int{1, 1})
	rs, err := h.s.Reasons(h.Context(), all, 10)
	h.ok(err)
	h.same("reasons", rs, []store.Reason{{Outcome: godocker.Failed, Reason: "no such file", Tasks: 1}})
	rs, err = h.s.Reasons(h.Context(), store.TallyQuery{From: all.From, Until: all.Until, User: "bob"}, 10)
	h.ok(err)
	h.same("reasons of bob", rs, nil)
}

func waitingArray(h *harness) {
	_, elements := h.array("5")
	levels := func() []int {
		waiting, running, err := h.s.Levels(h.Context(), store.TallyQuery{})
		h.ok(err)
		return []int{waiting, running}
	}
	h.claim(elements[0])
	h.same("levels while one is being started", levels(), []int{5, 0}) // as Tallies counts no start of it
	h.start(key(elements[0], 1))
	h.same("levels of an array", levels(), []int{4, 1})
}

func audits(h *harness) {
	h.ok(h.s.Record(h.Context(), nil))
	a := store.Act{ID: 1, At: epoch, Who: "root1", Door: "web", Address: "10.0.0.1", Action: "user.change", Object: "user ann", Detail: "priority"}
	b := store.Act{ID: 2, At: epoch.Add(time.Minute), Door: "web", Action: "login", Object: "user eve", Refused: "Wrong Password"}
	c := store.Act{ID: 3, At: epoch.Add(time.Hour), Who: "root1", Action: "user.delete", Object: "user bob"}
	h.ok(h.s.Record(h.Context(), []store.Act{{At: a.At, Who: a.Who, Door: a.Door, Address: a.Address, Action: a.Action, Object: a.Object, Detail: a.Detail}, b}))
	h.ok(h.s.Record(h.Context(), []store.Act{c}))
	acts := func(q store.ActQuery) []store.Act {
		as, err := h.s.Acts(h.Context(), q)
		h.ok(err)
		return as
	}
	for what, q := range map[string]struct {
		q    store.ActQuery
		want []store.Act
	}{
		"all": {store.ActQuery{}, []store.Act{c, b, a}}, "who": {store.ActQuery{Who: "root1"}, []store.Act{c, a}},
		"action": {store.ActQuery{Action: "user.change"}, []store.Act{a}}, "actions": {store.ActQuery{Action: "user."}, []store.Act{c, a}},
		"object": {store.ActQuery{Object: "user bob"}, []store.Act{c}}, "text": {store.ActQuery{Text: "wrong P"}, []store.Act{b}},
		"time":    {store.ActQuery{From: epoch.Add(time.Second), Until: epoch.Add(time.Hour)}, []store.Act{b}},
		"refused": {store.ActQuery{Refused: true}, []store.Act{b}}, "page": {store.ActQuery{Before: 3, Limit: 1}, []store.Act{b}},
	} {
		h.same(what, acts(q.q), q.want)
	}
	h.ok(h.s.ForgetActs(h.Context(), epoch, 2))
	h.same("the newest two", acts(store.ActQuery{}), []store.Act{c, b})
	h.ok(h.s.ForgetActs(h.Context(), epoch.Add(2*time.Minute), 100))
	h.same("the young", acts(store.ActQuery{}), []store.Act{c})
}
