package docker

import (
	"context"
	"time"

	"github.com/moby/moby/client"

	"godocker/executor"
)

// SetPatience changes how long a created container is left to its creator.
func SetPatience(e executor.Executor, d time.Duration) { e.(*Engine).patience = d }

// ToldLate reports whether an attempt counts as out of memory if the engine did not note so in its state.
func ToldLate(ctx context.Context, e executor.Executor, h executor.Handle) (bool, error) {
	x := e.(*Engine)
	got, err := x.api.ContainerInspect(ctx, string(h), client.ContainerInspectOptions{})
	if err != nil {
		return false, err
	}
	got.Container.State.OOMKilled = false
	return x.outOfMemory(ctx, got.Container), nil
}

// CreateOnly is the first half of a start.
func CreateOnly(ctx context.Context, e executor.Executor, a executor.Assignment) error {
	x := e.(*Engine)
	_, err := x.api.ContainerCreate(ctx, x.options(a))
	return err
}
