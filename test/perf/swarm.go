package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"godocker/api"
	"godocker/test/daemon"
)

const (
	swarmTasks  = 60
	swarmRounds = 3
)

const clusterScript = "test/backends/swarm/cluster.sh"

// swarm compares tasks on a swarm of three nodes with jobs that the swarm is given itself.
func (b *bench) swarm() error {
	dir, err := os.MkdirTemp("", "gdsw-") // short: a path of a socket has few letters
	if err != nil {
		return err
	}
	if out, err := exec.CommandContext(b.ctx, clusterScript, "up", dir, "3", "1", image).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", clusterScript, err, out)
	}
	defer func() { _ = exec.Command(clusterScript, "down", dir).Run() }()
	text, err := os.ReadFile(filepath.Join(dir, "net"))
	if err != nil {
		return err
	}
	socket := "unix://" + filepath.Join(dir, "1", "docker.sock")
	config := fmt.Sprintf("executors: [swarm]\nswarm: {url: \"tcp://%s.1:2375\"}", strings.Fields(string(text))[1])
	return b.with("swarm", daemon.Options{Config: config}, func(s *daemon.Server) error {
		var theirs, ours time.Duration
		for range swarmRounds { // in turns, as other work of the machine comes and goes
			took, err := b.jobs(socket)
			if err != nil {
				return err
			}
			theirs = best(theirs, took)
			if took, err = b.throughSwarm(s); err != nil {
				return err
			}
			ours = best(ours, took)
		}
		b.table.add("a swarm's jobs / tasks on it", fmt.Sprintf("%.2f", theirs.Seconds()/ours.Seconds()), "≥ 1.0",
			"%d of sleep 1 with 1 cpu, of 6, the best of %d: %.1f s, and docker service create --mode replicated-job %.1f s", swarmTasks, swarmRounds, ours.Seconds(), theirs.Seconds())
		return nil
	})
}

// best is the shorter of two measures, of which the first may be none yet.
func best(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}

// throughSwarm submits tasks and returns when the last was over.
func (b *bench) throughSwarm(s *daemon.Server) (time.Duration, error) {
	doc := document("sleep 1")
	doc.Container.Network, doc.Requirements.CPU = nil, api.Num(1)
	_, took, err := b.through(s, clients, swarmTasks, doc)
	return took, err
}

// jobs is how long the swarm takes for the same tasks as jobs of its own.
func (b *bench) jobs(socket string) (time.Duration, error) {
	began := time.Now()
	create := fmt.Sprintf("seq %d | xargs -P 8 -I{} docker -H %s service create --quiet --detach --no-resolve-image --mode replicated-job --restart-condition none --log-driver none "+
		"--reserve-cpu 1 --limit-cpu 1 --name job{} %s sleep 1", swarmTasks, socket, image)
	if out, err := exec.CommandContext(b.ctx, "sh", "-c", create).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("docker service create: %w: %s", err, out)
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		out, err := exec.CommandContext(b.ctx, "docker", "-H", socket, "service", "ls", "--format", "{{.Replicas}}").Output()
		if err != nil {
			return 0, err
		}
		if strings.Count(string(out), "(1/1 completed)") == swarmTasks {
			break
		}
	}
	took := time.Since(began)
	out, err := exec.CommandContext(b.ctx, "sh", "-c", fmt.Sprintf("docker -H %s service rm $(docker -H %s service ls -q)", socket, socket)).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("docker service rm: %w: %s", err, out)
	}
	return took, nil
}
