package docker

import (
	"context"
	"fmt"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"godocker/executor"
	"godocker/executor/dockerapi"
)

// Signal sends a signal to the first process of a container that runs.
func (e *Engine) Signal(ctx context.Context, h executor.Handle, name string) error {
	if !dockerapi.Valid(h) {
		return nil
	}
	_, err := e.api.ContainerKill(ctx, string(h), client.ContainerKillOptions{Signal: name})
	if err == nil || errdefs.IsNotFound(err) || dockerapi.IsAnswer(err) && errdefs.IsConflict(err) {
		return nil // it is over, or frozen
	}
	return fmt.Errorf("docker: %w", err)
}
