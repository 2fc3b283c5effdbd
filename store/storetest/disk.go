package storetest

import (
	"context"
	"errors"

	"godocker"
	"godocker/store"
)

// disks holds that the folder of a task is counted to its owner once, whoever counts
// it, and given back once.
func disks(h *harness) {
	ids := h.submit(6)
	h.ok(h.s.CreateUser(h.Context(), godocker.User{ID: "ann", UID: 1001, DiskUsed: 7}))
	used := func(what string, want int64) {
		h.Helper()
		u, err := h.s.User(h.Context(), "ann")
		h.ok(err)
		h.same(what, u.DiskUsed, want)
		p, err := h.s.Project(h.Context(), godocker.DefaultProject)
		h.ok(err)
		h.same(what+", in the project", p.DiskUsed, want)
	}
	uncounted := func(after int64, limit int) []int64 {
		h.Helper()
		ts, err := h.s.Uncounted(h.Context(), after, limit)
		h.ok(err)
		return idsOf(ts)
	}
	used("a user without tasks", 0)
	h.claim(ids[:5]...)
	for _, id := range ids[:5] {
		h.start(key(id, 1))
		h.end(0, key(id, 1))
	}
	end := func(id, disk int64) {
		f := over(id, 1)
		f.Disk = disk
		h.finish(f)
	}
	end(ids[0], 1000)
	end(ids[0], 1000)
	end(ids[1], godocker.Uncounted)
	end(ids[2], godocker.Uncounted)
	h.same("of the task", []int64{h.task(ids[0]).Disk, h.task(ids[1]).Disk, h.task(ids[5]).Disk}, []int64{1000, godocker.Uncounted, 0})
	used("after the end", 1000)

	// One that is tried again, and ended before that.
	f := over(ids[3], 1)
	f.Outcome, f.Again = godocker.NodeLost, true
	h.finish(f)
	_, err := h.s.Decide(h.Context(), h.lead(), h.tick(), []store.Verdict{{ID: ids[3], Outcome: godocker.Killed}, {ID: ids[5], Outcome: godocker.Killed}})
	h.ok(err)
	h.same("uncounted", uncounted(0, 9), ids[1:4])
	h.same("some", uncounted(ids[1], 1), ids[2:3])

	folders := []store.Folder{{ID: ids[0], Bytes: 5}, {ID: ids[1], Bytes: 200}, {ID: ids[1], Bytes: 200}, {ID: ids[3], Bytes: 0}, {ID: ids[4], Bytes: 5}, {ID: ids[5], Bytes: 5}, {ID: 99, Bytes: 5}}
	h.racing(func(ctx context.Context, _ int) error { return h.s.Counted(ctx, folders) })
	used("counted", 1200)
	h.same("left", uncounted(0, 9), ids[2:3])

	// Changes of the user, and a user that comes back, change nothing of it.
	_, err = h.s.UpdateUser(h.Context(), "ann", func(u *godocker.User) error { u.Email = "x"; return nil })
	h.ok(err)
	used("updated", 1200)
	h.ok(h.s.DeleteUser(h.Context(), "ann"))
	h.code(h.s.CreateUser(h.Context(), godocker.User{ID: "ann", UID: 4711}), godocker.Conflict, "another of the same name")
	t, err := h.s.Task(h.Context(), ids[0])
	h.ok(err)
	h.ok(h.s.CreateUser(h.Context(), godocker.User{ID: "ann", UID: t.User.UID}))
	used("back", 1200)

	h.racing(func(ctx context.Context, _ int) error {
		_, err := h.s.Archive(ctx, h.now, []int64{ids[0], ids[2], ids[4]})
		return err
	})
	used("archived", 200)
	h.same("nothing is left to count", uncounted(0, 9), nil)
	h.ok(h.s.Counted(h.Context(), []store.Folder{{ID: ids[2], Bytes: 5}}))
	h.same("archived again", h.archive(ids[0], ids[1]), ids[1:2])
	h.purge(ids[0], ids[1])
	used("all is given back", 0)
	if _, err := h.s.Task(h.Context(), ids[0]); !errors.Is(err, godocker.NotFound) {
		h.Errorf("purged: %v", err)
	}
}
