package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"godocker"
	"godocker/internal/jobdir"
	"godocker/test/daemon"
)

// docker compares tasks with `docker run` of the same image.
func (b *bench) docker() error {
	return b.with("docker", daemon.Options{Config: "executors: [docker]"}, func(s *daemon.Server) error {
		if err := b.throughput(s); err != nil {
			return err
		}
		return b.latency(s)
	})
}

func (b *bench) throughput(s *daemon.Server) error {
	best, how := 0.0, 0
	var all []string
	for _, p := range []int{4, 8, 16} {
		began := time.Now()
		c := exec.CommandContext(b.ctx, "sh", "-c", fmt.Sprintf("seq %d | xargs -P %d -I{} docker run --rm --network none %s true", b.tasks, p, image))
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("docker run: %w: %s", err, out)
		}
		r := rate(b.tasks, time.Since(began))
		all = append(all, fmt.Sprintf("-P %d: %.1f/s", p, r))
		if r > best {
			best, how = r, p
		}
	}
	began := time.Now()
	ts, took, err := b.through(s, clients, b.tasks, document("true"))
	if err != nil {
		return err
	}
	if err := b.removed(s); err != nil {
		return err
	}
	whole := time.Since(began)
	b.table.add("containers, to over / docker run", fmt.Sprintf("%.2f", rate(b.tasks, took)/best), "≥ 1.0",
		"%d tasks: %.1f/s to over, %.1f/s until removed; docker run --rm: %s (best -P %d)",
		b.tasks, rate(b.tasks, took), rate(b.tasks, whole), strings.Join(all, ", "), how)
	l := lags(ts)
	b.table.add("end to over, under load, p95", ms(quantile(l, 0.95)), "", "median %s", ms(quantile(l, 0.5)))
	return nil
}

// removed waits until no container of the server is left.
func (b *bench) removed(s *daemon.Server) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		out, err := exec.CommandContext(b.ctx, "docker", "ps", "-aq", "--filter", "label=godocker.cluster="+s.Cluster).Output()
		if err != nil || len(strings.TrimSpace(string(out))) == 0 {
			return err
		}
	}
	return nil
}

const latencyRuns = 21

func (b *bench) latency(s *daemon.Server) error {
	var bare, ours []time.Duration
	c, err := s.Client(b.ctx)
	if err != nil {
		return err
	}
	dirs := jobdir.New(filepath.Join(s.Dir, "shared"), 0o750)
	for range latencyRuns {
		took, err := firstLine(exec.CommandContext(b.ctx, "docker", "run", "--rm", "--network", "none", image, "echo", "hi"))
		if err != nil {
			return err
		}
		bare = append(bare, took)
		began := time.Now()
		id, err := c.Submit(b.ctx, document("echo hi"))
		if err != nil {
			return err
		}
		log := filepath.Join(dirs.Path(&godocker.Task{ID: id}), jobdir.Stdout)
		for {
			if info, err := os.Stat(log); err == nil && info.Size() > 0 {
				break
			}
			if time.Since(began) > time.Minute {
				return fmt.Errorf("task %d printed nothing", id)
			}
			time.Sleep(500 * time.Microsecond)
		}
		ours = append(ours, time.Since(began))
		if _, err := b.over(s, 1); err != nil {
			return err
		}
		if err := b.removed(s); err != nil {
			return err
		}
	}
	more := quantile(ours, 0.5) - quantile(bare, 0.5)
	b.table.add("submit to first line, beyond docker run", ms(more), "≤ 50 ms", "median %s; docker run to its first line: %s",
		ms(quantile(ours, 0.5)), ms(quantile(bare, 0.5)))
	ts, err := b.over(s, latencyRuns)
	if err != nil {
		return err
	}
	l := lags(ts)
	b.table.add("end to over, median", ms(quantile(l, 0.5)), "≤ 50 ms", "from the engine's FinishedAt to date_over")
	b.table.add("end to over, p95", ms(quantile(l, 0.95)), "≤ 50 ms", "%d tasks, one at a time", len(l))
	return nil
}

func firstLine(c *exec.Cmd) (time.Duration, error) {
	out, err := c.StdoutPipe()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := c.Start(); err != nil {
		return 0, err
	}
	_, err = bufio.NewReader(out).ReadString('\n')
	took := time.Since(began)
	if err != nil {
		return 0, fmt.Errorf("docker run printed nothing: %w", err)
	}
	return took, c.Wait()
}
