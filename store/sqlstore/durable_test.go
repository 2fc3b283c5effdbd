package sqlstore_test

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"godocker"
	"godocker/store/sqlstore"
)

// crashEnv makes this test binary the process that is killed.
const crashEnv = "GODOCKER_TEST_CRASH_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashEnv); path != "" {
		submitForEver(path)
	}
	os.Exit(m.Run())
}

// submitForEver writes the id of each task to standard output after its Submit has
// returned.
func submitForEver(path string) {
	s, err := sqlstore.Open(ctx, path, slog.New(slog.DiscardHandler))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for {
				ids, err := s.Submit(ctx, []godocker.Task{typical()})
				mu.Lock()
				fmt.Println(ids, err)
				mu.Unlock()
			}
		})
	}
	all.Wait()
}

// TestCrash kills a process while it submits. Whatever it was told to be stored must
// be there.
func TestCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "godocker.db")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), crashEnv+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var told []int64
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var id int64
		if n, _ := fmt.Sscanf(lines.Text(), "[%d] <nil>", &id); n != 1 {
			break // the last line, cut short
		}
		if told = append(told, id); len(told) == 500 {
			cmd.Process.Kill()
		}
	}
	cmd.Wait()
	if len(told) < 500 {
		t.Fatalf("only %d tasks were stored", len(told))
	}
	s := open(t, path)
	for _, id := range told {
		if k, err := s.Task(t.Context(), id); err != nil || k.Command.Script != typical().Command.Script {
			t.Errorf("task %d is lost: %v", id, err)
		}
	}
	whole(t, s, len(told))
}

// whole checks that tasks, events and counts agree, and that there are at least so
// many tasks. It returns how many there are.
func whole(t *testing.T, s *sqlstore.Store, least int) int {
	t.Helper()
	es, err := s.Events(t.Context(), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	tasks := map[int64]bool{}
	for i, e := range es {
		if e.Seq != int64(i+1) {
			t.Fatalf("event %d has number %d", i+1, e.Seq)
		}
		tasks[e.TaskID] = true
	}
	n, err := s.Count(t.Context())
	if err != nil || n[godocker.Pending] != len(tasks) || len(tasks) < least {
		t.Errorf("%v counted and %d submitted, want at least %d: %v", n, len(tasks), least, err)
	}
	qs, err := s.Queue(t.Context(), godocker.States, nil, 0, 0)
	if err != nil || len(qs) != len(tasks) {
		t.Errorf("%d tasks of %d: %v", len(qs), len(tasks), err)
	}
	return len(tasks)
}

// TestReopen finds that everything outlives the process, on each engine that keeps it.
func TestReopen(t *testing.T) {
	for name, url := range map[string]string{
		"SQLite": "sqlite://" + filepath.Join(t.TempDir(), "with space %25 ?#.db"), "PostgreSQL": postgresURL(t),
	} {
		t.Run(name, func(t *testing.T) {
			s, err := sqlstore.Open(t.Context(), url, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Submit(t.Context(), []godocker.Task{typical(), typical()}); err != nil {
				t.Fatal(err)
			}
			lease, _, err := s.Acquire(t.Context(), "schedule", "a", time.Now(), time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Submit(t.Context(), []godocker.Task{typical()}); godocker.CodeOf(err) != godocker.Unavailable {
				t.Errorf("Submit after Close: %v", err)
			}
			s = open(t, url)
			whole(t, s, 2)
			if l, ok, err := s.Acquire(t.Context(), "schedule", "b", time.Now(), time.Hour); err != nil || ok || l.Term != lease.Term {
				t.Errorf("the lease is %v, %v, %v", l, ok, err)
			}
			if ids, err := s.Submit(t.Context(), []godocker.Task{typical()}); err != nil || ids[0] != 3 {
				t.Errorf("Submit = %v, %v", ids, err)
			}
		})
	}
}

func TestFileIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "godocker.db")
	open(t, path)
	for _, name := range []string{path, path + "-wal"} {
		if fi, err := os.Stat(name); err != nil || fi.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, strconv.FormatUint(uint64(fi.Mode()), 8), err)
		}
	}
}

// TestTwoProcesses has two stores on one database, as two processes would.
func TestTwoProcesses(t *testing.T) {
	for name, url := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "godocker.db"), "PostgreSQL": postgresURL(t)} {
		t.Run(name, func(t *testing.T) {
			a, b := open(t, url), open(t, url)
			changed, end := b.Changed()
			defer end()
			var all sync.WaitGroup
			for _, s := range []*sqlstore.Store{a, a, b, b} {
				all.Go(func() {
					for range 50 {
						if _, err := s.Submit(t.Context(), []godocker.Task{typical()}); err != nil {
							t.Error(err)
						}
					}
				})
			}
			all.Wait()
			whole(t, b, 200)
			for len(changed) > 0 {
				<-changed
			}
			if _, err := a.Submit(t.Context(), []godocker.Task{typical()}); err != nil {
				t.Fatal(err)
			}
			select {
			case <-changed:
			case <-time.After(20 * time.Second):
				t.Error("the other process hears nothing")
			}
		})
	}
}

// TestOpenTogether opens a new file from several sides.
func TestOpenTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "godocker.db")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			s, err := sqlstore.Open(t.Context(), path, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := s.Submit(t.Context(), []godocker.Task{typical()}); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	whole(t, open(t, path), 4)
}

func TestBadURL(t *testing.T) {
	for url, want := range map[string]godocker.Code{
		"": godocker.Invalid, "mysql://x": godocker.Invalid, "postgres://a b:c": godocker.Invalid,
		"sqlite:///no/such/folder/x.db": godocker.Unavailable, "postgres://127.0.0.1:1/x?connect_timeout=1": godocker.Unavailable,
	} {
		_, err := sqlstore.Open(t.Context(), url, slog.New(slog.DiscardHandler))
		if godocker.CodeOf(err) != want {
			t.Errorf("Open(%q): %v, want %s", url, err, want)
		}
	}
}
