package finish

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godocker"
	"godocker/executor"
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

// An engine that crashed says 0 of what ended meanwhile. The runner knows better.
func TestSuccessThatWasNone(t *testing.T) {
	code := 0
	for _, one := range []struct {
		file, text string
		want       godocker.Outcome
		reason     string
	}{
		{spec.ResultFile(1), `{"exit_code": 0}`, godocker.Succeeded, ""},
		{spec.ResultFile(1), `{"exit_code": 3}`, godocker.Failed, "exit code 3"},
		{spec.ResultFile(1), `{"exit_code": 126, "error": "no such thing"}`, godocker.CannotStart, "no such thing"},
		{spec.ReserveFile(1), strings.Repeat(" ", spec.ReserveSize), godocker.NodeLost, "did not come to its end"},
		{spec.ReserveFile(1), "", godocker.Succeeded, ""}, // there was no room for the result
	} {
		room := &Room{Dirs: jobdir.New(t.TempDir(), 0o750)}
		task := godocker.Task{ID: 7, Life: godocker.Life{Attempt: 1, ExitCode: &code}}
		file := filepath.Join(room.Dirs.Path(&task), one.file)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(one.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if f := room.judge(&task); f.Outcome != one.want || !strings.Contains(f.Reason, one.reason) {
			t.Errorf("%s %.40s: %s, %q; want %s, %q", one.file, one.text, f.Outcome, f.Reason, one.want, one.reason)
		}
	}
}

// An engine that crashed may begin a container once more. The attempt ended as it did the first time.
func TestBegunOnceMore(t *testing.T) {
	code := spec.ExitRepeated
	for text, want := range map[string]struct {
		outcome godocker.Outcome
		code    int
	}{
		`{"exit_code": 0}`:                    {godocker.Succeeded, 0},
		`{"exit_code": 3}`:                    {godocker.Failed, 3},
		`{"exit_code": 125}`:                  {godocker.Failed, 125}, // the script itself said so
		`{"exit_code": 143, "stopped": true}`: {godocker.NodeLost, 125},
	} {
		room := &Room{Dirs: jobdir.New(t.TempDir(), 0o750)}
		task := godocker.Task{ID: 7, Life: godocker.Life{Attempt: 1, ExitCode: &code}}
		file := filepath.Join(room.Dirs.Path(&task), spec.ResultFile(1))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if f := room.judge(&task); f.Outcome != want.outcome || f.ExitCode == nil || *f.ExitCode != want.code {
			t.Errorf("%s: %+v; want %+v", text, f, want)
		}
	}
}

// What a lost node had done is not lost.
func TestEndBeforeTheLoss(t *testing.T) {
	for text, want := range map[string]struct {
		outcome godocker.Outcome
		code    int // -1 = none
		again   bool
	}{
		`{"exit_code": 0}`:                    {godocker.Succeeded, 0, false},
		`{"exit_code": 3}`:                    {godocker.Failed, 3, false},
		`{"exit_code": 143, "stopped": true}`: {godocker.NodeLost, -1, true},
		`{"exit_code": 0, "stopped": true}`:   {godocker.NodeLost, -1, true},
		``:                                    {godocker.NodeLost, -1, true},
	} {
		room := &Room{Dirs: jobdir.New(t.TempDir(), 0o750)}
		task := godocker.Task{ID: 7, Life: godocker.Life{Attempt: 1, Outcome: godocker.NodeLost, Reason: "it went away"}, Requirements: godocker.Requirements{Retry: 1}}
		file := filepath.Join(room.Dirs.Path(&task), spec.ResultFile(1))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); text != "" && err != nil {
			t.Fatal(err)
		}
		f := room.judge(&task)
		code := -1
		if f.ExitCode != nil {
			code = *f.ExitCode
		}
		if f.Outcome != want.outcome || code != want.code || f.Again != want.again {
			t.Errorf("%s: %s with %d, again %v, %q; want %+v", text, f.Outcome, code, f.Again, f.Reason, want)
		}
	}
}

// A runner that cannot write to the folder has not run the script.
func TestFolderThatCannotBeWrittenTo(t *testing.T) {
	room := &Room{Dirs: jobdir.New(t.TempDir(), 0o750), Executors: map[string]executor.Executor{"e": runs{}}}
	code := spec.ExitCannotRun
	task := godocker.Task{ID: 7, Life: godocker.Life{Attempt: 1, ExitCode: &code, Executor: "e"}, Requirements: godocker.Requirements{Retry: 1}}
	if err := os.MkdirAll(room.Dirs.Path(&task), 0o755); err != nil {
		t.Fatal(err)
	}
	if f := room.judge(&task); f.Outcome != godocker.EngineError || !f.Again || !strings.Contains(f.Reason, "disk is full") {
		t.Errorf("%s, again %v, %q", f.Outcome, f.Again, f.Reason)
	}
	marker := filepath.Join(room.Dirs.Path(&task), spec.Marker(1))
	if err := os.MkdirAll(filepath.Dir(marker), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(marker, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if f := room.judge(&task); f.Outcome != godocker.Failed || f.Again {
		t.Errorf("of a script that ended so itself: %s, again %v, %q", f.Outcome, f.Again, f.Reason)
	}
}

// runs is an executor whose attempts are run by the runner.
type runs struct{ executor.Executor }

func (runs) Capabilities() executor.Capabilities { return executor.Capabilities{Runner: true} }
