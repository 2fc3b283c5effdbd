package jobdir_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"godocker"
	"godocker/internal/jobdir"
)

// The elements of an array are started together, by several processes, and none moves
// away what another has just made.
func TestElementsAreCreatedTogether(t *testing.T) {
	for range 50 {
		shared := t.TempDir()
		var all sync.WaitGroup
		for i := range 8 {
			tree := jobdir.New(shared, 0o750)
			all.Go(func() {
				e := &godocker.Task{ID: int64(10 + i), ParentID: 9, User: godocker.Owner{ID: "ann", UID: os.Getuid(), GID: os.Getgid()}}
				e.Requirements.Array.TaskID = int64(i)
				if err := tree.Create(e, nil); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		aside, err := filepath.Glob(filepath.Join(shared, "tasks/pairtree_root/9/*.before-*"))
		if err != nil || len(aside) > 0 {
			t.Fatalf("moved aside: %v, %v", aside, err)
		}
		for i := range 8 {
			if _, err := os.Stat(filepath.Join(shared, "tasks/pairtree_root/9/task", string(rune('0'+i)), "cmd.sh")); err != nil {
				t.Fatal(err)
			}
		}
	}
}
