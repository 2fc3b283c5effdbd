package docker

import (
	"context"
	"time"

	"github.com/moby/moby/client"

	"godocker/executor"
)

// SetPatience changes how long a created container is left to its creator.
func SetPatience(e executor.Executor, d time.Duration) { e.(*Engine).patience = d }

// CreateOnly is the first half of a start.
func CreateOnly(ctx context.Context, e executor.Executor, a executor.Assignment) error {
	x := e.(*Engine)
	_, err := x.api.ContainerCreate(ctx, client.ContainerCreateOptions{Name: a.Name(), Config: x.config(a), HostConfig: x.hostConfig(a)})
	return err
}
