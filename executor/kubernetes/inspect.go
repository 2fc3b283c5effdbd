package kubernetes

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"

	"godocker"
	"godocker/executor"
)

// asksAtATime is how many attempts are asked for at once.
const asksAtATime = 8

// Inspect answers from what is watched, and asks for those that were not seen: nothing
// is lost only because a watch is behind.
func (e *Engine) Inspect(ctx context.Context, hs []executor.Handle) ([]executor.Status, error) {
	if err := e.current(ctx); err != nil {
		return nil, err
	}
	out := make([]executor.Status, len(hs))
	asks, ctx := errgroup.WithContext(ctx)
	asks.SetLimit(asksAtATime)
	for i, h := range hs {
		if p := e.pods.of(jobName(h)); p != nil {
			out[i] = p.status(h, e.gaveUp(p))
			continue
		}
		asks.Go(func() (err error) {
			if out[i], err = e.ask(ctx, h); err != nil {
				err = fmt.Errorf("kubernetes: %w", err)
			}
			return err
		})
	}
	return out, asks.Wait()
}

// podless is how long a Job is taken for one whose pod is yet to be made.
const podless = time.Minute

// ask asks the API server itself.
func (e *Engine) ask(ctx context.Context, h executor.Handle) (executor.Status, error) {
	lost := executor.Status{Handle: h, Phase: executor.Lost}
	if h == "" {
		return lost, nil
	}
	p, err := e.podNow(ctx, h)
	if err != nil {
		return lost, err
	}
	if p != nil {
		return p.status(h, e.gaveUp(p)), nil
	}
	j, err := e.api.job(ctx, jobName(h))
	switch {
	case apierrors.IsNotFound(err):
		return lost, nil
	case err != nil:
		return lost, err
	case time.Since(j.CreationTimestamp.Time) > podless:
		return executor.Status{Handle: h, Phase: executor.Exited, Outcome: godocker.NodeLost, Reason: "its pod is gone, and nobody knows how it ended"}, nil
	}
	return executor.Status{Handle: h, Phase: executor.Waiting}, nil
}

// podNow is the pod of an attempt as the API server has it, or nil.
func (e *Engine) podNow(ctx context.Context, h executor.Handle) (*pod, error) {
	ps, err := e.api.podsOf(ctx, jobLabel+"="+jobName(h))
	if err != nil || len(ps) == 0 {
		return nil, err
	}
	newest := ps[0]
	for _, p := range ps {
		if p.created.After(newest.created) {
			newest = p
		}
	}
	return newest, nil
}

// Find returns the attempt's name, which is its handle whether it exists or not.
func (e *Engine) Find(_ context.Context, cluster string, task int64, attempt int, mark string) (executor.Handle, error) {
	return executor.Handle(godocker.AttemptName(cluster, task, attempt, mark)), nil
}

// List returns the attempts of a cluster that left a Job or a pod.
func (e *Engine) List(ctx context.Context, cluster string) ([]executor.Found, error) {
	selector := labelCluster + "=" + cluster
	jobs, err := e.api.jobsOf(ctx, selector)
	if err != nil {
		return nil, fmt.Errorf("kubernetes: %w", err)
	}
	pods, err := e.api.podsOf(ctx, selector)
	if err != nil {
		return nil, fmt.Errorf("kubernetes: %w", err)
	}
	var out []executor.Found
	seen := map[executor.Handle]bool{}
	add := func(task int64, attempt int, mark string) {
		f := executor.Found{Handle: executor.Handle(godocker.AttemptName(cluster, task, attempt, mark)), Task: task, Attempt: attempt, Mark: mark}
		if task != 0 && attempt != 0 && !seen[f.Handle] {
			seen[f.Handle] = true
			out = append(out, f)
		}
	}
	for i := range jobs {
		task, attempt := numbers(&jobs[i])
		add(task, attempt, jobs[i].Labels[labelMark])
	}
	for _, p := range pods {
		add(p.task, p.attempt, p.mark)
	}
	return out, nil
}

// numbers are those of the attempt that an object is of; 0 for what is none of ours,
// whatever its labels say.
func numbers(o *meta.ObjectMeta) (task int64, attempt int) {
	task, err := strconv.ParseInt(o.Labels[labelTask], 10, 64)
	if err != nil {
		return 0, 0
	}
	attempt, _ = strconv.Atoi(o.Labels[labelAttempt])
	return task, attempt
}
