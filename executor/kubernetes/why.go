package kubernetes

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"godocker/executor"
)

// doubt is why a pod that has not begun may never do so; nil = it may well. p is nil if
// there is none yet; the reason and the text are the engine's last warning.
func doubt(p *pod, reason, text string) error {
	switch {
	case p == nil:
		return nil
	case p.deleted:
		return fmt.Errorf("%w: the pod was deleted by somebody else before it began", executor.ErrEngine)
	case p.unschedulable != "" && p.node == "":
		return executor.Scarce{What: p.unschedulable}
	case reason == "FailedMount" && p.node != "" && !strings.Contains(text, "timed out") && !strings.Contains(text, "cache"):
		return fmt.Errorf("%w: %s", executor.ErrCannotStart, text)
	case p.waiting != nil:
		return ofImage(p.waiting.Reason, p.waiting.Message)
	}
	return nil
}

// unwilling are words of registries that will not change their mind by being asked
// again.
var unwilling = []string{"not found", "unauthorized", "denied", "authorization", "no basic auth", "forbidden", "manifest unknown", "authentication required", "not exist"}

// hampered are words of a node on which no container could begin just then, whatever its image: it
// was stopped, or too slow.
var hampered = []string{"context canceled", "context deadline exceeded", "connection refused", "connection reset", "connection error", "error reading from server", "transport is closing", "ttrpc: closed",
	"Unavailable", "failed to reserve container name", "failed to sync", "timed out"}

func isHampered(text string) bool {
	return slices.ContainsFunc(hampered, func(words string) bool { return strings.Contains(text, words) })
}

// unbegun is why a container ended before its command began.
func unbegun(t *core.ContainerStateTerminated) error {
	if isHampered(t.Message) {
		return fmt.Errorf("%w: %s", executor.ErrEngine, t.Message)
	}
	return fmt.Errorf("%w: %s", executor.ErrCannotStart, t.Message)
}

func ofImage(reason, text string) error {
	switch reason {
	case "CreateContainerError", "RunContainerError", "CreateContainerConfigError":
		if isHampered(text) {
			return nil // the node tries again, or gives up
		}
		return fmt.Errorf("%w: %s", executor.ErrCannotStart, text)
	case "InvalidImageName", "ErrImageNeverPull":
		return fmt.Errorf("%w: %s", executor.ErrCannotStart, text)
	case "ErrImagePull", "ImagePullBackOff":
		for _, words := range unwilling {
			if strings.Contains(strings.ToLower(text), words) {
				return executor.RegistryRefusal{Words: text}
			}
		}
	}
	return nil
}

// refused is why a node did not take a pod that was meant for it.
func refused(p *pod) error {
	if strings.HasPrefix(p.reason, "OutOf") || strings.HasPrefix(p.reason, "UnexpectedAdmission") {
		return executor.Scarce{What: p.message}
	}
	if p.reason+p.message == "" { // its kubelet was stopped before it could begin
		return fmt.Errorf("%w: %s gave the pod up before it began", executor.ErrEngine, p.node)
	}
	return fmt.Errorf("%w: %s refused the pod: %s %s", executor.ErrEngine, p.node, p.reason, p.message)
}

// progress is what a start waits for, in words.
func progress(p *pod, warning string) string {
	switch {
	case p == nil || p.node == "":
		return warning
	case p.waiting != nil && p.waiting.Message != "":
		return p.waiting.Message
	case p.waiting != nil && warning != "":
		return warning
	case p.waiting != nil:
		return "Waiting for the image and the container on " + p.node
	}
	return ""
}

// refusal turns an error of the API server into what the contract knows.
func (e *Engine) refusal(err error) error {
	if no, ok := errors.AsType[notAllowed](err); ok {
		return no.error
	}
	switch {
	case errors.Is(err, executor.ErrEngine):
		return err
	case apierrors.IsForbidden(err) && strings.Contains(err.Error(), "exceeded quota"):
		return executor.Scarce{What: err.Error()}
	case apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) || apierrors.IsRequestEntityTooLargeError(err), isRule(err):
		return fmt.Errorf("%w: %s", executor.ErrCannotStart, err.Error())
	}
	return fmt.Errorf("kubernetes: %w", err)
}

// passing are words of refusals that are no rule: the account has not the right, the API server
// is not ready yet, the namespace is, or a quota was not counted.
var passing = []string{"cannot create resource", "cannot get resource", "not yet ready", "status unknown for quota", "error looking up service account", "being terminated"}

// isRule reports whether a rule of the cluster, such as a LimitRange or a webhook, refuses what was to be
// made, and would again.
func isRule(err error) bool {
	return apierrors.IsForbidden(err) && !slices.ContainsFunc(passing, func(words string) bool { return strings.Contains(err.Error(), words) })
}
