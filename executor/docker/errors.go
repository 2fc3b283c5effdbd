package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"godocker/executor"
)

// passing are words of the engine about its own troubles, which end without the
// task's doing. Where the engine says one of them, the start is tried again.
var passing = []string{
	"no space left on device", "cannot allocate memory", "resource temporarily unavailable",
	"too many open files", "context deadline exceeded", "context canceled", "shutting down",
	"connection refused", "transport is closing", "server is being shut down",
	"failed to create endpoint", "could not find bridge", "failed programming external connectivity", "iptables failed",
}

// isAnswer reports whether an error is what the engine said, and not the lack of an
// answer.
func isAnswer(err error) bool {
	var network net.Error
	return !client.IsErrConnectionFailed(err) && !errors.As(err, &network) &&
		!errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) &&
		!errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF)
}

// answered reports whether an error is the engine's answer about the container, and
// not the lack of one or a trouble of its own.
func answered(err error) bool {
	if !isAnswer(err) || errdefs.IsUnavailable(err) {
		return false
	}
	for _, words := range passing {
		if strings.Contains(err.Error(), words) {
			return false
		}
	}
	return !ofPlugin(err)
}

// ofPlugin reports whether the engine's authorization plug-in says no, or nothing. It is
// this very server: it is out of order, or is told of the task's end before this is.
func ofPlugin(err error) bool {
	said := words(err)
	return strings.HasPrefix(said, "authorization denied by plugin ") || strings.HasPrefix(said, "plugin ") && strings.Contains(said, " failed with error: ")
}

// halfStarted reports whether the engine refuses a start because it crashed in the
// middle of an earlier one.
func halfStarted(err error) bool {
	return isAnswer(err) && (strings.Contains(err.Error(), ": already exists") || strings.Contains(err.Error(), "id already in use"))
}

// own are words of the engine about what a task asked for: starting it again would end
// the same way.
var own = []string{
	"executable file not found", "no such file or directory", "not a directory", "is a directory", "permission denied",
	"exec format error", "memory limit", "OOM-killed", "invalid mount", "mount path", "bind source", "cpu-quota", "cpu.cfs",
	"working directory", "invalid argument",
}

// blame says whose trouble an answer of the engine to a start is: the task's, or else
// its own.
func blame(err error) error {
	if !errdefs.IsInternal(err) {
		return executor.ErrCannotStart
	}
	for _, words := range own {
		if strings.Contains(err.Error(), words) {
			return executor.ErrCannotStart
		}
	}
	return executor.ErrEngine
}

// refusal turns an error of create or start into what the contract knows.
func refusal(err error) error {
	switch _, taken := errors.AsType[executor.PortTaken](err); {
	case taken:
		return err
	case errors.Is(err, executor.ErrCannotStart), errors.Is(err, executor.ErrEngine), errors.Is(err, executor.ErrNoRoom):
		return err
	case answered(err) && (errdefs.IsInvalidArgument(err) || errdefs.IsNotFound(err) || errdefs.IsPermissionDenied(err)):
		return cannotStart(err)
	default:
		return fmt.Errorf("docker: %w", err)
	}
}

func cannotStart(err error) error {
	return fmt.Errorf("%w: %s", executor.ErrCannotStart, words(err))
}

// words is what the engine said, without the client's wrapping.
func words(err error) string {
	return strings.TrimPrefix(err.Error(), "Error response from daemon: ")
}
