package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"godocker/api"
	"godocker/test/daemon"
)

const slurmTasks = 1000

// slurm measures the whole system beside Slurm on the same machine. Slurm runs true, the
// fake executor nothing: it is the batch systems that are compared.
func (b *bench) slurm() error {
	theirs, err := b.ofSlurm()
	if err != nil {
		return err
	}
	for _, name := range []string{"single submissions", "an array"} {
		ours, err := b.finished(name == "an array")
		if err != nil {
			return err
		}
		b.table.add("finished tasks beside Slurm, "+name, fmt.Sprintf("× %.1f", ours/theirs[name]), "≥ 15",
			"%d tasks: %.0f/s, and Slurm %.0f/s", slurmTasks, ours, theirs[name])
	}
	return nil
}

// finished returns how many tasks a second a server finishes.
func (b *bench) finished(array bool) (perSecond float64, err error) {
	name := fmt.Sprint("beside-slurm-", array)
	err = b.with(name, daemon.Options{Config: manyNodes}, func(s *daemon.Server) error {
		doc, n := document("#FAKE run=0s\n"), slurmTasks
		if array {
			values := api.Text(fmt.Sprint("1:", slurmTasks))
			doc.Requirements.Array.Values, n = &values, 1
		}
		if _, err := b.submitAll(s, crowd, 1, document("#FAKE run=0s\n")); err != nil {
			return err
		}
		if _, err := b.over(s, 1); err != nil {
			return err
		}
		began := time.Now()
		if _, err := b.submitAll(s, crowd, n, doc); err != nil {
			return err
		}
		ts, err := b.over(s, lastOnes)
		if err != nil {
			return err
		}
		perSecond = rate(slurmTasks, lastOver(ts).Sub(began))
		return nil
	})
	return perSecond, err
}

// ofSlurm returns how many tasks a second Slurm finishes, submitted one by one by four
// processes, which is its best, and as an array.
func (b *bench) ofSlurm() (map[string]float64, error) {
	dir := filepath.Join(b.dir, "slurm")
	up := exec.CommandContext(b.ctx, "test/backends/slurm/up.sh", dir)
	up.Stderr = os.Stderr
	out, err := up.Output()
	if err != nil {
		return nil, fmt.Errorf("starting Slurm: %w", err)
	}
	defer func() { _ = exec.Command("test/backends/slurm/down.sh", dir).Run() }()
	env := append(os.Environ(), strings.TrimSpace(string(out)))
	run := func(script string) (string, error) {
		c := exec.CommandContext(b.ctx, "sh", "-c", script)
		c.Dir, c.Env = dir, env
		out, err := c.Output()
		return string(bytes.TrimSpace(out)), err
	}
	found := map[string]float64{}
	for name, script := range map[string]string{
		"single submissions": fmt.Sprintf("seq %d | xargs -P 4 -I{} sbatch -Q -o /dev/null --wrap true", slurmTasks),
		"an array":           fmt.Sprintf("sbatch -Q -o /dev/null -a 1-%d --wrap true", slurmTasks),
	} {
		began := time.Now()
		if _, err := run(script); err != nil {
			return nil, fmt.Errorf("submitting to Slurm: %w", err)
		}
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			left, err := run("squeue -h -t PD,R,CG,CF | head -1")
			if err != nil {
				return nil, err
			}
			if left == "" {
				break
			}
			select {
			case <-tick.C:
			case <-b.ctx.Done():
				return nil, b.ctx.Err()
			}
		}
		found[name] = rate(slurmTasks, time.Since(began))
	}
	return found, nil
}
