package docker

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"godocker"
	"godocker/executor"
	"godocker/executor/dockerapi"
)

// Kill sends TERM and returns. KILL follows after the grace time, unless this
// process ends before: then a repeated Kill arms it anew.
func (e *Engine) Kill(ctx context.Context, h executor.Handle, grace time.Duration) error {
	if !dockerapi.Valid(h) {
		return nil
	}
	if grace <= 0 {
		return e.signal(ctx, h, "KILL")
	}
	if err := e.signal(ctx, h, "TERM"); err != nil {
		return err
	}
	e.killers.arm(h, grace, func() {
		ctx, cancel := context.WithTimeout(context.Background(), answerTime)
		defer cancel()
		if err := e.signal(ctx, h, "KILL"); err != nil {
			e.log.Warn("a container was not killed", "container", string(h), "error", err)
		}
	})
	return nil
}

// signal sends a signal to the first process of a container. One that is over gets
// none; one that is frozen is thawed, as it could not follow; one that was never
// started never will be.
func (e *Engine) signal(ctx context.Context, h executor.Handle, name string) error {
	for range 3 { // the state may change under us
		_, err := e.api.ContainerKill(ctx, string(h), client.ContainerKillOptions{Signal: name})
		switch {
		case err == nil || errdefs.IsNotFound(err):
			return nil
		case !dockerapi.IsAnswer(err):
			return fmt.Errorf("docker: %w", err)
		}
		got, inspectErr := e.api.ContainerInspect(ctx, string(h), client.ContainerInspectOptions{})
		switch {
		case errdefs.IsNotFound(inspectErr):
			return nil
		case inspectErr != nil:
			return fmt.Errorf("docker: %w", inspectErr)
		}
		switch got.Container.State.Status {
		case container.StatePaused:
			if err := e.Resume(ctx, h); err != nil {
				return err
			}
		case container.StateCreated:
			_, err := e.api.ContainerRemove(ctx, string(h), client.ContainerRemoveOptions{RemoveVolumes: true})
			if err == nil || errdefs.IsNotFound(err) {
				return nil
			}
		case container.StateRunning, container.StateRestarting:
		default:
			return nil
		}
	}
	return fmt.Errorf("docker: %s cannot be sent to container %s", name, h)
}

// killers are the KILLs to come.
type killers struct {
	mu     sync.Mutex
	timers map[executor.Handle]*time.Timer
}

// arm plans one; an earlier plan for the same container holds.
func (k *killers) arm(h executor.Handle, grace time.Duration, kill func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.timers == nil {
		k.timers = map[executor.Handle]*time.Timer{}
	}
	if k.timers[h] != nil {
		return
	}
	k.timers[h] = time.AfterFunc(grace, func() {
		k.disarm(h)
		kill()
	})
}

func (k *killers) disarm(h executor.Handle) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if t := k.timers[h]; t != nil {
		t.Stop()
		delete(k.timers, h)
	}
}

// Remove deletes the container with its anonymous volumes, killing it if it runs.
func (e *Engine) Remove(ctx context.Context, h executor.Handle) error {
	if !dockerapi.Valid(h) {
		return nil
	}
	e.killers.disarm(h)
	_, err := e.api.ContainerRemove(ctx, string(h), client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	if err != nil && !errdefs.IsNotFound(err) && !saysAlready(err) {
		return fmt.Errorf("docker: %w", err)
	}
	if e.tmpStorage() {
		if err := e.removeTmp(ctx, string(h)); err != nil {
			return fmt.Errorf("docker: temporary storage: %w", err)
		}
	}
	return nil
}

// Find returns the attempt's name, which is its handle whether it exists or not.
func (e *Engine) Find(_ context.Context, cluster string, task int64, attempt int, mark string) (executor.Handle, error) {
	return executor.Handle(godocker.AttemptName(cluster, task, attempt, mark)), nil
}

// saysAlready reports whether the engine refuses because it is done, or being done.
func saysAlready(err error) bool {
	return errdefs.IsConflict(err) && strings.Contains(err.Error(), "already")
}

// Suspend freezes all processes of the container.
func (e *Engine) Suspend(ctx context.Context, h executor.Handle) error {
	_, err := e.api.ContainerPause(ctx, string(h), client.ContainerPauseOptions{})
	return e.unless(ctx, err, h, container.StatePaused)
}

// Resume lets them go on.
func (e *Engine) Resume(ctx context.Context, h executor.Handle) error {
	_, err := e.api.ContainerUnpause(ctx, string(h), client.ContainerUnpauseOptions{})
	return e.unless(ctx, err, h, container.StateRunning)
}

// unless forgives an error if the container is in the wanted state, or over.
func (e *Engine) unless(ctx context.Context, err error, h executor.Handle, want container.ContainerState) error {
	if err == nil || errdefs.IsNotFound(err) {
		return nil
	}
	got, inspectErr := e.api.ContainerInspect(ctx, string(h), client.ContainerInspectOptions{})
	if inspectErr == nil {
		switch got.Container.State.Status {
		case want, container.StateExited, container.StateDead:
			return nil
		}
	}
	return fmt.Errorf("docker: %w", err)
}

// Ends follows the engine's own stream of events. It asks for those since a little
// before now as well, since the engine answers before it really listens.
func (e *Engine) Ends(ctx context.Context, cluster string, ready func(), end func(executor.Handle)) error {
	const overlap = 5 * time.Second
	events := e.api.Events(ctx, client.EventsListOptions{
		Since: strconv.FormatInt(time.Now().Add(-overlap).Unix(), 10),
		Filters: client.Filters{}.Add("type", "container").Add("event", "die").
			Add("label", dockerapi.LabelCluster+"="+cluster),
	})
	select {
	case err := <-events.Err: // the engine is away: nobody listens
		return ended(ctx, err)
	default:
		ready()
	}
	for {
		select {
		case m := <-events.Messages:
			end(executor.Handle(m.Actor.Attributes["name"]))
		case err := <-events.Err:
			return ended(ctx, err)
		}
	}
}

func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("docker: the stream of events broke off: %w", err)
}
