package finish

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godocker"
	"godocker/internal/jobdir"
	"godocker/internal/runner/spec"
)

// Exit code 143 is no fault of a script that the engine told to end.
func TestEndedFromOutside(t *testing.T) {
	room := &Room{Dirs: jobdir.New(t.TempDir(), 0o750)}
	code := 143
	task := godocker.Task{ID: 7, Life: godocker.Life{Attempt: 1, ExitCode: &code}}
	file := filepath.Join(room.Dirs.Path(&task), spec.ResultFile(1))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]godocker.Outcome{
		`{"exit_code": 143}`:                  godocker.Failed,
		`{"exit_code": 143, "stopped": true}`: godocker.NodeLost,
		`{"exit_code": 0}`:                    godocker.NodeLost, // the engine lost the code
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if f := room.judge(&task); f.Outcome != want || !strings.Contains(f.Reason, "143") {
			t.Errorf("%s: %s, %q; want %s", text, f.Outcome, f.Reason, want)
		}
	}
	task.Wish = godocker.Wish{Kind: godocker.WishKill, By: "ann"}
	if f := room.judge(&task); f.Outcome != godocker.Killed {
		t.Errorf("killed by its owner: %s", f.Outcome)
	}
}
