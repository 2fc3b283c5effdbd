package docker

import (
	"context"
	"fmt"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"godocker"
	"godocker/executor"
	"godocker/executor/dockerapi"
	"godocker/internal/image"
)

// Ask asks a registry by the engine.
func (e *Engine) Ask(ctx context.Context, image string, login *executor.RegistryLogin) error {
	return dockerapi.Ask(ctx, e.api, image, login)
}

// renew fetches an image although the node may have it, unless the attempt exists.
func (e *Engine) renew(ctx context.Context, a executor.Assignment) error {
	_, err := e.api.ContainerInspect(ctx, a.Name(), client.ContainerInspectOptions{})
	switch {
	case errdefs.IsNotFound(err):
		return e.pulls.pull(ctx, e.api, a)
	case err != nil:
		return fmt.Errorf("docker: %w", err)
	}
	return nil
}

// fetch brings an image that the node does not have.
func (e *Engine) fetch(ctx context.Context, a executor.Assignment, node string) error {
	if a.Pull == godocker.PullNever {
		return fmt.Errorf("%w: the image %s is not on %s, and its pull policy is never", executor.ErrCannotStart, a.Image, node)
	}
	return e.pulls.pull(ctx, e.api, a)
}

// mostDigests is how many digests are remembered.
const mostDigests = 1000

// digest tells which image a container has; "" if the engine does not say.
func (e *Engine) digest(ctx context.Context, id, asked string) string {
	if known := e.remembered(id); known != "" {
		return known
	}
	got, err := e.api.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
	if err != nil {
		return ""
	}
	imageID, repository := got.Container.Image, ""
	if n, err := image.Parse(asked, ""); err == nil {
		repository = n.Repository()
	}
	digest := e.remembered(imageID + " " + repository)
	if digest == "" {
		digest = e.digestOf(ctx, imageID, repository)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.digests == nil || len(e.digests) >= mostDigests {
		e.digests = map[string]string{}
	}
	e.digests[id], e.digests[imageID+" "+repository] = digest, digest
	return digest
}

func (e *Engine) remembered(key string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.digests[key]
}

// digestOf is the digest of an image in a repository, or else its id.
func (e *Engine) digestOf(ctx context.Context, id, repository string) string {
	im, err := e.api.ImageInspect(ctx, id)
	if err != nil {
		return id
	}
	for _, text := range im.RepoDigests {
		if n, err := image.Parse(text, ""); err == nil && n.Repository() == repository {
			return n.String()
		}
	}
	return id
}
