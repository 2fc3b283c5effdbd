package docker

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/authconfig"
	"github.com/moby/moby/api/types/registry"
	"github.com/moby/moby/client"

	"godocker"
	"godocker/executor"
	"godocker/internal/image"
)

// refusals are words in which registries say no, also where the engine reports them as
// a trouble of its own.
var refusals = []string{"no basic auth credentials", "unauthorized", "authentication required", "denied", "forbidden", "insufficient_scope",
	"not found", "manifest unknown", "name unknown"}

// Ask asks a registry by the engine, which knows how to reach it.
func (e *Engine) Ask(ctx context.Context, image string, login *executor.RegistryLogin) error {
	auth, err := encoded(login)
	if err != nil {
		return err
	}
	_, err = e.api.DistributionInspect(ctx, image, client.DistributionInspectOptions{EncodedRegistryAuth: auth})
	if err == nil {
		return nil
	}
	return pullError(err)
}

// refused reports whether an answer of the engine is that a registry says no.
func refused(err error) bool {
	return errdefs.IsUnauthorized(err) || errdefs.IsPermissionDenied(err) || errdefs.IsNotFound(err) ||
		slices.ContainsFunc(refusals, func(word string) bool { return strings.Contains(err.Error(), word) })
}

// encoded is a login as the engine takes it.
func encoded(l *executor.RegistryLogin) (string, error) {
	if l == nil {
		return "", nil
	}
	return authconfig.Encode(registry.AuthConfig{ServerAddress: l.Registry, Username: l.Username, Password: l.Password, IdentityToken: l.Token})
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
