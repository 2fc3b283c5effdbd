package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/executor/fake"
	"godocker/store/faulty"
)

// What the folders of a person's tasks hold is counted to that person until they are
// archived, once, whatever call to the store fails and when the server is restarted.
func TestDiskUsage(t *testing.T) {
	hooks := map[string]faulty.Hook{"": nil}
	for _, method := range []string{"Finish", "Uncounted", "Counted", "Archive"} {
		hooks[method], hooks[method+" after"] = thrice(method, false), thrice(method, true)
	}
	for name, hook := range hooks {
		t.Run(name, func(t *testing.T) {
			lived(t, fake.Config{}, hook, func(h *house) {
				if err := h.store.CreateUser(h.t.Context(), godocker.User{ID: "ann"}); err != nil {
					t.Fatal(err)
				}
				var ids []int64
				for i := range 4 {
					id := h.submit("run=1h")
					k := h.until(id, godocker.Running)
					for n := range 1 + 1100*(i/3) { // the last one is large
						if err := os.WriteFile(filepath.Join(h.dirs.Path(&k), fmt.Sprint("file", n)), []byte(strings.Repeat("x", 10)), 0o644); err != nil {
							t.Fatal(err)
						}
					}
					ids = append(ids, id)
				}
				array := h.submit("run=1h", ofArray("3"))
				for _, id := range append(ids, array) {
					h.until(id, godocker.Over)
				}
				h.restart()
				h.pass(2 * time.Minute)
				want := h.onDisk(append(ids, h.task(array).Requirements.Array.Tasks...))
				if got := h.diskUsed(); got != want || want < 11_000 {
					t.Errorf("%d bytes are counted, want %d", got, want)
				}
				h.wish(ids[0], godocker.WishArchive)
				h.wish(ids[1], godocker.WishPurge)
				h.wish(array, godocker.WishPurge)
				h.pass(3 * time.Hour) // what could not be archived is tried again after one
				if got, want := h.diskUsed(), h.onDisk(ids[2:]); got != want {
					t.Errorf("after archiving some: %d bytes, want %d", got, want)
				}
				h.pass(12 * time.Hour)
				if got := h.diskUsed(); got != 0 {
					t.Errorf("after archiving all: %d bytes", got)
				}
			})
		})
	}
}

func (h *house) diskUsed() int64 {
	h.t.Helper()
	u, err := h.store.User(h.t.Context(), "ann")
	if err != nil {
		h.t.Fatal(err)
	}
	return u.DiskUsed
}

func (h *house) onDisk(ids []int64) (sum int64) {
	h.t.Helper()
	for _, id := range ids {
		t := h.task(id)
		n, _, err := h.dirs.Size(h.t.Context(), &t, 0)
		if err != nil {
			h.t.Fatal(err)
		}
		sum += n
	}
	return sum
}
