package runner_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"godocker/internal/runner/spec"
)

// startUp runs a script that does nothing, directly on this machine, and returns how
// much longer that takes than the same program by itself: all that the runner costs.
func startUp(t testing.TB, attempt int, dir string) time.Duration {
	t.Helper()
	s := spec.Spec{Task: 1, Attempt: attempt, UID: os.Getuid(), GID: os.Getgid(), Root: true, Dir: dir}
	whole := timed(t, exec.Command(godrun, s.Args()[1:]...))
	return whole - timed(t, exec.Command("/bin/true"))
}

func timed(t testing.TB, c *exec.Cmd) time.Duration {
	t.Helper()
	began := time.Now()
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v %s", c, err, out)
	}
	return time.Since(began)
}

func emptyTask(t testing.TB) string {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, spec.Script), []byte("#!/bin/true\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// The aim is 5 ms. The limit allows for a machine that is busy with other things.
func TestStartUpIsFast(t *testing.T) {
	dir := emptyTask(t)
	var took []time.Duration
	for n := range 15 {
		took = append(took, startUp(t, n+1, dir))
	}
	slices.Sort(took)
	median := took[len(took)/2]
	t.Logf("the runner adds %v (fastest %v)", median, took[0])
	if took[0] > 25*time.Millisecond {
		t.Errorf("the runner adds at least %v to every task", took[0])
	}
}

func BenchmarkStartUp(b *testing.B) {
	dir := emptyTask(b)
	var sum time.Duration
	for n := range b.N {
		sum += startUp(b, n+1, dir)
	}
	b.ReportMetric(float64(sum.Microseconds())/1000/float64(b.N), "ms/start")
}
