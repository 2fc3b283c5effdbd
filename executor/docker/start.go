package docker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"godocker"
	"godocker/executor"
	"godocker/executor/dockerapi"
)

// Start creates the container and starts it: two calls where nothing is in the way.
func (e *Engine) Start(ctx context.Context, a executor.Assignment) (executor.Started, error) {
	node := e.nodeOf(ctx) // first of all: it also tells what the engine can do
	if a.Pull == godocker.PullAlways {
		if err := e.renew(ctx, a); err != nil {
			return executor.Started{}, err
		}
	}
	id, err := e.createAndStart(ctx, a)
	if errdefs.IsNotFound(err) && id == "" {
		if err := e.fetch(ctx, a, node); err != nil {
			return executor.Started{}, err
		}
		id, err = e.createAndStart(ctx, a)
	}
	if no, ok := errors.AsType[notAllowed](err); ok {
		return executor.Started{}, no.error
	}
	if err != nil {
		return executor.Started{}, refusal(err)
	}
	got := executor.Started{Handle: executor.Handle(a.Name()), EngineID: id, Node: node, Digest: e.digest(ctx, id, a.Image)}
	if len(a.Ports) > 0 {
		if got.IP, got.Ports, err = e.published(ctx, id, a.Ports); err != nil {
			return executor.Started{}, fmt.Errorf("docker: %w", err)
		}
	}
	return got, nil
}

// options is everything that the engine is told of an attempt.
func (e *Engine) options(a executor.Assignment) client.ContainerCreateOptions {
	c, h := e.config(a), e.hostConfig(a)
	publish(a, c, h)
	e.give(a, c, h)
	if a.Tmp > 0 {
		h.Mounts = append(h.Mounts, tmpMount(a))
	}
	return client.ContainerCreateOptions{Name: a.Name(), Config: c, HostConfig: h}
}

// createAndStart returns the id of the container if there is one, also with an
// error.
func (e *Engine) createAndStart(ctx context.Context, a executor.Assignment) (id string, err error) {
	select {
	case e.creates <- struct{}{}:
		defer func() { <-e.creates }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	// Once the engine is asked, it goes on whether or not somebody waits. So
	// this does wait, and knows what there is, even if nobody wants it any more.
	asked := ctx
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTime)
	defer cancel()
	if name := e.missing(a); name != "" {
		if _, err := e.api.ContainerInspect(ctx, a.Name(), client.ContainerInspectOptions{}); err == nil {
			return e.adopt(ctx, asked, a) // it was there when it was started
		} else if !errdefs.IsNotFound(err) {
			return "", err
		}
		return "", fmt.Errorf("%w: the node has no gpu %q", executor.ErrCannotStart, name)
	}
	if a.Tmp > 0 {
		if err := e.makeTmp(ctx, a); err != nil {
			return "", err
		}
	}
	made, err := e.api.ContainerCreate(ctx, e.options(a))
	if errdefs.IsConflict(err) {
		return e.adopt(ctx, asked, a)
	}
	if err != nil {
		return "", err
	}
	if asked.Err() != nil {
		_, err := e.api.ContainerRemove(ctx, made.ID, client.ContainerRemoveOptions{RemoveVolumes: true})
		return "", errors.Join(asked.Err(), err)
	}
	return made.ID, e.begin(ctx, asked, a, made.ID)
}

// createTime is how long the engine may take to create and start a container.
const createTime = 2 * time.Minute

// begin starts a container that never ran if its owner may use the image; otherwise it
// is taken away again. asked is the context of who waits for it.
func (e *Engine) begin(ctx, asked context.Context, a executor.Assignment, id string) error {
	if a.MayUse != nil {
		<-e.creates // others need not wait for whoever answers
		err := a.MayUse(asked)
		e.creates <- struct{}{}
		if err != nil {
			_, rmErr := e.api.ContainerRemove(ctx, id, client.ContainerRemoveOptions{RemoveVolumes: true})
			if rmErr != nil && !errdefs.IsNotFound(rmErr) {
				e.log.Warn("a container that may not start was not removed", "container", id, "error", rmErr)
			}
			return notAllowed{err}
		}
	}
	if err := e.hide(ctx, id, a.Secret); err != nil {
		return err
	}
	e.digest(ctx, id, a.Image) // now, so that nobody waits for it once the task runs
	return e.startCreated(ctx, id)
}

// notAllowed keeps the error of MayUse from being taken for the engine's.
type notAllowed struct{ error }

// startCreated starts a container that never ran. One that the engine cannot start
// is taken away again: it holds the name, and tells nothing that err does not. So is
// one that a crash of the engine left half started, which it will never start; the
// next try makes another, in which the runner sees whether the attempt has begun.
func (e *Engine) startCreated(ctx context.Context, id string) error {
	_, err := e.api.ContainerStart(ctx, id, client.ContainerStartOptions{})
	var taken executor.PortTaken
	inUse := false
	if err != nil && dockerapi.IsAnswer(err) {
		taken, inUse = dockerapi.PortTaken(err.Error())
	}
	if err != nil && (dockerapi.Answered(err) || halfStarted(err) || inUse) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
		defer cancel()
		if _, rmErr := e.api.ContainerRemove(ctx, id, client.ContainerRemoveOptions{RemoveVolumes: true}); rmErr != nil && !errdefs.IsNotFound(rmErr) {
			e.log.Warn("a container that could not start was not removed", "container", id, "error", rmErr)
		}
		if inUse {
			return taken
		}
		if halfStarted(err) {
			return err
		}
		return fmt.Errorf("%w: %w", dockerapi.Blame(err), err)
	}
	return err
}

// adopt deals with a container that another call created or is just creating, here
// or elsewhere. The engine takes the name some time before it shows the container.
func (e *Engine) adopt(ctx, asked context.Context, a executor.Assignment) (id string, err error) {
	name := a.Name()
	tick := time.NewTicker(adoptEvery)
	defer tick.Stop()
	for deadline := time.Now().Add(e.patience); ; {
		got, err := e.api.ContainerInspect(ctx, name, client.ContainerInspectOptions{})
		late := time.Now().After(deadline)
		switch c := got.Container; {
		case errdefs.IsNotFound(err) && late:
			return "", fmt.Errorf("container %s exists and cannot be seen", name)
		case errdefs.IsNotFound(err):
		case err != nil:
			return "", err
		case c.State.Status != container.StateCreated:
			return c.ID, nil
		case late:
			return c.ID, e.begin(ctx, asked, a, c.ID)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func (e *Engine) config(a executor.Assignment) *container.Config {
	return &container.Config{
		Image: a.Image, Entrypoint: a.Command, Env: dockerapi.Env(a), WorkingDir: a.WorkDir, Labels: dockerapi.Labels(a),
		User: "0:0", Healthcheck: dockerapi.Unchecked(), // whatever the image says: the command becomes the task's user by itself
	}
}

func (e *Engine) hostConfig(a executor.Assignment) *container.HostConfig {
	pids, init := cmp.Or(a.PIDs, e.cfg.PIDsLimit), false
	h := &container.HostConfig{
		Resources: container.Resources{
			NanoCPUs: int64(a.CPU * 1e9), Memory: a.RAM, MemorySwap: a.RAM, PidsLimit: &pids,
		},
		SecurityOpt:   []string{"no-new-privileges"},
		CapDrop:       []string{"ALL"},
		CapAdd:        dockerapi.Rights(a),
		Init:          &init,
		LogConfig:     container.LogConfig{Type: "none"},
		ShmSize:       a.Shm,
		RestartPolicy: container.RestartPolicy{Name: container.RestartPolicyDisabled},
	}
	if !a.Network {
		h.NetworkMode = "none"
	}
	for _, m := range a.Mounts {
		h.Mounts = append(h.Mounts, e.bind(m))
	}
	return h
}
