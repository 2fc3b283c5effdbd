package dockerapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
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

// IsAnswer reports whether an error is what the engine said, and not the lack of an
// answer.
func IsAnswer(err error) bool {
	var network net.Error
	return !client.IsErrConnectionFailed(err) && !errors.As(err, &network) &&
		!errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) &&
		!errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF)
}

// Answered reports whether an error is the engine's answer about the container, and
// not the lack of one or a trouble of its own.
func Answered(err error) bool {
	if !IsAnswer(err) || errdefs.IsUnavailable(err) {
		return false
	}
	return !ofPlugin(err) && !slices.ContainsFunc(passing, func(words string) bool { return strings.Contains(err.Error(), words) })
}

// ofPlugin reports whether the engine's authorization plug-in says no, or nothing. It is
// this very server: it is out of order, or is told of the task's end before this is.
func ofPlugin(err error) bool {
	said := Words(err)
	return strings.HasPrefix(said, "authorization denied by plugin ") || strings.HasPrefix(said, "plugin ") && strings.Contains(said, " failed with error: ")
}

// own are words of the engine about what a task asked for: starting it again would end
// the same way.
var own = []string{
	"executable file not found", "no such file or directory", "not a directory", "is a directory", "permission denied",
	"exec format error", "memory limit", "OOM-killed", "invalid mount", "mount path", "bind source", "cpu-quota", "cpu.cfs",
	"working directory", "invalid argument",
}

// Blame says whose trouble an answer of the engine to a start is: the task's, or else
// its own.
func Blame(err error) error { return BlameWords(err.Error(), !errdefs.IsInternal(err)) }

// BlameWords says so of what an engine said, sure where it is known to be about what was
// asked for.
func BlameWords(said string, sure bool) error {
	about := func(words string) bool { return strings.Contains(said, words) }
	if sure && !slices.ContainsFunc(passing, about) || slices.ContainsFunc(own, about) {
		return executor.ErrCannotStart
	}
	return executor.ErrEngine
}

// CannotStart is an ErrCannotStart with the words of the engine.
func CannotStart(err error) error {
	return fmt.Errorf("%w: %s", executor.ErrCannotStart, Words(err))
}

// Words is what the engine said, without the client's wrapping.
func Words(err error) string {
	return strings.TrimPrefix(err.Error(), "Error response from daemon: ")
}
