package executortest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godocker"
	"godocker/executor"
)

func contains(text, word string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(word))
}

func (s suite) nodes(t *testing.T) {
	nodes, err := s.New(t).Nodes(t.Context())
	if err != nil || len(nodes) == 0 {
		t.Fatalf("Nodes = %+v, %v; want at least one", nodes, err)
	}
	seen := map[string]bool{}
	for _, n := range nodes {
		if n.Name == "" || seen[n.Name] || !n.Down && (n.CPU <= 0 || n.RAM <= 0) {
			t.Errorf("%+v: no name, not the only one of it, or without capacity", n)
		}
		seen[n.Name] = true
	}
}

const memoryLimit = 64 << 20

func (s suite) memory(t *testing.T) {
	e := s.New(t)
	if !e.Capabilities().Limits {
		t.Skip("the engine enforces no limits")
	}
	var hungry []executor.Assignment
	switch {
	case s.Hungry != nil:
		hungry = append(hungry, s.Hungry())
	case s.Shell != nil: // the first process itself, and one that it started
		hungry = append(hungry, s.Shell("exec tail /dev/zero"), s.Shell("tail /dev/zero; exit $?"))
	default:
		t.Skip("the engine runs no script")
	}
	for _, a := range hungry {
		a = s.task(a)
		a.RAM = memoryLimit
		got := s.wait(t, e, s.start(t, e, a), executor.Exited)
		if !e.Capabilities().TellsMemory {
			if got.ExitCode != 137 {
				t.Errorf("%q: %+v, want 137", a.Command, got)
			}
			continue
		}
		if got.Outcome != godocker.OutOfMemory || !contains(got.Reason, "used more than its 64 MB") || got.ExitCode != 137 {
			t.Errorf("%q: %+v, want out of memory with a reason and 137", a.Command, got)
		}
	}
}

// holds runs a script that must end with 0.
func (s suite) holds(t *testing.T, change func(*executor.Assignment), script string) {
	t.Helper()
	if s.Shell == nil {
		t.Skip("the engine runs no script")
	}
	e := s.New(t)
	a := s.task(s.Shell(script))
	change(&a)
	if got := s.wait(t, e, s.start(t, e, a), executor.Exited); got.ExitCode != 0 {
		t.Errorf("%s: %+v", script, got)
	}
}

func (s suite) network(t *testing.T) {
	if !s.New(t).Capabilities().Network {
		t.Skip("the engine does not keep tasks from the network")
	}
	// An engine may list devices that are down; no route is what counts.
	const noRoute = `[ "$(wc -l </proc/net/route)" -le 1 ]`
	s.holds(t, func(a *executor.Assignment) { a.Network = false }, noRoute)
	s.holds(t, func(a *executor.Assignment) { a.Network = true }, "! "+noRoute)
}

func (s suite) environment(t *testing.T) {
	s.holds(t, func(a *executor.Assignment) {
		a.Env = map[string]string{"GREETING": "a 'b' $c\nd", "EMPTY": ""}
		a.WorkDir = "/tmp"
	}, `[ "$GREETING" = "a 'b' \$c
d" ] && [ "${EMPTY-unset}" = "" ] && [ -n "$PATH" ] && [ "$(pwd)" = /tmp ]`)
}

func (s suite) mounts(t *testing.T) {
	dir := openFolder(t)
	if err := os.WriteFile(filepath.Join(dir, "in"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.holds(t, func(a *executor.Assignment) {
		a.Mounts = append(a.Mounts,
			executor.Mount{Source: dir, Target: "/rw"},
			executor.Mount{Source: dir, Target: "/ro", ReadOnly: true},
			executor.Mount{Source: filepath.Join(dir, "in"), Target: "/file", ReadOnly: true})
	}, "test -s /ro/in && test -s /file && echo y >/rw/out && test -s /ro/out && ! touch /ro/in && ! touch /file")

	e := s.New(t)
	bad := s.task(s.Run(0, 0))
	gone := filepath.Join(dir, "gone")
	bad.Mounts = []executor.Mount{{Source: gone, Target: "/gone"}}
	if got, err := e.Start(t.Context(), bad); err == nil {
		status := s.wait(t, e, s.start(t, e, bad), executor.Exited)
		if status.Outcome != godocker.CannotStart {
			t.Errorf("a mount whose source is missing: %+v, %+v", got, status)
		}
	}
	if _, err := os.Stat(gone); err == nil {
		t.Error("the missing source of a mount was made")
	}
}

// mountsInMounts holds that what is mounted inside another mount is seen there, and
// that each keeps its own access.
func (s suite) mountsInMounts(t *testing.T) {
	outer, inner := openFolder(t), openFolder(t)
	if err := os.Mkdir(filepath.Join(outer, "in"), 0o755); err != nil {
		t.Fatal(err)
	}
	both := []executor.Mount{{Source: outer, Target: "/out", ReadOnly: true}, {Source: inner, Target: "/out/in"}}
	for range 2 {
		s.holds(t, func(a *executor.Assignment) { a.Mounts = append(a.Mounts, both...) },
			"touch /out/in/x && ! touch /out/y && test -e /out/in/x")
		both[0], both[1] = both[1], both[0]
	}
	if left, err := os.ReadDir(filepath.Join(outer, "in")); err != nil || len(left) > 0 {
		t.Errorf("the mount point holds %v, %v", left, err)
	}
}

// privilege holds that a script cannot get more rights than it was given.
func (s suite) privilege(t *testing.T) {
	s.holds(t, func(*executor.Assignment) {}, `grep -q "NoNewPrivs:.*1" /proc/self/status`)
}
