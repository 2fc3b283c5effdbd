package storetest

import (
	"time"

	"godocker"
	"godocker/store"
)

// rich is a task with a value in every field.
func rich() godocker.Task {
	t := plain("ann")
	t.User = godocker.Owner{ID: "ann", UID: 1001, GID: 1002, Groups: []int{5, 6}, Email: "ann@example.org", Home: "/home/ann", Project: "p1"}
	t.Meta = godocker.Meta{Name: "Näme 'quoted'", Description: "100% _done_", Tags: []string{"red", "blue sky"}, RescheduledFrom: 7}
	t.Notify.Email = true
	t.Requirements = godocker.Requirements{CPU: 1.5, RAM: 0.25, GPUs: 1, Labels: []string{"a==b"}, Dependencies: []string{"ok:1"},
		TmpStorage: "10g", Ports: []int{22}, URIs: []string{"https://example.org/x"}, Retry: 3, MaxLifespan: time.Hour, Network: "user",
		Executor: "sge:long", TicketShare: 0.5, Resources: map[string]string{"disk": "ssd"}, UserQuota: godocker.Quota{CPU: 1},
		ProjectQuota: godocker.Quota{Disk: 9}, FailurePolicy: 2}
	t.Container = godocker.Container{Image: "debian:12", Network: true, Root: true,
		Volumes: []godocker.Volume{{Name: "home", ACL: godocker.ReadWrite, Path: "/h", Mount: "/m"}}}
	t.Command = godocker.Command{Interactive: true, Script: "#!/bin/bash\necho \"it's ✓ 100%\"\x0a? $1\n"}
	return t
}

func submit(h *harness) {
	want := rich()
	want.Detail = "new"
	ids, err := h.s.Submit(h.Context(), []godocker.Task{want, plain("bob")})
	h.ok(err)
	h.same("ids", ids, []int64{1, 2})
	want.ID, want.State = 1, godocker.Pending
	h.same("task", h.task(1), want)
	_, err = h.s.Task(h.Context(), 99)
	h.code(err, godocker.NotFound, "Task")
	h.same("events", h.events(), []godocker.Event{
		{Seq: 1, At: epoch, Kind: godocker.EventSubmitted, TaskID: 1, User: "ann", Project: "p1", To: godocker.Pending},
		{Seq: 2, At: epoch, Kind: godocker.EventSubmitted, TaskID: 2, User: "bob", Project: "default", To: godocker.Pending},
	})
	want.Requirements.Array.Values, want.Needs = "1:2", nil
	_, err = h.s.Submit(h.Context(), []godocker.Task{want})
	h.ok(err)
	qs, err := h.s.Queue(h.Context(), []godocker.State{godocker.Pending}, []int64{1, 2, 4, 5}, 0, 0)
	h.ok(err)
	for i, k := range qs {
		h.same("labels in the queue", k.Labels, [][]string{{"a==b"}, nil, {"a==b"}, {"a==b"}}[i])
		h.same("gpus in the queue", k.GPUs, []int{1, 0, 1, 1}[i])
	}
	h.same("queued", len(qs), 4)
	h.ok(h.s.Ping(h.Context()))
	ids, err = h.s.Submit(h.Context(), nil)
	if err != nil || len(ids) != 0 {
		h.Errorf("Submit of nothing = %v, %v", ids, err)
	}
}

// array submits an array of n elements, all in one call.
func (h *harness) array(values string) (parent int64, elements []int64) {
	h.Helper()
	t := plain("ann")
	t.Requirements.Array.Values = values
	ids, err := h.s.Submit(h.Context(), []godocker.Task{t})
	h.ok(err)
	return ids[0], h.task(ids[0]).Requirements.Array.Tasks
}

func submitArray(h *harness) {
	before := h.submit(3)
	parent, elements := h.array("1:9:4%2")
	h.same("ids", append([]int64{parent}, elements...), []int64{before[2] + 1, before[2] + 2, before[2] + 3, before[2] + 4})
	h.same("array", h.task(parent).Requirements.Array, godocker.Array{Values: "1:9:4%2", Count: 3, Tasks: elements})
	ts, err := h.s.List(h.Context(), store.Query{Parent: parent, After: 1})
	h.ok(err)
	h.same("Query.Parent", idsOf(ts), elements)
	for i, t := range ts {
		h.same("element", t.Requirements.Array, godocker.Array{Values: "1:9:4%2", TaskID: int64(1 + 4*i)})
		h.same("ParentID", t.ParentID, parent)
	}
	h.same("script", h.task(elements[1]).Command.Script, h.task(parent).Command.Script)
	h.same("next id", h.submit(1), []int64{elements[2] + 1})
	n, err := h.s.Count(h.Context())
	h.ok(err)
	h.same("pending", n[godocker.Pending], 8)
	bad := plain("ann")
	bad.Requirements.Array.Values = "5:1"
	_, err = h.s.Submit(h.Context(), []godocker.Task{bad})
	h.code(err, godocker.Invalid, "Submit of an array without elements")
	bad = plain("ann")
	bad.ParentID = parent
	_, err = h.s.Submit(h.Context(), []godocker.Task{bad})
	h.code(err, godocker.Invalid, "Submit of an element without its array")
}

// arrayQueue asks about arrays as a scheduler does.
func arrayQueue(h *harness) {
	h.submit(1)
	parent, elements := h.array("3:8%2")
	all := []godocker.State{godocker.Pending, godocker.Starting, godocker.Running}
	qs, err := h.s.Queue(h.Context(), all, nil, 0, 0)
	h.ok(err)
	h.same("queue", len(qs), 1)
	qs, err = h.s.Queue(h.Context(), all, elements[:2], 0, 0)
	h.ok(err)
	h.same("queue of elements", len(qs), 2)
	h.claim(elements[0])
	as, err := h.s.Arrays(h.Context(), nil)
	h.ok(err)
	h.same("arrays", as, []godocker.QueuedArray{{ID: parent, Range: godocker.Range{First: 3, Last: 8, Step: 1, Parallel: 2}, Waiting: 5, Held: 1}})
	as, err = h.s.Arrays(h.Context(), []int64{1})
	h.ok(err)
	h.same("no array", len(as), 0)
	qs, err = h.s.Elements(h.Context(), parent, elements[1], 2)
	h.ok(err)
	h.same("elements", []int64{qs[0].ID, qs[1].ID, qs[0].ParentID, qs[0].Element}, []int64{elements[2], elements[3], parent, 5})
	fates, err := h.s.Fates(h.Context(), []int64{1, parent, elements[0], 999})
	h.ok(err)
	h.same("fates", fates, map[int64]godocker.Fate{1: {State: godocker.Pending}, parent: {State: godocker.Running, Started: true}, elements[0]: {State: godocker.Starting}})
}

func idsOf(ts []godocker.Task) []int64 {
	ids := []int64{}
	for _, t := range ts {
		ids = append(ids, t.ID)
	}
	return ids
}

func lists(h *harness) {
	make := func(user, project, name string, at time.Duration, tags ...string) godocker.Task {
		t := plain(user)
		t.User.Project, t.Meta.Name, t.Meta.Tags, t.Submitted = project, name, tags, epoch.Add(at)
		return t
	}
	_, err := h.s.Submit(h.Context(), []godocker.Task{
		make("ann", "p1", "Alpha", 0, "red"),
		make("ann", "p2", "beta", time.Hour, "redder"),
		make("bob", "p1", "gamma%", 2*time.Hour),
		make("bob", "p3", "ÉTÉ", 3*time.Hour, "Red"),
	})
	h.ok(err)
	h.claim(2)
	for _, c := range []struct {
		name string
		q    store.Query
		want []int64
	}{
		{"all", store.Query{}, []int64{4, 3, 2, 1}},
		{"ids", store.Query{IDs: []int64{1, 3, 77}}, []int64{3, 1}},
		{"states", store.Query{States: []godocker.State{godocker.Starting, godocker.Over}}, []int64{2}},
		{"user", store.Query{User: "ann"}, []int64{2, 1}},
		{"project", store.Query{Project: "p1"}, []int64{3, 1}},
		{"user and project", store.Query{User: "ann", Project: "p1"}, []int64{1}},
		{"shared", store.Query{User: "ann", Shared: []string{"p1"}}, []int64{3, 2, 1}},
		{"shared, one project", store.Query{User: "ann", Shared: []string{"p1"}, Project: "p1"}, []int64{3, 1}},
		{"shared, limit", store.Query{User: "ann", Shared: []string{"p1", "p3"}, Limit: 2}, []int64{4, 3}},
		{"shared, skip", store.Query{User: "ann", Shared: []string{"p1", "p3"}, Limit: 2, Skip: 1}, []int64{3, 2}},
		{"shared, after", store.Query{User: "ann", Shared: []string{"p1", "p3"}, After: 1, Limit: 2}, []int64{2, 3}},
		{"shared, states", store.Query{User: "ann", Shared: []string{"p1"}, States: []godocker.State{godocker.Starting}}, []int64{2}},
		{"shared, text", store.Query{User: "ann", Shared: []string{"p1"}, Text: "gamma", Limit: 5}, []int64{3}},
		{"only shared", store.Query{Shared: []string{"p2", "p3"}}, []int64{4, 2}},
		{"outcomes", store.Query{Outcomes: godocker.Unsuccessful}, nil},
		{"name", store.Query{Name: "beta"}, []int64{2}},
		{"whole", store.Query{Whole: true, Limit: 2}, []int64{4, 3}},
		{"tag", store.Query{Tag: "red"}, []int64{1}},
		{"text", store.Query{Text: "ALPH"}, []int64{1}},
		{"text in a tag", store.Query{Text: "dde"}, []int64{2}},
		{"percent", store.Query{Text: "a%"}, []int64{3}},
		{"not a pattern", store.Query{Text: "b_ta"}, nil},
		{"beyond ASCII", store.Query{Text: "été"}, []int64{4}},
		{"since", store.Query{Since: epoch.Add(2 * time.Hour)}, []int64{4, 3}},
		{"until", store.Query{Until: epoch.Add(2 * time.Hour)}, []int64{2, 1}},
		{"limit", store.Query{Limit: 2}, []int64{4, 3}},
		{"skip", store.Query{Limit: 2, Skip: 1}, []int64{3, 2}},
	} {
		ts, err := h.s.List(h.Context(), c.q)
		h.ok(err)
		h.same(c.name, idsOf(ts), c.want)
		for _, t := range ts {
			if t.Command.Script != "" {
				h.Errorf("%s: task %d comes with its script", c.name, t.ID)
			}
		}
	}
}

func listFinished(h *harness) {
	h.submit(4)
	for i, id := range []int64{3, 1, 2} { // in this order, an hour apart
		h.now = epoch.Add(time.Duration(i+1) * time.Hour)
		h.lead()
		_, err := h.s.Decide(h.Context(), h.lease, h.now, []store.Verdict{{ID: id, Outcome: godocker.Killed}})
		h.ok(err)
	}
	for before, want := range map[time.Duration][]int64{time.Hour: nil, 2 * time.Hour: {3}, 4 * time.Hour: {3, 1, 2}} {
		ts, err := h.s.List(h.Context(), store.Query{States: []godocker.State{godocker.Over}, FinishedBefore: epoch.Add(before)})
		h.ok(err)
		h.same(before.String(), idsOf(ts), want)
	}
}

func listCursor(h *harness) {
	ids := h.submit(25)
	var down, up []int64
	for q := (store.Query{Limit: 10}); ; {
		ts, err := h.s.List(h.Context(), q)
		h.ok(err)
		if len(ts) == 0 {
			break
		}
		down = append(down, idsOf(ts)...)
		q.Before = down[len(down)-1]
	}
	for q := (store.Query{Limit: 10, After: ids[4]}); ; {
		ts, err := h.s.List(h.Context(), q)
		h.ok(err)
		if len(ts) == 0 {
			break
		}
		up = append(up, idsOf(ts)...)
		q.After = up[len(up)-1]
	}
	h.same("upwards", up, ids[5:])
	if len(down) != 25 || down[0] != ids[24] || down[24] != ids[0] {
		h.Errorf("downwards: %v", down)
	}
}

func wishes(h *harness) {
	ids := h.submit(3)
	wish := func(id int64, k godocker.WishKind) godocker.Task {
		t, err := h.s.Wish(h.Context(), id, godocker.Wish{Kind: k, By: "bob", Asked: h.tick()})
		h.ok(err)
		return t
	}
	t := wish(ids[0], godocker.WishSuspend)
	h.same("wish", t.Wish, godocker.Wish{Kind: godocker.WishSuspend, By: "bob", Asked: h.now})
	if t.Command.Script != "" {
		h.Error("Wish returns the script")
	}
	h.same("replaced", wish(ids[0], godocker.WishKill).Wish.Kind, godocker.WishKill)
	h.same("kept", wish(ids[0], godocker.WishResume).Wish.Kind, godocker.WishKill)
	var texts []string
	for _, e := range h.events()[3:] {
		if e.Kind != godocker.EventWished || e.From != "" || e.To != godocker.Pending {
			h.Errorf("event %+v", e)
		}
		texts = append(texts, e.Text)
	}
	h.same("events", texts, []string{"suspend", "kill"})
	qs, err := h.s.Queue(h.Context(), []godocker.State{godocker.Pending}, ids, 0, 0)
	h.ok(err)
	h.same("kill in the queue", []bool{qs[0].Kill, qs[1].Kill}, []bool{true, false})
	ts, err := h.s.Wishes(h.Context(), []godocker.State{godocker.Pending, godocker.Running})
	h.ok(err)
	h.same("Wishes", idsOf(ts), ids[:1])
	ts, err = h.s.Wishes(h.Context(), []godocker.State{godocker.Running})
	h.ok(err)
	h.same("Wishes of other states", idsOf(ts), nil)

	h.through(ids[1])
	_, err = h.s.Wish(h.Context(), ids[1], godocker.Wish{Kind: godocker.WishKill, By: "bob", Asked: h.tick()})
	h.code(err, godocker.Conflict, "killing what is over")
	h.same("archive", wish(ids[1], godocker.WishArchive).Wish.Open(), true)
	_, err = h.s.Wish(h.Context(), 99, godocker.Wish{Kind: godocker.WishKill, By: "bob", Asked: h.tick()})
	h.code(err, godocker.NotFound, "wishing for nobody")
}
