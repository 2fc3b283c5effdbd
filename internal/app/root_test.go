package app_test

import (
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"godocker"
	"godocker/executor/fake"
	"godocker/store/faulty"
)

// The folder of a task as root is closed until the executor holds nothing of it, and
// its owner's as soon as the task is over, whatever call to the store fails.
func TestFolderOfARootTask(t *testing.T) {
	const uid = 4242
	as := func(k *godocker.Task) { k.Container.Root, k.User.UID, k.User.GID = true, uid, uid }
	for _, method := range []string{"", "Take", "Finish", "Unreleased"} {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s after=%t", method, after), func(t *testing.T) {
				lived(t, fake.Config{}, thrice(method, after), func(h *house) {
					ids := []int64{h.submit("run=1h", as), h.submit("run=1h exit=3", as), h.submit("run=1h", as)}
					for _, id := range ids {
						k := h.until(id, godocker.Running)
						if got := stat(t, h.dirs.Path(&k)); got.Uid != 0 || got.Mode&0o777 != 0o700 {
							t.Errorf("while it runs the folder is %d's, with %o", got.Uid, got.Mode)
						}
					}
					h.kill(ids[2])
					for _, id := range ids {
						k := h.until(id, godocker.Over)
						if got := stat(t, h.dirs.Path(&k)); got.Uid != uid {
							t.Errorf("afterwards the folder is %d's", got.Uid)
						}
					}
				})
			})
		}
	}
}

// It is its owner's also if the task ends while it waits for another attempt.
func TestFolderOfARootTaskThatWaits(t *testing.T) {
	const uid = 4242
	as := func(k *godocker.Task) { k.Container.Root, k.User.UID, k.User.GID = true, uid, uid }
	for name, tt := range map[string]struct {
		directives string
		hook       faulty.Hook
	}{
		"after a failure":     {"run=1h lost_after=1m", nil},
		"without room":        {"start_error=no_room:100 run=1h", nil},
		"Uncounted fails":     {"run=1h lost_after=1m", thrice("Uncounted", false)},
		"Counted fails":       {"run=1h lost_after=1m", thrice("Counted", false)},
		"Counted fails after": {"run=1h lost_after=1m", thrice("Counted", true)},
	} {
		t.Run(name, func(t *testing.T) {
			lived(t, fake.Config{}, tt.hook, func(h *house) {
				var ids []int64
				for range 5 {
					ids = append(ids, h.submit(tt.directives, as, retried(20)))
				}
				h.pass(10 * time.Minute)
				for _, id := range ids {
					for h.task(id).State != godocker.Pending || h.task(id).Attempt == 0 {
						h.pass(time.Second)
					}
					k := h.task(id)
					if got := stat(t, h.dirs.Path(&k)); got.Uid != 0 || got.Mode&0o777 != 0o700 {
						t.Errorf("while it waits the folder is %d's, with %o", got.Uid, got.Mode)
					}
					h.kill(id)
				}
				h.pass(3 * time.Minute)
				for _, id := range ids {
					k := h.until(id, godocker.Over)
					if got := stat(t, h.dirs.Path(&k)); got.Uid != uid || k.Outcome != godocker.Killed {
						t.Errorf("%s, and afterwards the folder is %d's", k.Outcome, got.Uid)
					}
				}
			})
		})
	}
}

func stat(t *testing.T, path string) *syscall.Stat_t {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Sys().(*syscall.Stat_t)
}
