package storetest

import (
	"fmt"
	"time"

	"godocker"
	"godocker/store"
)

func annotates(h *harness) {
	ids := h.submit(3)
	h.through(ids[2])
	before := len(h.events())
	note := func(ns ...store.Note) { h.ok(h.s.Annotate(h.Context(), h.tick(), ns)) }
	note(store.Note{ID: ids[0], Text: "waits for room"}, store.Note{ID: ids[2], Text: "late"}, store.Note{ID: 99, Text: "nobody"})
	note(store.Note{ID: ids[0], Text: "waits for room"}, store.Note{ID: ids[1], Text: ""})
	es := h.events()[before:]
	h.same("events", es, []godocker.Event{{Seq: int64(before + 1), At: epoch.Add(5 * time.Second), Kind: godocker.EventDetail, TaskID: ids[0],
		User: "ann", Project: "default", To: godocker.Pending, Text: "waits for room"}})
	h.same("detail", h.task(ids[0]).Detail, "waits for room")
	h.same("detail of what is over", h.task(ids[2]).Detail, "")
	h.claim(ids[0])
	h.same("detail after a move", h.task(ids[0]).Detail, "")
	h.ok(h.s.Annotate(h.Context(), h.now, nil))
}

func (h *harness) archive(ids ...int64) []int64 {
	h.Helper()
	moved, err := h.s.Archive(h.Context(), h.tick(), ids)
	h.ok(err)
	return moved
}

func (h *harness) purge(ids ...int64) []int64 {
	h.Helper()
	gone, err := h.s.Purge(h.Context(), h.tick(), ids)
	h.ok(err)
	return gone
}

func archives(h *harness) {
	ids := h.submit(2)
	h.through(ids...)
	h.wish(ids[0], godocker.WishArchive)
	h.ok(h.s.Released(h.Context(), []store.AttemptKey{key(ids[0], 1)}))
	h.same("purging what is not archived", h.purge(ids[0]), nil)
	h.same("archived", h.archive(99, ids[0], ids[0]), ids[:1])
	h.state(ids[0], godocker.Archived)
	h.same("wish", h.task(ids[0]).Wish.Done, h.now)
	h.ok(h.s.Grant(h.Context(), h.tick(), store.Grant{ID: ids[0], Kind: godocker.WishArchive, State: godocker.Archived})) // the room may grant it as well
	h.same("archiving twice", h.archive(ids[0]), nil)
	h.wish(ids[0], godocker.WishArchive)
	h.same("archiving what is archived", h.task(ids[0]).Wish.Open(), false)
	h.wish(ids[0], godocker.WishPurge)
	ts, err := h.s.Wishes(h.Context(), []godocker.State{godocker.Archived})
	h.ok(err)
	h.same("Wishes", idsOf(ts), ids[:1])
	before := len(h.events())
	h.same("purged", h.purge(99, ids[0], ids[0]), ids[:1])
	h.same("event", h.events()[before:], []godocker.Event{{Seq: int64(before + 1), At: h.now, Kind: godocker.EventPurged, TaskID: ids[0],
		User: "ann", Project: "default", To: godocker.Archived, Attempt: 1}})
	_, err = h.s.Task(h.Context(), ids[0])
	h.code(err, godocker.NotFound, "what is purged")
	n, err := h.s.Count(h.Context())
	h.ok(err)
	h.same("count", []int{n[godocker.Over], n[godocker.Archived]}, []int{1, 0})
	h.same("ids go on", h.submit(1), []int64{3})
}

// arrayArchive keeps an array until its elements are gone, which share its script.
func arrayArchive(h *harness) {
	parent, elements := h.array("2")
	h.through(elements...)
	all := append([]int64{parent}, elements...)
	h.same("archived", h.archive(all...), all)
	h.same("purged too early", h.purge(parent), nil)
	h.same("purged", h.purge(elements[0]), elements[:1])
	h.same("script", h.task(elements[1]).Command.Script == "", false)
	h.same("purged with its last element", h.purge(elements[1], parent), []int64{elements[1], parent})
}

func unreleased(h *harness) {
	ids := h.submit(3)
	h.through(ids[0])
	h.claim(ids[1], ids[2])
	h.start(key(ids[1], 1), key(ids[2], 1))
	h.end(1, key(ids[1], 1))
	h.finish(store.Finish{AttemptKey: key(ids[1], 1), Outcome: godocker.NodeLost, Again: true})
	list := func(limit int) (ks []store.AttemptKey) {
		as, err := h.s.Unreleased(h.Context(), []string{"fake", "none"}, false, limit)
		h.ok(err)
		for _, a := range as {
			ks = append(ks, key(a.TaskID, a.Number))
			if a.Handle == "" || a.Executor != "fake" || a.Released {
				h.Errorf("unreleased: %+v", a)
			}
		}
		return ks
	}
	h.same("unreleased", list(10), []store.AttemptKey{key(ids[0], 1), key(ids[1], 1)})
	for _, q := range []struct {
		others bool
		names  []string
		want   int
	}{{false, []string{"none"}, 0}, {true, []string{"none"}, 2}, {true, []string{"none", "fake"}, 0}} {
		as, err := h.s.Unreleased(h.Context(), q.names, q.others, 10)
		h.ok(err)
		h.same(fmt.Sprint(q), len(as), q.want)
	}
	h.same("at most one", list(1), []store.AttemptKey{key(ids[0], 1)})
	before := len(h.events())
	h.ok(h.s.Released(h.Context(), []store.AttemptKey{key(ids[0], 1), key(99, 1)}))
	h.ok(h.s.Released(h.Context(), []store.AttemptKey{key(ids[0], 1)}))
	h.same("unreleased", list(10), []store.AttemptKey{key(ids[1], 1)})
	h.same("events", len(h.events()), before)
	as, err := h.s.Attempts(h.Context(), ids[0])
	h.ok(err)
	h.same("released", as[0].Released, true)
}

func forgets(h *harness) {
	h.submit(2)
	h.claim(1)
	h.claim(2)
	h.ok(h.s.Forget(h.Context(), h.now))
	es, err := h.s.Events(h.Context(), 0, 10)
	h.ok(err)
	if len(es) != 1 || es[0].Seq != 4 {
		h.Errorf("left: %+v", es)
	}
	h.ok(h.s.Forget(h.Context(), h.now.Add(time.Hour)))
	last, err := h.s.LastEvent(h.Context())
	h.ok(err)
	h.same("the last number", last, int64(4))
	h.start(key(1, 1))
	es, err = h.s.Events(h.Context(), 4, 10)
	h.ok(err)
	if len(es) != 1 || es[0].Seq != 5 {
		h.Errorf("the next: %+v", es)
	}
}

func changes(h *harness) {
	a, end := h.s.Changed()
	b, endB := h.s.Changed()
	defer end()
	got := func(c <-chan struct{}) bool {
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
	h.submit(1)
	h.eventually("a value", func() bool { return got(a) })
	h.eventually("a value for the other", func() bool { return got(b) })
	endB()
	endB()
	h.claim(1)
	h.eventually("another value", func() bool { return got(a) })
}

func usage(h *harness) {
	ids := h.submit(4)
	h.claim(ids...)
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	fs := make([]store.Finish, 4)
	for i, id := range ids {
		h.start(key(id, 1))
		h.end(0, key(id, 1))
		fs[i] = over(id, 1)
		fs[i].Usage = godocker.Usage{Day: day, User: "ann", Project: "p1", Tasks: 1, CPU: 1.5, RAM: 2, GPU: 0.25, Time: 10}
	}
	fs[2].Usage.Day = day.AddDate(0, 0, 1).Add(5 * time.Hour)
	fs[3].Usage.User, fs[3].Usage.Project = "bob", "p2"
	fs[1].Usage.Nice = godocker.Amounts{CPU: 1.5, RAM: 2, GPU: 0.25, Time: 10}
	fs[2].Usage.Nice = fs[1].Usage.Nice
	h.finish(fs[:2]...)
	h.finish(fs...) // the first two have moved and must not be counted again
	first := godocker.Usage{Day: day, User: "ann", Project: "p1", Tasks: 2, CPU: 3, RAM: 4, GPU: 0.5, Time: 20, Nice: fs[1].Usage.Nice}
	third := godocker.Usage{Day: day.AddDate(0, 0, 1), User: "ann", Project: "p1", Tasks: 1, CPU: 1.5, RAM: 2, GPU: 0.25, Time: 10, Nice: fs[1].Usage.Nice}
	fourth := fs[3].Usage
	for _, c := range []struct {
		name, user, project string
		from                time.Time
		want                []godocker.Usage
	}{
		{"all", "", "", time.Time{}, []godocker.Usage{first, fourth, third}},
		{"user", "ann", "", day, []godocker.Usage{first, third}},
		{"project", "", "p2", day, []godocker.Usage{fourth}},
		{"later", "", "", day.Add(30 * time.Hour), []godocker.Usage{third}},
	} {
		us, err := h.s.Usage(h.Context(), c.user, c.project, c.from)
		h.ok(err)
		h.same(c.name, us, c.want)
	}
	h.ok(h.s.ResetUsage(h.Context(), "p1", day.AddDate(0, 0, 1)))
	h.ok(h.s.ResetUsage(h.Context(), "p1", day.AddDate(0, 0, 1))) // again, which changes nothing
	us, err := h.s.Usage(h.Context(), "", "p1", time.Time{})
	h.ok(err)
	sums := map[time.Time]godocker.Usage{}
	for _, u := range us {
		sum := sums[u.Day]
		sum.Add(u)
		sums[u.Day] = sum
	}
	h.same("the day before a reset", sums[day], godocker.Usage{Tasks: 2, CPU: 3, RAM: 4, GPU: 0.5, Time: 20, Nice: first.Nice})
	h.same("the day of a reset", sums[third.Day], godocker.Usage{})
	us, err = h.s.Usage(h.Context(), "ann", "p1", time.Time{})
	h.ok(err)
	h.same("of a member", us, []godocker.Usage{first, third})

	before := sums[day]
	h.ok(h.s.ResetUserUsage(h.Context(), "ann", time.Time{}))
	h.ok(h.s.ResetUserUsage(h.Context(), "ann", time.Time{})) // again, which changes nothing
	of := func(user, project string) (sum godocker.Usage) {
		us, err := h.s.Usage(h.Context(), user, project, time.Time{})
		h.ok(err)
		for _, u := range us {
			sum.Add(u)
		}
		return sum
	}
	h.same("of a person after a reset", of("ann", ""), godocker.Usage{})
	h.same("of the project after that", of("", "p1"), before)
	h.same("of another person after that", of("bob", ""), godocker.Usage{Tasks: fourth.Tasks, CPU: fourth.CPU, RAM: fourth.RAM, GPU: fourth.GPU, Time: fourth.Time})
}
