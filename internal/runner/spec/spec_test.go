package spec_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"godocker/internal/runner/spec"
)

func TestArgsAreParsedBack(t *testing.T) {
	for _, s := range []spec.Spec{
		{Task: 12, Attempt: 1, UID: 1000, GID: 1000, Groups: []int{10, 20}, Dir: spec.Dir},
		{Task: 1 << 40, Attempt: 3, Root: true, Tmp: true, Interactive: true, Dir: "/elsewhere",
			Mounts: []spec.Mount{{Target: "/a=b, c", Identity: "1.2"}, {Target: "/d", Identity: "3"}}},
	} {
		got, err := spec.Parse(s.Args()[2:])
		if diff := cmp.Diff(s, got); diff != "" || err != nil {
			t.Errorf("Parse(%q): %v\n%s", s.Args(), err, diff)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for name, args := range map[string][]string{
		"no user":      {"--attempt", "1"},
		"no attempt":   {"--uid", "1", "--gid", "1"},
		"bad group":    {"--attempt", "1", "--uid", "1", "--gid", "1", "--groups", "wheel"},
		"relative dir": {"--attempt", "1", "--uid", "1", "--gid", "1", "--dir", "x"},
		"odd mount":    {"--attempt", "1", "--uid", "1", "--gid", "1", "--mount", "x"},
		"extra word":   {"--attempt", "1", "--uid", "1", "--gid", "1", "x"},
		"unknown flag": {"--attempts", "1"},
	} {
		if _, err := spec.Parse(args); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestReadResult(t *testing.T) {
	dir := t.TempDir()
	if _, err := spec.ReadResult(dir, 1); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("missing result: %v", err)
	}
	state := filepath.Join(dir, spec.StateDir)
	secret := filepath.Join(t.TempDir(), "secret")
	for _, err := range []error{
		os.Mkdir(state, 0o755),
		os.WriteFile(filepath.Join(dir, spec.ResultFile(1)), []byte(`{"exit_code":3,"peak_ram":5}`), 0o644),
		os.WriteFile(secret, []byte(`{"exit_code":4}`), 0o644),
		os.Symlink(secret, filepath.Join(dir, spec.ResultFile(2))),
		syscall.Mkfifo(filepath.Join(dir, spec.ResultFile(3)), 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if r, err := spec.ReadResult(dir, 1); err != nil || r.ExitCode != 3 || r.PeakRAM != 5 {
		t.Errorf("ReadResult = %+v, %v", r, err)
	}
	for attempt, what := range map[int]string{2: "a link out of the folder", 3: "a pipe"} {
		if r, err := spec.ReadResult(dir, attempt); err == nil {
			t.Errorf("%s was read: %+v", what, r)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("--task 1 --attempt 1 --uid 1 --gid 1 --groups 1,2 --dir /x")
	f.Add("--attempt 1 --uid 1 --gid 1 --root --groups ,")
	f.Fuzz(func(t *testing.T, line string) {
		s, err := spec.Parse(strings.Fields(line))
		if err != nil {
			return
		}
		again, err := spec.Parse(s.Args()[2:])
		if diff := cmp.Diff(s, again); diff != "" || err != nil {
			t.Errorf("%q: %v\n%s", line, err, diff)
		}
	})
}
