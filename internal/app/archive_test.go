package app_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"godocker"
	"godocker/executor/fake"
	"godocker/internal/archive"
)

// folder reports whether a task's folder is there.
func (h *house) folder(t godocker.Task) bool {
	_, err := os.Stat(h.dirs.Path(&t))
	return err == nil
}

func (h *house) gone(id int64) bool {
	_, err := h.store.Task(h.t.Context(), id)
	return errors.Is(err, godocker.NotFound)
}

func TestArchiveAndPurgeOnRequest(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		id, other := h.submit("run=1m"), h.submit("run=1m")
		h.until(id, godocker.Over)
		h.wish(id, godocker.WishArchive)
		h.pass(time.Second)
		got := h.task(id)
		if got.State != godocker.Archived || h.folder(got) || got.Wish.Done.IsZero() || got.Outcome != godocker.Succeeded {
			t.Errorf("archived: %+v", got.Life)
		}
		kept := h.task(other)
		if kept.State != godocker.Over || !h.folder(kept) {
			t.Errorf("the other one is %s", kept.State)
		}
		for _, id := range []int64{id, other} { // archived before, and not
			h.wish(id, godocker.WishPurge)
			h.pass(time.Second)
			if !h.gone(id) {
				t.Errorf("task %d is %s", id, h.task(id).State)
			}
		}
		if h.folder(kept) {
			t.Error("the folder of a purged task is still there")
		}
	})
}

// An array goes with its elements, and not before it is over for long enough itself.
func TestArrayIsArchived(t *testing.T) {
	lived(t, fake.Config{CPU: 1}, nil, func(h *house) {
		id := h.submit("run=2h", ofArray("5"))
		got := h.until(id, godocker.Over) // ten hours after the first of them
		first := h.task(got.Requirements.Array.Tasks[0])
		if first.State != godocker.Over || !h.folder(first) {
			t.Errorf("the first element is %s", first.State)
		}
		h.pass(8 * time.Hour)
		for _, e := range append([]int64{id}, got.Requirements.Array.Tasks...) {
			if k := h.task(e); k.State != godocker.Archived || h.folder(k) {
				t.Errorf("task %d is %s", e, k.State)
			}
		}
		h.wish(id, godocker.WishPurge)
		h.pass(time.Second)
		n, err := h.store.Count(h.t.Context())
		if err != nil || n[godocker.Archived] != 0 || !h.gone(id) || !h.gone(id+5) {
			t.Errorf("left: %v, %v", n, err)
		}
	})
}

// What cannot be removed keeps nothing else waiting, and is tried again.
func TestArchiveOfABadFolder(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		bad, good := h.submit("run=1m"), h.submit("run=1m")
		task := h.until(bad, godocker.Over)
		dir := h.dirs.Path(&task)
		if err := errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600)); err != nil { // no folder at all
			t.Fatal(err)
		}
		for _, id := range []int64{bad, good} {
			h.wish(id, godocker.WishArchive)
		}
		h.pass(time.Minute)
		if got := h.task(good); got.State != godocker.Archived {
			t.Errorf("the good one is %s", got.State)
		}
		if got := h.task(bad); got.State != godocker.Over {
			t.Errorf("the bad one is %s", got.State)
		}
		if err := os.Remove(dir); err != nil {
			t.Fatal(err)
		}
		h.pass(3 * time.Hour)
		if got := h.task(bad); got.State != godocker.Archived {
			t.Errorf("mended, and %s", got.State)
		}
	})
}

func TestClean(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		id, runs := h.submit("run=1m"), h.submit("run=5h")
		h.until(id, godocker.Over)
		room := &archive.Room{Store: h.store, Dirs: h.dirs, Keep: time.Minute}
		if n, err := room.Clean(h.t.Context(), []int64{id, runs, 4711}); n != 1 || !errors.Is(err, godocker.Conflict) || !errors.Is(err, godocker.NotFound) {
			t.Errorf("cleaned %d: %v", n, err)
		}
		h.until(runs, godocker.Over)
		h.pass(2 * time.Minute)
		if n, err := room.Clean(h.t.Context(), nil); n != 1 || err != nil || h.task(runs).State != godocker.Archived {
			t.Errorf("cleaned %d: %v", n, err)
		}
	})
}

func TestStoreFailsArchive(t *testing.T) {
	for _, method := range []string{"Archive", "Purge", "Wishes", "List", "Forget", "Events"} {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s after=%t", method, after), func(t *testing.T) {
				lived(t, fake.Config{CPU: 8}, thrice(method, after), func(h *house) {
					var ids []int64
					for range 5 {
						ids = append(ids, h.submit("run=1m"))
					}
					array := h.submit("run=1m", ofArray("3"))
					ids = append(ids, array)
					for _, id := range ids {
						h.until(id, godocker.Over)
						h.wish(id, godocker.WishPurge)
					}
					h.pass(8 * time.Hour)
					for _, id := range append(ids, array+1, array+3) {
						if !h.gone(id) {
							t.Errorf("task %d is %s", id, h.task(id).State)
						}
					}
					left, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(h.dirs.Path(&godocker.Task{ID: 1}))), "*"))
					if err != nil || len(left) > 0 {
						t.Errorf("folders left: %v, %v", left, err)
					}
				})
			})
		}
	}
}
