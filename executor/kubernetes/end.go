package kubernetes

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"godocker/executor"
)

// Kill has the pod deleted, with the grace time: its node sends TERM, and KILL after
// that, whatever becomes of this process. The pod stays for its end to be read.
func (e *Engine) Kill(ctx context.Context, h executor.Handle, grace time.Duration) error {
	if h == "" {
		return nil
	}
	p, err := e.podNow(ctx, h)
	switch {
	case err != nil:
	case p == nil: // there is none yet, and there will be none
		err = e.api.deleteJob(ctx, jobName(h), "")
	case !p.ended():
		err = e.api.patchPod(ctx, p, fmt.Sprintf(`{"metadata":{"uid":%q,"annotations":{%q:"yes"}}}`, p.uid, killedNote))
		if err == nil {
			err = e.api.deletePod(ctx, p, seconds(grace), "")
		}
	}
	return said(err)
}

// seconds is a grace time as Kubernetes counts it. Its 0 means that nobody waits for the
// node, so the least is 1.
func seconds(d time.Duration) int64 { return max(1, int64((d+time.Second-1)/time.Second)) }

// said is an error of a call that may find everything done.
func said(err error) error {
	if err == nil || apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return fmt.Errorf("kubernetes: %w", err)
}

// Remove deletes the Job, its pod and its secrets. What runs is ended by its node. Nothing
// is left to the cluster's own collection of what has no owner, which would ask for each.
func (e *Engine) Remove(ctx context.Context, h executor.Handle) error {
	if h == "" {
		return nil
	}
	ps, err := e.podsOf(ctx, h)
	if err != nil {
		return said(err)
	}
	for _, p := range ps {
		if err := e.removePod(ctx, p); err != nil {
			return err
		}
	}
	return said(e.api.deleteJob(ctx, jobName(h), ""))
}

// removePod deletes a pod whose end nobody needs to know any more. Of one that has ended
// nothing is left to wait for: it is let go of first, and gone with one write.
func (e *Engine) removePod(ctx context.Context, p *pod) error {
	if p.ended() {
		if err := said(e.api.letGo(ctx, p)); err != nil {
			return err
		}
		return said(e.api.deletePod(ctx, p, 0, ""))
	}
	grace := int64(1)
	if e.gaveUp(p) {
		grace = 0 // nobody there would answer
	}
	if err := said(e.api.deletePod(ctx, p, grace, "")); err != nil {
		return err
	}
	return said(e.api.letGo(ctx, p))
}

// podsOf are the pods of an attempt. That which was seen to have ended is its only one, as a Job makes
// no second; the API server is asked about others, which looks through all pods that there are.
func (e *Engine) podsOf(ctx context.Context, h executor.Handle) ([]*pod, error) {
	if p := e.pods.of(jobName(h)); p != nil && p.ended() {
		return []*pod{p}, nil
	}
	return e.api.podsOf(ctx, jobLabel+"="+jobName(h))
}
