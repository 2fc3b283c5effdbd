package docker

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/moby/moby/client"

	"godocker/executor"
)

// List returns the attempts of a cluster whose containers were not removed.
func (e *Engine) List(ctx context.Context, cluster string) ([]executor.Found, error) {
	got, err := e.api.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: client.Filters{}.Add("label", labelCluster+"="+cluster)})
	if err != nil {
		return nil, fmt.Errorf("docker: %w", err)
	}
	var out []executor.Found
	for _, c := range got.Items {
		task, err := strconv.ParseInt(c.Labels[labelTask], 10, 64)
		if err != nil || len(c.Names) == 0 {
			continue // not one of ours, whatever its label says
		}
		attempt, err := strconv.Atoi(c.Labels[labelAttempt])
		if err != nil {
			continue
		}
		out = append(out, executor.Found{Handle: executor.Handle(strings.TrimPrefix(c.Names[0], "/")), Task: task, Attempt: attempt, Mark: c.Labels[labelMark]})
	}
	return out, nil
}
