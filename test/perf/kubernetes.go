package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/clientcmd"

	"godocker"
	"godocker/executor"
	"godocker/executor/kubernetes"
	"godocker/plugin"
	"godocker/test/daemon"
)

const (
	simNodes  = 50
	simTasks  = 300
	simAtOnce = 200
	simRounds = 3
	simImage  = "godocker/simulated:"

	simCluster = "perf" // of attempts without a server
)

// kubernetes measures on a real cluster whose nodes are simulated.
func (b *bench) kubernetes() error {
	script, dir := "test/backends/kubernetes/cluster.sh", filepath.Join(b.dir, "kubernetes")
	up := exec.CommandContext(b.ctx, script, "up", dir)
	up.Stderr = os.Stderr
	defer func() { _ = exec.Command(script, "down", dir).Run() }()
	out, err := up.Output()
	if err != nil {
		return fmt.Errorf("starting Kubernetes: %w", err)
	}
	file := strings.TrimSpace(string(out))
	cfg, err := clientcmd.BuildConfigFromFlags("", file)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	sim, err := pretend(ctx, cfg, simNodes)
	if err != nil {
		return err
	}
	for _, measure := range []func() error{
		func() error { return b.besideJobs(file, sim) },
		func() error { return b.kubeMemory(ctx, file, sim) },
		func() error { return b.kubeLoss(ctx, file, sim) },
	} {
		if err := measure(); err != nil {
			return err
		}
	}
	return nil
}

// besideJobs compares tasks with one indexed Job of as many pods, and with as many Jobs: the
// best of a few rounds of each, in turns.
func (b *bench) besideJobs(file string, sim *kubesim) error {
	config := fmt.Sprintf("executors: [kubernetes]\nkubernetes: {kubeconfig: %q, node_selector: {%s: \"yes\"}, tolerations: [{key: %s}]}\n", file, simLabel, simLabel)
	return b.with("on-kubernetes", daemon.Options{Config: config}, func(s *daemon.Server) error {
		if _, err := b.throughKubernetes(s, sim, 1); err != nil {
			return err
		}
		took := map[string]time.Duration{}
		for range simRounds {
			for name, measure := range map[string]func() (time.Duration, error){
				"indexed": func() (time.Duration, error) { return b.indexed(sim) },
				"each":    func() (time.Duration, error) { return b.plainJobs(sim) },
				"ours":    func() (time.Duration, error) { return b.throughKubernetes(s, sim, simTasks) },
			} {
				now, err := measure()
				if err != nil {
					return err
				}
				took[name] = best(took[name], now)
			}
		}
		indexed, each, ours := took["indexed"].Seconds(), took["each"].Seconds(), took["ours"].Seconds()
		b.table.add("tasks on Kubernetes / an indexed Job", fmt.Sprintf("%.2f", indexed/ours), "≥ 0.9",
			"%d on %d simulated nodes, the best of %d: %.1f s; a Job of as many pods %.1f s", simTasks, simNodes, simRounds, ours, indexed)
		b.table.add("the same / as many Jobs", fmt.Sprintf("%.2f", each/ours), "", "a Job for each pod %.1f s", each)
		return nil
	})
}

// throughKubernetes submits n tasks and returns when the last was over.
func (b *bench) throughKubernetes(s *daemon.Server, sim *kubesim, n int) (time.Duration, error) {
	doc, on := document("true"), true
	doc.Container.Image, doc.Container.Network = simImage+"0s", &on
	_, took, err := b.through(s, min(crowd, n), n, doc)
	if err != nil {
		return 0, err
	}
	return took, sim.without(b.ctx, "godocker.cluster", s.Cluster)
}

const simJobs = "/apis/batch/v1/namespaces/default/jobs"

// simPod is what pods of Jobs are on simulated nodes.
var simPod = fmt.Sprintf(`{"restartPolicy":"Never","nodeSelector":{%q:"yes"},"tolerations":[{"key":%q,"operator":"Exists"}],"containers":[{"name":"task","image":"%s0s","resources":{"limits":{"cpu":"200m","memory":"100Mi"}}}]}`,
	simLabel, simLabel, simImage)

// createJob makes a Job with metadata and a specification, in JSON.
func (s *kubesim) createJob(ctx context.Context, meta, spec string) error {
	body := fmt.Sprintf(`{"kind":"Job","apiVersion":"batch/v1","metadata":{%s},"spec":{%s}}`, meta, spec)
	return s.api.Post().AbsPath(simJobs).SetHeader("Content-Type", "application/json").Body([]byte(body)).Do(ctx).Error()
}

func (b *bench) indexed(sim *kubesim) (time.Duration, error) {
	began := time.Now()
	if err := sim.createJob(b.ctx, `"name":"indexed"`, fmt.Sprintf(`"completionMode":"Indexed","completions":%d,"parallelism":%d,"template":{"spec":%s}`, simTasks, simTasks, simPod)); err != nil {
		return 0, err
	}
	for tick := time.NewTicker(50 * time.Millisecond); ; <-tick.C {
		text, err := sim.api.Get().AbsPath(simJobs + "/indexed").DoRaw(b.ctx)
		if err != nil {
			return 0, err
		}
		if strings.Contains(string(text), `"type":"`+string(batch.JobComplete)+`"`) {
			break
		}
	}
	took := time.Since(began)
	if err := sim.api.Delete().AbsPath(simJobs+"/indexed").Param("propagationPolicy", "Background").Do(b.ctx).Error(); err != nil {
		return 0, err
	}
	return took, sim.without(b.ctx, "job-name", "indexed")
}

// plainJobs makes as many Jobs of one pod, many at a time, and returns when the last pod was over.
func (b *bench) plainJobs(sim *kubesim) (time.Duration, error) {
	const name = "plain"
	began := time.Now()
	var makes errgroup.Group
	makes.SetLimit(simAtOnce)
	for i := range simTasks {
		makes.Go(func() error {
			return sim.createJob(b.ctx, fmt.Sprintf(`"name":"%s-%d","labels":{"app":%q}`, name, i, name),
				fmt.Sprintf(`"backoffLimit":0,"template":{"metadata":{"labels":{"app":%q}},"spec":%s}`, name, simPod))
		})
	}
	if err := makes.Wait(); err != nil {
		return 0, err
	}
	others := func(o any) bool {
		p, ok := o.(*core.Pod)
		return !ok || p.Labels["app"] != name || p.Status.Phase != core.PodSucceeded
	}
	for tick := time.NewTicker(50 * time.Millisecond); len(slices.DeleteFunc(sim.pods.List(), others)) < simTasks; {
		select {
		case <-tick.C:
		case <-b.ctx.Done():
			return 0, b.ctx.Err()
		}
	}
	took := time.Since(began)
	if err := sim.api.Delete().AbsPath(simJobs).Param("labelSelector", "app="+name).Param("propagationPolicy", "Background").Do(b.ctx).Error(); err != nil {
		return 0, err
	}
	return took, sim.without(b.ctx, "app", name)
}

// simulated opens an executor on the simulated nodes.
func simulated(ctx context.Context, file string) (executor.Executor, error) {
	return kubernetes.New(ctx, plugin.Env{}, kubernetes.Config{Kubeconfig: file, NodeSelector: map[string]string{simLabel: "yes"},
		Tolerations: []kubernetes.Toleration{{Key: simLabel}}, NodeLostAfter: 1})
}

func simAttempt(n int64, runs string) executor.Assignment {
	return executor.Assignment{Cluster: simCluster, Task: n, Attempt: 1, Mark: "0123456789ab", Image: simImage + runs, Command: []string{"true"}, CPU: 0.1, RAM: 64 << 20}
}

// kubeMemory runs many attempts one after the other, some at a time, and looks at what the executor
// keeps.
func (b *bench) kubeMemory(ctx context.Context, file string, sim *kubesim) error {
	e, err := simulated(ctx, file)
	if err != nil {
		return err
	}
	var next atomic.Int64
	through := func(n int64) error {
		all, group := errgroup.WithContext(ctx)
		for range simAtOnce {
			all.Go(func() error {
				for i := next.Add(1); i <= n && group.Err() == nil; i = next.Add(1) {
					if err := whole(group, e, simAttempt(i, "0s")); err != nil {
						return err
					}
				}
				return nil
			})
		}
		err := all.Wait()
		if next.Store(n); err != nil {
			return err
		}
		return sim.without(ctx, "godocker.cluster", simCluster)
	}
	few := max(b.many/10, 2*simAtOnce)
	if err := through(int64(few)); err != nil {
		return err
	}
	before, began := float64(heap())/(1<<20), time.Now()
	if err := through(int64(b.many)); err != nil {
		return err
	}
	after := float64(heap()) / (1 << 20)
	b.table.add("memory of the executor after many / few", fmt.Sprintf("%.2f", after/before), "≤ 1.1", "heap after %d attempts %.1f MB, after %d %.1f MB; %.0f attempts a second",
		few, before, b.many, after, rate(b.many-few, time.Since(began)))
	return nil
}

// whole starts an attempt, sees it end and removes it.
func whole(ctx context.Context, e executor.Executor, a executor.Assignment) error {
	got, err := e.Start(ctx, a)
	if err != nil {
		return err
	}
	for tick := time.NewTicker(100 * time.Millisecond); ; <-tick.C {
		s, err := e.Inspect(ctx, []executor.Handle{got.Handle})
		if err != nil {
			return err
		}
		if s[0].Phase == executor.Exited {
			return e.Remove(ctx, got.Handle)
		}
	}
}

// kubeLoss measures how long after the cluster gave up a node this is told of what ran there.
func (b *bench) kubeLoss(ctx context.Context, file string, sim *kubesim) error {
	e, err := simulated(ctx, file)
	if err != nil {
		return err
	}
	got, err := e.Start(ctx, simAttempt(int64(b.many)+1, "1h"))
	if err != nil {
		return err
	}
	told, ready := make(chan time.Time, 1), make(chan struct{})
	go func() {
		_ = e.(executor.Ender).Ends(ctx, simCluster, func() { close(ready) }, func(h executor.Handle) {
			if h == got.Handle {
				told <- time.Now()
			}
		})
	}()
	<-ready
	sim.die(got.Node)
	for tick := time.NewTicker(20 * time.Millisecond); ; <-tick.C {
		var n core.Node
		if err := sim.api.Get().Resource("nodes").Name(got.Node).Do(ctx).Into(&n); err != nil {
			return err
		}
		if n.Status.Conditions[0].Status != core.ConditionTrue {
			break
		}
	}
	noticed := time.Now()
	var after time.Duration
	select {
	case at := <-told:
		after = at.Sub(noticed)
	case <-time.After(time.Minute):
		return fmt.Errorf("the loss of %s is not told", got.Node)
	}
	s, err := e.Inspect(ctx, []executor.Handle{got.Handle})
	if err != nil {
		return err
	}
	if s[0].Outcome != godocker.NodeLost {
		return fmt.Errorf("the loss of a node is told as %+v", s[0])
	}
	b.table.add("loss of a node told after Kubernetes saw it", ms(after), "≤ 2 s", "with node_lost_after 1, which is part of it: %s", s[0].Reason)
	return e.Remove(ctx, got.Handle)
}
