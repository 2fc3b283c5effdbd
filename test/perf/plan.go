package main

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/config"
	"godocker/internal/plan"
	"godocker/plugin"
	"godocker/plugin/builtin"
	"godocker/scheduler"
	"godocker/test/daemon"
)

// The size of the site that the plan is measured for.
const (
	planUsers  = 10_000
	planNodes  = 5_000
	planStarts = 1000
	planPasses = 15
)

// plan measures a pass over queues of growing length, and what a waiting task takes in
// memory.
func (b *bench) plan() error {
	for _, name := range []string{"fifo", "fairshare", "fairtree"} {
		policy, err := builtin.Schedulers().Open(b.ctx, plugin.Env{}, name, config.Defaults().SchedulerSection(name))
		if err != nil {
			return err
		}
		var each []time.Duration
		var bytes float64
		for _, waiting := range []int{10_000, 100_000, 1_000_000} {
			took, size := pass(policy, waiting)
			each, bytes = append(each, took), size
		}
		b.table.add("first 1,000 starts of a pass, "+name, ms(each[2]), "≤ 100 ms", "median of %d, with 1,000,000 waiting of %d users on %d nodes", planPasses, planUsers, planNodes)
		b.table.add("  growth from 10,000 waiting", fmt.Sprintf("× %.2f", float64(each[2])/float64(each[0])), "≤ 3", "%s, %s, %s with 10,000, 100,000 and 1,000,000 waiting", ms(each[0]), ms(each[1]), ms(each[2]))
		if name == "fifo" {
			b.table.add("memory of a waiting task", fmt.Sprintf("%.0f bytes", bytes), "≤ 700", "with 1,000,000 waiting")
		}
	}
	return b.leader()
}

// leader measures how long a new leader takes to know all that waits.
func (b *bench) leader() error {
	o := daemon.Options{Config: "executors: [fake]\nfake: {nodes: 1, cpu: 0.5}"}
	o.Bin, o.Dir, o.Cluster = b.bin, filepath.Join(b.dir, "leader"), daemon.Name("perf")
	s, err := daemon.New(o)
	if err != nil {
		return err
	}
	if err := b.fill(s.DatabasePath(), func(i int) string { return fmt.Sprint("user", i%planUsers) }, b.list); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(b.ctx, 2*time.Minute)
	defer cancel()
	began := time.Now()
	if err := s.Start(ctx); err != nil {
		return err
	}
	defer s.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !strings.Contains(s.LogEnd(), "the queue is in memory") {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	took := time.Since(began)
	part, size, err := atRest(s.PID())
	if err != nil {
		return err
	}
	b.table.add("a new leader knows all that waits", fmt.Sprintf("%.1f s", took.Seconds()), "≤ 15 s", "from the start of the process, %d tasks of %d users; the process has %d MB", b.list, planUsers, size.all>>20)
	b.table.add("  part of one core while they wait", fmt.Sprintf("%.2f %%", part), "< 5 %", "over %v, in which nothing changes", idleTime)
	return nil
}

// pass returns the median time of passes that start planStarts tasks, and the memory of a
// waiting task in bytes.
func pass(policy scheduler.Scheduler, waiting int) (took time.Duration, size float64) {
	before := heap()
	s := plan.New(plan.Settings{Default: "engine", Longest: 7 * 24 * time.Hour}, []string{"engine"})
	nodes := make([]executor.Node, planNodes)
	for i := range nodes {
		nodes[i] = executor.Node{Name: fmt.Sprint("node", i), CPU: 64, RAM: 256 << 30}
	}
	s.SetNodes("engine", nodes, false)
	now := time.Now()
	shares := scheduler.Snapshot{Users: map[string]scheduler.Share{}, Projects: map[string]scheduler.Share{}, Members: map[scheduler.Member]scheduler.Share{}}
	for i := range waiting {
		user, project := fmt.Sprint("user", i%planUsers), fmt.Sprint("project", i%planUsers%100)
		s.Wait(godocker.Queued{ID: int64(i + 1), User: user, Project: project, State: godocker.Pending, CPU: float64(1 + i%8), RAM: float64(1 + i%13),
			Submitted: now.Add(time.Duration(i-waiting) * time.Millisecond), Likeness: int64(i % 1000)})
		if i < planUsers {
			used := scheduler.Share{Used: godocker.Usage{Time: float64(i % 997), CPU: float64(i % 331), RAM: float64(i % 89)}, Decayed: float64(i % 997), Priority: i % 101}
			shares.Users[user], shares.Projects[project], shares.Members[scheduler.Member{User: user, Project: project}] = used, used, used
		}
	}
	size = float64(heap()-before) / float64(waiting)
	terms := plan.Terms{Now: now, Policy: policy, Shares: func(in *scheduler.Snapshot) {
		in.Users, in.Projects, in.Members = shares.Users, shares.Projects, shares.Members
	}}
	var each []time.Duration
	for range planPasses {
		began, starts := time.Now(), 0
		for d := range s.Pass(terms) {
			if d.Why == nil {
				starts++
			}
			if starts == planStarts {
				break
			}
		}
		each = append(each, time.Since(began))
	}
	runtime.KeepAlive(s)
	return quantile(each, 0.5), size
}

// heap is what of it is in use, in bytes.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what pools keep goes by the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
