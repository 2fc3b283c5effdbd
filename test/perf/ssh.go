package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"godocker/test/daemon"

	"github.com/creack/pty"
)

const sessionRuns = 11

// ssh compares the way to the prompt of an interactive task with that of `docker run`,
// and measures the runner while somebody is logged in.
func (b *bench) ssh() error {
	return b.with("ssh", daemon.Options{Config: "executors: [docker]"}, func(s *daemon.Server) error {
		if _, err := s.Client(b.ctx); err != nil {
			return err
		}
		home := filepath.Join(s.Dir, "home")
		if err := os.MkdirAll(home, 0o700); err != nil {
			return err
		}
		god := func(args ...string) *exec.Cmd {
			c := exec.CommandContext(b.ctx, filepath.Join(s.Bin, "god"), args...)
			c.Env = append(os.Environ(), "HOME="+home, "XDG_CACHE_HOME="+home)
			return c
		}
		if out, err := god("login", "-a", s.Key, "-l", s.User, "-s", "http://"+s.Address).CombinedOutput(); err != nil {
			return fmt.Errorf("god login: %w: %s", err, out)
		}
		var bare, ours []time.Duration
		var memory int64
		for range sessionRuns {
			took, err := untilPrompt(exec.CommandContext(b.ctx, "docker", "run", "--rm", "-it", image, "sh"), nil)
			if err != nil {
				return err
			}
			bare = append(bare, took)
			took, err = untilPrompt(god("job", "create", "-i", image, "-c", "0.5", "-r", "0.1", "--interactive", "--attach"), func() error {
				size, err := b.runnerMemory(s.Cluster)
				memory = max(memory, size)
				return err
			})
			if err != nil {
				return err
			}
			ours = append(ours, took)
			if out, err := god("job", "killall").CombinedOutput(); err != nil {
				return fmt.Errorf("god job killall: %w: %s", err, out)
			}
			if err := b.removed(s); err != nil {
				return err
			}
		}
		more := quantile(ours, 0.5) - quantile(bare, 0.5)
		b.table.add("submit to prompt, beyond docker run -it", ms(more), "≤ 300 ms", "median %s, by god and ssh; docker run -it: %s", ms(quantile(ours, 0.5)), ms(quantile(bare, 0.5)))
		b.table.add("runner with a session open", fmt.Sprintf("%.1f MB", float64(memory)/(1<<20)), "< 15 MB", "RSS")
		return nil
	})
}

// untilPrompt runs a program on a terminal until a shell prompts there, and then leaves.
func untilPrompt(c *exec.Cmd, there func() error) (time.Duration, error) {
	began := time.Now()
	tty, err := pty.Start(c)
	if err != nil {
		return 0, err
	}
	defer tty.Close()
	var seen bytes.Buffer
	buf := make([]byte, 4096)
	for !prompts(seen.String()) {
		n, err := tty.Read(buf)
		if seen.Write(buf[:n]); err != nil {
			return 0, fmt.Errorf("%s did not come to a prompt: %w: %s", filepath.Base(c.Path), err, seen.String())
		}
	}
	took := time.Since(began)
	if there != nil {
		if err := there(); err != nil {
			return 0, err
		}
	}
	if _, err := tty.WriteString("exit\n"); err != nil {
		return 0, err
	}
	for err == nil {
		_, err = tty.Read(buf)
	}
	return took, c.Wait()
}

// prompts reports whether busybox's shell waits for a command.
func prompts(text string) bool {
	return strings.Contains(text, "/ # ") || strings.Contains(text, "~ $ ")
}

// runnerMemory is what the runner of the one container of the cluster has resident.
func (b *bench) runnerMemory(cluster string) (int64, error) {
	out, err := exec.CommandContext(b.ctx, "sh", "-c", `docker inspect -f '{{.State.Pid}}' $(docker ps -q --filter label=godocker.cluster=`+cluster+`)`).Output()
	if err != nil {
		return 0, err
	}
	var pid int
	if _, err := fmt.Sscan(string(out), &pid); err != nil {
		return 0, err
	}
	size, err := rss(pid)
	return size.all, err
}
