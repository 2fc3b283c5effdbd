package docker

import (
	"context"
	"time"

	"godocker/executor"
)

// SetPatience changes how long a created container is left to its creator.
func SetPatience(e executor.Executor, d time.Duration) { e.(*Engine).patience = d }

// CreateOnly is the first half of a start.
func CreateOnly(ctx context.Context, e executor.Executor, a executor.Assignment) error {
	x := e.(*Engine)
	_, err := x.api.ContainerCreate(ctx, x.options(a))
	return err
}
