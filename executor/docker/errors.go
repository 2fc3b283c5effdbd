package docker

import (
	"errors"
	"fmt"
	"strings"

	"github.com/containerd/errdefs"

	"godocker/executor"
	"godocker/executor/dockerapi"
)

// halfStarted reports whether the engine refuses a start because it crashed in the
// middle of an earlier one.
func halfStarted(err error) bool {
	return dockerapi.IsAnswer(err) && (strings.Contains(err.Error(), ": already exists") || strings.Contains(err.Error(), "id already in use"))
}

// refusal turns an error of create or start into what the contract knows.
func refusal(err error) error {
	switch _, taken := errors.AsType[executor.PortTaken](err); {
	case taken:
		return err
	case errors.Is(err, executor.ErrCannotStart), errors.Is(err, executor.ErrEngine), errors.Is(err, executor.ErrNoRoom):
		return err
	case dockerapi.Answered(err) && (errdefs.IsInvalidArgument(err) || errdefs.IsNotFound(err) || errdefs.IsPermissionDenied(err)):
		return dockerapi.CannotStart(err)
	default:
		return fmt.Errorf("docker: %w", err)
	}
}
