package docker

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/containerd/errdefs"

	"godocker/executor"
	"godocker/executor/dockerapi"
)

// remains are the words of Docker, containerd and runc for what an engine finds of a
// start in the middle of which it crashed.
var remains = []string{": already exists", "given ID already exists", "id already in use", "container with id exists", ": file exists"}

// halfStarted reports whether the engine refuses a start because it crashed in the
// middle of an earlier one.
func halfStarted(err error) bool {
	return dockerapi.IsAnswer(err) && slices.ContainsFunc(remains, func(words string) bool { return strings.Contains(err.Error(), words) })
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
