package swarm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/swarm"
	"github.com/moby/moby/client"

	"godocker"
	"godocker/executor"
	"godocker/executor/dockerapi"
)

const (
	// patience is how long a task may find no node: what just ended elsewhere may not be
	// counted yet, or a leader is being chosen.
	patience = 3 * time.Second
	// A starter asks when most tasks have begun, and then less and less. Each question costs a
	// manager some milliseconds.
	askFirst = 250 * time.Millisecond
	askLast  = time.Second
)

// Start creates the service and waits until its task runs, so that whatever keeps it from that
// is told. A service that was created before is waited for as well.
func (s *Swarm) Start(ctx context.Context, a executor.Assignment) (executor.Started, error) {
	if a.Pull == godocker.PullNever {
		return executor.Started{}, fmt.Errorf("%w: the nodes of a swarm always ask for the image, and the task's pull policy is never", executor.ErrCannotStart)
	}
	known, err := s.begun(ctx, a)
	if err == nil && !known {
		if a.MayUse != nil {
			if err := a.MayUse(ctx); err != nil {
				return executor.Started{}, err
			}
		}
		err = s.create(ctx, a)
	}
	if err != nil {
		return executor.Started{}, told(err)
	}
	return s.settle(ctx, a)
}

// begun reports whether the service is there already, where that must be known before it is
// created: where it is not, to create it finds out as well.
func (s *Swarm) begun(ctx context.Context, a executor.Assignment) (bool, error) {
	if a.MayUse == nil && a.Secret == nil {
		return false, nil
	}
	_, err := s.api.ServiceInspect(ctx, a.Name(), client.ServiceInspectOptions{})
	if errdefs.IsNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

// told turns an error of the managers into what the contract knows.
func told(err error) error {
	switch {
	case errors.Is(err, executor.ErrCannotStart), errors.Is(err, executor.ErrEngine), errors.Is(err, executor.ErrNoRoom):
		return err
	case dockerapi.Answered(err) && errdefs.IsInvalidArgument(err):
		return dockerapi.CannotStart(err)
	default:
		return failed(err)
	}
}

// create makes the service, unless somebody does so at the same time.
func (s *Swarm) create(ctx context.Context, a executor.Assignment) error {
	if err := s.pace.wait(ctx); err != nil {
		return err
	}
	select {
	case s.creates <- struct{}{}:
		defer func() { <-s.creates }()
	case <-ctx.Done():
		return ctx.Err()
	}
	all, err := s.look(ctx, nodesFor)
	if err != nil {
		return err
	}
	at, err := all.nodeFor(a)
	if err != nil {
		return err
	}
	auth, err := dockerapi.Encoded(a.Login)
	if err != nil {
		return err
	}
	image := s.pin(ctx, a, auth)
	secret, err := s.hide(ctx, a)
	if err != nil {
		return err
	}
	_, err = s.api.ServiceCreate(ctx, client.ServiceCreateOptions{Spec: s.spec(a, at, image, secret), EncodedRegistryAuth: auth})
	if errdefs.IsConflict(err) {
		return nil
	}
	select {
	case s.starts <- struct{}{}:
	default:
	}
	return err
}

// hide gives the swarm what only root of the container may read. One that is there is of an
// earlier try, which came to nothing.
func (s *Swarm) hide(ctx context.Context, a executor.Assignment) (id string, err error) {
	if a.Secret == nil {
		return "", nil
	}
	spec := swarm.SecretSpec{Annotations: swarm.Annotations{Name: a.Name(), Labels: map[string]string{dockerapi.LabelCluster: a.Cluster}}, Data: a.Secret.Content}
	for range 2 {
		var made client.SecretCreateResult
		if made, err = s.api.SecretCreate(ctx, client.SecretCreateOptions{Spec: spec}); !errdefs.IsConflict(err) {
			return made.ID, err
		}
		if err := s.forget(ctx, a.Name()); err != nil {
			return "", err
		}
	}
	return "", err
}

// forget removes a secret.
func (s *Swarm) forget(ctx context.Context, name string) error {
	_, err := s.api.SecretRemove(ctx, name, client.SecretRemoveOptions{})
	if errdefs.IsNotFound(err) {
		return nil
	}
	return err
}

// settle waits until the attempt runs, or until it is known that it does not.
func (s *Swarm) settle(ctx context.Context, a executor.Assignment) (executor.Started, error) {
	timer := time.NewTimer(askFirst)
	defer timer.Stop()
	said, began := "", time.Now()
	for pause := askFirst; ; pause = min(pause+pause/4, askLast) {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return executor.Started{}, ctx.Err()
		}
		t, ending, err := s.taskOf(ctx, a.Name())
		switch {
		case errdefs.IsNotFound(err):
			return executor.Started{}, fmt.Errorf("swarm: the service %s was removed while it was being started", a.Name())
		case err != nil:
			return executor.Started{}, failed(err)
		}
		s.note(executor.Handle(a.Name()), t)
		all, err := s.look(ctx, nodesFor)
		if err != nil {
			return executor.Started{}, err
		}
		if ran(t) || ending {
			return s.receipt(ctx, a, t, all)
		}
		if why := s.hopeless(t, all, time.Since(began), a); why != nil {
			return executor.Started{}, s.withdraw(ctx, a, why)
		}
		if text := waitsFor(t, all); text != said && a.Progress != nil {
			a.Progress(text)
			said = text
		}
		timer.Reset(pause)
	}
}

// note keeps when an attempt began: a swarm forgets that as soon as it is over. What was not seen to run
// began after it was last seen to be made ready.
func (s *Swarm) note(h executor.Handle, t *task) {
	if t == nil {
		return
	}
	switch t.Status.State {
	case swarm.TaskStatePreparing, swarm.TaskStateReady, swarm.TaskStateStarting, swarm.TaskStateRunning:
		s.mu.Lock()
		defer s.mu.Unlock()
		s.began[h] = t.Status.Timestamp
	}
}

// ran reports whether an attempt has begun.
func ran(t *task) bool {
	if t == nil {
		return false
	}
	switch t.Status.State {
	case swarm.TaskStateRunning, swarm.TaskStateComplete, swarm.TaskStateShutdown:
		return true
	case swarm.TaskStateFailed:
		return !neverBegan(t.Status.Err)
	default:
		return false
	}
}

// receipt is what is known of an attempt that has begun.
func (s *Swarm) receipt(ctx context.Context, a executor.Assignment, t *task, all nodes) (executor.Started, error) {
	h := executor.Handle(a.Name())
	got := executor.Started{Handle: h, Ports: slices.Clone(a.Ports), Node: a.Node}
	if t == nil {
		return got, nil
	}
	if n, ok := all[t.NodeID]; ok {
		got.Node, got.IP = n.Name, n.address
	}
	if c := t.Status.ContainerStatus; c != nil {
		got.EngineID = c.ContainerID
	}
	sv, err := s.api.ServiceInspect(ctx, a.Name(), client.ServiceInspectOptions{})
	if err != nil {
		return executor.Started{}, failed(err)
	}
	spec := sv.Service.Spec
	got.Digest = digestOf(spec.TaskTemplate.ContainerSpec.Image)
	if spec.EndpointSpec == nil {
		return got, nil
	}
	for i, p := range got.Ports { // another call may have asked for others
		got.Ports[i].IP = got.IP // as the node's name may mean something to the swarm alone
		for _, q := range spec.EndpointSpec.Ports {
			if int(q.TargetPort) == p.Container {
				got.Ports[i].Host = int(q.PublishedPort)
			}
		}
	}
	return got, nil
}

// withdraw takes away the service of an attempt that has not begun, and says why.
func (s *Swarm) withdraw(ctx context.Context, a executor.Assignment, why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
	defer cancel()
	if err := s.Remove(ctx, executor.Handle(a.Name())); err != nil {
		return err // the same start is tried again, and finds the service
	}
	return why
}
