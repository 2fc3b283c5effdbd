package docker

import (
	"context"
	"fmt"
	"strings"

	"github.com/moby/moby/client"

	"godocker/executor"
	"godocker/executor/dockerapi"
)

// List returns the attempts of a cluster whose containers were not removed.
func (e *Engine) List(ctx context.Context, cluster string) ([]executor.Found, error) {
	got, err := e.api.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: client.Filters{}.Add("label", dockerapi.LabelCluster+"="+cluster)})
	if err != nil {
		return nil, fmt.Errorf("docker: %w", err)
	}
	var out []executor.Found
	for _, c := range got.Items {
		if f, ok := dockerapi.Found(c.Labels); ok && len(c.Names) > 0 {
			f.Handle = executor.Handle(strings.TrimPrefix(c.Names[0], "/"))
			out = append(out, f)
		}
	}
	return out, nil
}
