package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"godocker/test/daemon"
)

const manyNodes = "executors: [fake]\nfake: {nodes: 100, cpu: 64}"

// lastOnes are tasks among which the last to be over is, as they come in order.
const lastOnes = 1000

// fake measures the system without an engine: whole lives of tasks that cost
// nothing, and what the process holds in memory as they pass.
func (b *bench) fake() error {
	return b.with("fake", daemon.Options{Config: manyNodes}, func(s *daemon.Server) error {
		first := b.many / 5
		if _, err := b.submitAll(s, crowd, first, document("#FAKE run=0s\n")); err != nil {
			return err
		}
		if _, err := b.over(s, 1); err != nil {
			return err
		}
		before, err := cpuTime(s.PID())
		if err != nil {
			return err
		}
		began := time.Now()
		n := b.many - first
		if _, err := b.submitAll(s, crowd, n, document("#FAKE run=0s\n")); err != nil {
			return err
		}
		submitted := time.Since(began)
		ts, err := b.over(s, lastOnes)
		if err != nil {
			return err
		}
		took := lastOver(ts).Sub(began) // and not when that was seen
		used, err := cpuTime(s.PID())
		if err != nil {
			return err
		}
		b.table.add("whole lives of tasks, fake executor", fmt.Sprintf("%.0f/s", rate(n, took)), "≥ 2000/s",
			"%d tasks over HTTP by %d clients on SQLite in %.2f s, submitted after %.2f s; %.0f µs of processor each",
			n, crowd, took.Seconds(), submitted.Seconds(), float64((used-before).Microseconds())/float64(n))
		return b.growth(s)
	})
}

// submit measures submissions alone.
func (b *bench) submit() error {
	return b.with("submit", daemon.Options{Config: manyNodes, Roles: []string{"web"}}, func(s *daemon.Server) error {
		n := b.many / 2
		took, err := b.submitAll(s, clients, n, document("true"))
		if err != nil {
			return err
		}
		b.table.add("single submissions", fmt.Sprintf("%.0f/s", rate(n, took)), "≥ 2000/s",
			"%d times POST /task by %d clients, each on disk when answered", n, clients)
		return nil
	})
}

const clientRuns = 41

// client measures the command line as a process.
func (b *bench) client() error {
	return b.with("client", daemon.Options{Config: manyNodes, Roles: []string{"web"}}, func(s *daemon.Server) error {
		home := filepath.Join(s.Dir, "home")
		if err := os.MkdirAll(home, 0o700); err != nil {
			return err
		}
		god := func(args ...string) (time.Duration, error) {
			c := exec.CommandContext(b.ctx, filepath.Join(s.Bin, "god"), args...)
			c.Env = append(os.Environ(), "HOME="+home)
			began := time.Now()
			out, err := c.CombinedOutput()
			if err != nil {
				err = fmt.Errorf("god %s: %w: %s", args[0], err, out)
			}
			return time.Since(began), err
		}
		if _, err := god("login", "-a", s.Key, "-l", s.User, "-s", "http://"+s.Address); err != nil {
			return err
		}
		var all []time.Duration
		for range clientRuns {
			took, err := god("job", "create", "-n", "perf", "-i", image, "--cmd", "true")
			if err != nil {
				return err
			}
			all = append(all, took)
		}
		b.table.add("god job create, as a process", ms(quantile(all, 0.5)), "≤ 15 ms", "median of %d; p95 %s", clientRuns, ms(quantile(all, 0.95)))
		return nil
	})
}

var perStart = regexp.MustCompile(`([0-9.]+) ms/start`)

// growth compares what the server holds in memory after as many tasks again. By then
// the page cache of the database, 8 MB, has long been full.
func (b *bench) growth(s *daemon.Server) error {
	small, err := rss(s.PID())
	if err != nil {
		return err
	}
	if _, err := b.submitAll(s, crowd, b.many, document("#FAKE run=0s\n")); err != nil {
		return err
	}
	if _, err := b.over(s, 1); err != nil {
		return err
	}
	large, err := rss(s.PID())
	if err != nil {
		return err
	}
	b.table.add("memory after twice the tasks", fmt.Sprintf("%.2f", float64(large.own)/float64(small.own)), "flat",
		"%d MB of its own (%d MB with mapped files) after %d tasks, %d MB (%d MB) after %d",
		small.own>>20, small.all>>20, b.many, large.own>>20, large.all>>20, 2*b.many)
	return nil
}

// runner runs the runner's own benchmark.
func (b *bench) runner() error {
	out, err := exec.CommandContext(b.ctx, "go", "test", "-run", "^$", "-bench", "StartUp", "-benchtime", "50x", "godocker/internal/runner").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	m := perStart.FindSubmatch(out)
	if m == nil {
		return fmt.Errorf("the benchmark printed no time: %s", out)
	}
	b.table.add("start-up of the runner", string(m[1])+" ms", "< 5 ms", "beyond the same program by itself")
	return nil
}

const idleTime = 20 * time.Second

// idle measures a server that has nothing to do.
func (b *bench) idle() error {
	return b.with("idle", daemon.Options{Config: "executors: [docker]"}, func(s *daemon.Server) error {
		if _, err := s.Client(b.ctx); err != nil {
			return err
		}
		part, size, err := atRest(s.PID())
		if err != nil {
			return err
		}
		b.table.add("idle: part of one core", fmt.Sprintf("%.2f %%", part), "< 1 %", "over %v", idleTime)
		b.table.add("idle: memory", fmt.Sprintf("%d MB", size.all>>20), "< 80 MB", "RSS; %d MB without mapped files", size.own>>20)
		return nil
	})
}

// atRest returns which part of one core a process takes, in percent, and what it has in
// memory, when what a start brings with it is over.
func atRest(pid int) (part float64, size memory, err error) {
	time.Sleep(2 * time.Second)
	before, err := cpuTime(pid)
	if err != nil {
		return 0, size, err
	}
	time.Sleep(idleTime)
	after, err := cpuTime(pid)
	if err != nil {
		return 0, size, err
	}
	size, err = rss(pid)
	return 100 * (after - before).Seconds() / idleTime.Seconds(), size, err
}

// memory is what a process has in memory, in bytes.
type memory struct {
	all int64 // resident
	own int64 // without what is mapped of files, which the machine may take back
}

func rss(pid int) (m memory, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return m, err
	}
	var size, resident, shared int64
	if _, err := fmt.Sscan(string(text), &size, &resident, &shared); err != nil {
		return m, err
	}
	page := int64(os.Getpagesize())
	return memory{all: resident * page, own: (resident - shared) * page}, nil
}

// cpuTime is what a process has used of processors.
func cpuTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0, errors.New("stat is strange")
	}
	user, err1 := strconv.ParseInt(f[11], 10, 64)
	system, err2 := strconv.ParseInt(f[12], 10, 64)
	const perSecond = 100 // ticks; the same on every Linux that Go runs on
	return time.Duration(user+system) * time.Second / perSecond, errors.Join(err1, err2)
}
