package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"time"

	batch "k8s.io/api/batch/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"godocker"
	"godocker/executor"
)

// Start creates the Job and waits until its pod has begun, or will not.
func (e *Engine) Start(ctx context.Context, a executor.Assignment) (executor.Started, error) {
	if err := e.current(ctx); err != nil {
		return executor.Started{}, err
	}
	want, err := e.job(a)
	if err != nil {
		if p, askErr := e.podNow(ctx, executor.Handle(a.Name())); askErr == nil && p != nil {
			return e.receipt(ctx, a, p) // it was possible when it was started
		}
		return executor.Started{}, err
	}
	changed, leave := e.pods.wait(want.Name)
	defer leave()
	last, forget := e.events.follow(want.Name)
	defer forget()
	j, err := e.create(ctx, a, want)
	if err != nil {
		err = e.refusal(err)
		if j != nil && (errors.Is(err, executor.ErrNoRoom) || errors.Is(err, executor.ErrCannotStart) || errors.Is(err, executor.ErrEngine)) {
			err = e.takeBack(ctx, j, nil, err)
		}
		return executor.Started{}, err
	}
	p, err := e.begun(ctx, a, j, changed, last)
	if err != nil {
		return executor.Started{}, err
	}
	if a.Login != nil {
		if err := e.api.deleteSecret(ctx, pullSecret(a)); err != nil {
			e.log.Warn("a registry login was not removed from the cluster before the end of its task", "job", j.Name, "error", err)
		}
	}
	if p.over != nil && neverRan(p.over) && p.over.Message != "" {
		return executor.Started{}, unbegun(p.over)
	}
	return e.receipt(ctx, a, p)
}

// create makes the Job, what its pod needs and the pod, or finds what of them was made
// before. With an error it returns the Job that is there, if any.
func (e *Engine) create(ctx context.Context, a executor.Assignment, want *batch.Job) (*batch.Job, error) {
	p := e.pods.of(want.Name)
	if p != nil || a.MayUse != nil {
		_, err := e.api.job(ctx, want.Name)
		switch {
		case apierrors.IsNotFound(err) && p != nil: // it was made, and is no other if somebody deleted its Job
			return &batch.Job{ObjectMeta: meta.ObjectMeta{Name: want.Name, UID: p.job}}, nil
		case err == nil && p == nil:
			if p, err = e.podNow(ctx, executor.Handle(a.Name())); err != nil {
				return nil, err
			}
		case err != nil && !apierrors.IsNotFound(err):
			return nil, err
		}
	}
	if p == nil && a.MayUse != nil {
		if err := a.MayUse(ctx); err != nil {
			return nil, notAllowed{err}
		}
	}
	j, err := e.api.createJob(ctx, want)
	if apierrors.IsAlreadyExists(err) {
		j, err = e.api.job(ctx, want.Name)
	}
	if err != nil {
		return nil, err
	}
	if m := j.Spec.ManagedBy; m == nil || *m != manager {
		return j, errManaged
	}
	if err := e.hide(ctx, a, j); err != nil {
		return j, err
	}
	if err := e.publish(ctx, a, j); err != nil {
		return j, err
	}
	return j, e.api.createPod(ctx, podFor(j))
}

// errManaged: the API server keeps nothing of who manages a Job, and its own controller
// makes the pods.
var errManaged = fmt.Errorf("%w: this cluster lets nobody else manage Jobs; want Kubernetes 1.32 or later, with its feature JobManagedBy", executor.ErrEngine)

// notAllowed keeps the error of MayUse from being taken for the engine's.
type notAllowed struct{ error }

// lookEvery is how often a Job without a pod is looked at, which somebody else may have
// deleted.
const lookEvery = 5 * time.Second

// begun waits for the pod of a Job to begin.
func (e *Engine) begun(ctx context.Context, a executor.Assignment, j *batch.Job, changed <-chan struct{}, last func() (reason, text string)) (*pod, error) {
	limit := time.NewTimer(time.Duration(e.cfg.StartTimeout) * time.Second)
	defer limit.Stop()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	enough := time.NewTimer(patience)
	defer enough.Stop()
	late := false
	said := ""
	for {
		p := e.pods.of(j.Name)
		if p != nil && p.job != j.UID {
			p = nil // of an earlier Job of this name
		}
		if p != nil && (p.begun() || p.ended()) {
			if p.over == nil && p.ended() && p.running.IsZero() && !p.deleted {
				return nil, e.takeBack(ctx, j, p, refused(p))
			}
			return p, nil
		}
		reason, text := last()
		if why := doubt(p, reason, text); why != nil && (late || !errors.Is(why, executor.ErrNoRoom)) {
			err := e.takeBack(ctx, j, p, why)
			if again := (changedMind{}); !errors.As(err, &again) {
				return nil, err
			}
		}
		if now := progress(p, text); now != "" && now != said && a.Progress != nil {
			said = now
			a.Progress(now)
		}
		select {
		case <-changed:
		case <-enough.C:
			late = true
		case <-look.C:
			if p != nil {
				continue
			}
			if now, err := e.api.job(ctx, j.Name); apierrors.IsNotFound(err) || err == nil && now.UID != j.UID {
				return nil, fmt.Errorf("kubernetes: job %s was deleted by somebody else", j.Name)
			}
		case <-limit.C:
			err := e.takeBack(ctx, j, p, fmt.Errorf("%w: the pod did not begin in %d seconds: %s", executor.ErrEngine, e.cfg.StartTimeout, progress(p, text)))
			if again := (changedMind{}); !errors.As(err, &again) {
				return nil, err
			}
			limit.Reset(time.Second)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// changedMind: the pod is not any more what was decided about.
type changedMind struct{ error }

// takeBack deletes a Job whose pod has not begun, and certainly will not: the pod is
// deleted as it was seen, or else nothing is.
func (e *Engine) takeBack(ctx context.Context, j *batch.Job, p *pod, why error) error {
	if p != nil {
		err := e.api.deletePod(ctx, p, 1, p.version)
		switch {
		case apierrors.IsConflict(err):
			return changedMind{err}
		case err != nil && !apierrors.IsNotFound(err):
			return fmt.Errorf("kubernetes: %w", err)
		}
	}
	if err := e.api.deleteJob(ctx, j.Name, j.UID); err != nil {
		return fmt.Errorf("kubernetes: %w", err)
	}
	ran, err := e.gone(ctx, j)
	if err != nil {
		return fmt.Errorf("kubernetes: %w", err)
	}
	if ran {
		return fmt.Errorf("kubernetes: the pod of job %s began while it was taken back", j.Name)
	}
	return why
}

// gone waits until the pods of a deleted Job are ended and lets go of them, and reports whether
// one of them ran.
func (e *Engine) gone(ctx context.Context, j *batch.Job) (ran bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
	defer cancel()
	for pause := 20 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		ps, err := e.api.podsOf(ctx, uidLabel+"="+string(j.UID))
		if err != nil {
			return ran, err
		}
		for _, p := range ps {
			ran = ran || p.begun()
			if p.held && (p.node == "" || p.ended() || e.gaveUp(p)) {
				err = errors.Join(err, e.api.letGo(ctx, p))
			} else if !p.deleted {
				err = errors.Join(err, said(e.api.deletePod(ctx, p, 1, "")))
			}
		}
		if err != nil || len(ps) == 0 && e.unseen(j.Name, j.UID) {
			return ran, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ran, ctx.Err()
		}
	}
}

// unseen reports whether the pods of a Job are gone from what is watched, too.
func (e *Engine) unseen(job string, uid types.UID) bool {
	p := e.pods.of(job)
	return p == nil || p.job != uid
}

// receipt is what Start says of a pod that began.
func (e *Engine) receipt(ctx context.Context, a executor.Assignment, p *pod) (executor.Started, error) {
	got := executor.Started{Handle: executor.Handle(a.Name()), EngineID: e.api.ns + "/" + p.name, Digest: p.image, Node: p.node, IP: p.ip}
	var err error
	if e.opens(a) {
		got.Ports, err = e.opened(ctx, a, p)
		return got, err
	}
	for _, port := range a.Ports {
		got.Ports = append(got.Ports, godocker.PortMapping{Host: port.Container, Container: port.Container, IP: p.ip})
	}
	return got, nil
}
