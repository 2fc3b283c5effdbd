package docker

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"golang.org/x/sync/errgroup"

	"godocker"
	"godocker/executor"
	"godocker/executor/dockerapi"
)

// Above fewHandles it takes less to list every container than to ask for each. The
// list is behind: it may say that a container runs whose end was told already.
const (
	fewHandles  = 32
	asksAtATime = 8
)

// Inspect lists all containers in one call and asks in detail only for those that
// have ended.
func (e *Engine) Inspect(ctx context.Context, hs []executor.Handle) ([]executor.Status, error) {
	out := make([]executor.Status, len(hs))
	ask := make([]int, 0, len(hs))
	node := e.nodeOf(ctx)
	known, err := e.list(ctx, len(hs))
	if err != nil {
		return nil, err
	}
	for i, h := range hs {
		out[i] = executor.Status{Handle: h, Phase: executor.Lost}
		state, listed := known[h]
		switch {
		case !dockerapi.Valid(h) || known != nil && !listed:
		case state == container.StateRunning || state == container.StatePaused:
			out[i].Phase, out[i].Node = executor.Active, node
		default:
			ask = append(ask, i)
		}
	}
	return out, e.details(ctx, hs, ask, out, node)
}

// list returns the state of every container that is an attempt, or nil if there
// are too few to ask for.
func (e *Engine) list(ctx context.Context, n int) (map[executor.Handle]container.ContainerState, error) {
	if n <= fewHandles {
		return nil, nil
	}
	got, err := e.api.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: client.Filters{}.Add("label", dockerapi.LabelTask)})
	if err != nil {
		return nil, fmt.Errorf("docker: %w", err)
	}
	known := make(map[executor.Handle]container.ContainerState, len(got.Items))
	for _, c := range got.Items {
		for _, name := range c.Names {
			known[executor.Handle(strings.TrimPrefix(name, "/"))] = c.State
		}
	}
	return known, nil
}

// details asks for the containers with the indices in ask.
func (e *Engine) details(ctx context.Context, hs []executor.Handle, ask []int, out []executor.Status, node string) error {
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(asksAtATime)
	for _, i := range ask {
		all.Go(func() error {
			got, err := e.api.ContainerInspect(ctx, string(hs[i]), client.ContainerInspectOptions{})
			switch {
			case errdefs.IsNotFound(err): // stays lost
			case err != nil:
				return fmt.Errorf("docker: %w", err)
			default:
				got.Container.State.OOMKilled = e.outOfMemory(ctx, got.Container)
				out[i] = status(hs[i], got.Container, node)
			}
			return nil
		})
	}
	return all.Wait()
}

func status(h executor.Handle, c container.InspectResponse, node string) executor.Status {
	s := executor.Status{Handle: h, Phase: executor.Exited, Node: node, Reason: c.State.Error}
	s.Started, s.Ended = moment(c.State.StartedAt), moment(c.State.FinishedAt)
	switch c.State.Status {
	case container.StateCreated:
		if c.State.Error == "" {
			s.Phase = executor.Waiting
			return s
		}
		s.ExitCode, s.Outcome = c.State.ExitCode, godocker.CannotStart
	case container.StateRunning, container.StatePaused, container.StateRestarting:
		s.Phase, s.Ended, s.Reason = executor.Active, time.Time{}, ""
	default:
		if s.ExitCode = c.State.ExitCode; s.Ended.Before(s.Started) {
			s.Started = s.Ended // the engine notes the start of a short one late
		}
		if c.State.OOMKilled && s.ExitCode != 0 {
			s.Outcome, s.Reason = godocker.OutOfMemory, executor.OutOfMemoryReason(limitOf(c))
		}
	}
	return s
}

func limitOf(c container.InspectResponse) int64 {
	if c.HostConfig == nil {
		return 0
	}
	return c.HostConfig.Memory
}

// moment reads a time of the engine, for which the year 1 is never.
func moment(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || t.Year() <= 1 {
		return time.Time{}
	}
	return t
}
