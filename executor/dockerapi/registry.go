package dockerapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/authconfig"
	"github.com/moby/moby/api/types/jsonstream"
	"github.com/moby/moby/api/types/registry"
	"github.com/moby/moby/client"

	"godocker/executor"
)

// refusals are words in which registries say no, also where the engine reports them as
// a trouble of its own.
var refusals = []string{"no basic auth credentials", "unauthorized", "authentication required", "denied", "forbidden", "insufficient_scope",
	"not found", "manifest unknown", "name unknown"}

// Ask asks a registry by an engine, which knows how to reach it; see executor.Registrar.
func Ask(ctx context.Context, api *client.Client, image string, login *executor.RegistryLogin) error {
	auth, err := Encoded(login)
	if err != nil {
		return err
	}
	_, err = api.DistributionInspect(ctx, image, client.DistributionInspectOptions{EncodedRegistryAuth: auth})
	if err == nil {
		return nil
	}
	return PullError(err)
}

// refused reports whether an answer of the engine is that a registry says no.
func refused(err error) bool {
	return errdefs.IsUnauthorized(err) || errdefs.IsPermissionDenied(err) || errdefs.IsNotFound(err) ||
		slices.ContainsFunc(refusals, func(word string) bool { return strings.Contains(err.Error(), word) })
}

// Encoded is a login as the engine takes it.
func Encoded(l *executor.RegistryLogin) (string, error) {
	if l == nil {
		return "", nil
	}
	return authconfig.Encode(registry.AuthConfig{ServerAddress: l.Registry, Username: l.Username, Password: l.Password, IdentityToken: l.Token})
}

// PullError: what the registry said, or that there is none, is final; only the loss
// of the engine itself is not. The two are told apart by who complains: the engine's
// words come as an answer.
func PullError(err error) error {
	said, fromStream := errors.AsType[*jsonstream.Error](err)
	switch {
	case !fromStream && (!IsAnswer(err) || ofPlugin(err)):
		return fmt.Errorf("docker: %w", err)
	case refused(err):
		return executor.RegistryRefusal{Words: Words(err)}
	case fromStream:
		return CannotStart(said)
	}
	return CannotStart(err)
}
