// Command perf measures the product and prints the figures as ratios to what the
// same machine does without it, or as rates, each with its aim and the absolute
// numbers beside it. It fails when something does not work, and not when it is
// slow. Run it by `make bench`, on a machine that does nothing else.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godocker/test/daemon"
)

const image = "godocker/busybox:1"

// A bench is what the measurements share.
type bench struct {
	ctx   context.Context
	dir   string // for everything that is made on the way
	bin   string // programs
	tasks int    // containers in the measure of throughput
	many  int    // tasks through the fake executor
	list  int    // tasks in a long list
	table table
}

func main() {
	b := &bench{}
	only := flag.String("only", "", "measure only this: docker, ssh, gateway, terminal, page, frames, fake, submit, client, api, postgres, plan, simulate, slurm, runner, idle, swarm, kubernetes; several with commas")
	flag.IntVar(&b.tasks, "tasks", 200, "containers in the measure of throughput")
	flag.IntVar(&b.many, "many", 10_000, "tasks through the fake executor")
	flag.IntVar(&b.list, "list", 1_000_000, "tasks in a long list")
	flag.StringVar(&b.dir, "dir", "", "folder to work in, kept afterwards (default: a temporary one)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	b.ctx = ctx
	err := b.all(strings.Split(*only, ","))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	b.table.print(os.Stdout)
}

func (b *bench) all(only []string) error {
	if b.dir == "" {
		dir, err := os.MkdirTemp("", "godocker-perf-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		b.dir = dir
	}
	if err := os.Chmod(b.dir, 0o755); err != nil { // tasks of users reach into it
		return err
	}
	b.bin = filepath.Join(b.dir, "bin")
	if err := daemon.Build(b.bin); err != nil {
		return err
	}
	for _, m := range []struct {
		name string
		run  func() error
	}{
		{"docker", b.docker}, {"ssh", b.ssh}, {"gateway", b.gateway}, {"terminal", b.terminal}, {"page", b.page}, {"frames", b.frames}, {"fake", b.fake}, {"submit", b.submit}, {"client", b.client}, {"api", b.api}, {"postgres", b.postgres}, {"plan", b.plan}, {"simulate", b.simulate}, {"slurm", b.slurm}, {"runner", b.runner}, {"idle", b.idle}, {"swarm", b.swarm}, {"kubernetes", b.kubernetes},
	} {
		if only[0] != "" && !slices.Contains(only, m.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "measuring: %s ...\n", m.name)
		if err := m.run(); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}

// with runs f on a server of its own.
func (b *bench) with(name string, o daemon.Options, f func(*daemon.Server) error) error {
	o.Bin, o.Dir, o.Cluster = b.bin, filepath.Join(b.dir, name), daemon.Name("perf")
	s, err := daemon.New(o)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	if err := s.Start(ctx); err != nil {
		return err
	}
	defer s.Stop()
	return f(s)
}
