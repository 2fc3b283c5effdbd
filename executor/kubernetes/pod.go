package kubernetes

import (
	"slices"
	"strings"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"godocker"
	"godocker/executor"
)

// A pod is what is kept of one: of ten thousand that run, little.
type pod struct {
	name, version string
	uid, job      types.UID
	jobName       string
	node, ip      string
	cluster, mark string
	task          int64
	attempt       int
	created       time.Time
	limit         int64 // bytes of memory
	tmp           bool

	phase           core.PodPhase
	reason, message string
	deleted         bool // is to end, or has
	killed          bool // by Kill
	held            bool // by our finalizer
	disrupted       string
	why             string // of the disruption
	unschedulable   string // the scheduler's words
	waiting         *core.ContainerStateWaiting
	running         time.Time // zero = its container does not run
	over            *core.ContainerStateTerminated
	image           string // its id
}

const (
	jobLabel = "batch.kubernetes.io/job-name"
	uidLabel = "batch.kubernetes.io/controller-uid"
)

func podOf(k *core.Pod) *pod {
	p := &pod{name: k.Name, version: k.ResourceVersion, uid: k.UID, job: types.UID(k.Labels[uidLabel]), jobName: k.Labels[jobLabel],
		node: k.Spec.NodeName, ip: k.Status.PodIP, cluster: k.Labels[labelCluster], mark: k.Labels[labelMark], created: k.CreationTimestamp.Time,
		phase: k.Status.Phase, reason: k.Status.Reason, message: k.Status.Message, deleted: k.DeletionTimestamp != nil, killed: k.Annotations[killedNote] != ""}
	p.task, p.attempt = numbers(&k.ObjectMeta)
	p.held = slices.Contains(k.Finalizers, finalizer)
	for _, v := range k.Spec.Volumes {
		p.tmp = p.tmp || v.Name == tmpVolume
	}
	if len(k.Spec.Containers) > 0 {
		p.limit = k.Spec.Containers[0].Resources.Limits.Memory().Value()
	}
	for _, c := range k.Status.Conditions {
		switch {
		case c.Type == core.PodScheduled && c.Status == core.ConditionFalse && c.Reason == core.PodReasonUnschedulable:
			p.unschedulable = c.Message
		case c.Type == core.DisruptionTarget && c.Status == core.ConditionTrue:
			p.disrupted, p.why = c.Reason, c.Message
		}
	}
	if len(k.Status.ContainerStatuses) > 0 {
		s := k.Status.ContainerStatuses[0]
		p.waiting, p.over, p.image = s.State.Waiting, s.State.Terminated, s.ImageID
		if s.State.Running != nil {
			p.running = s.State.Running.StartedAt.Time
		}
	}
	return p
}

func (p *pod) handle() executor.Handle {
	return executor.Handle(godocker.AttemptName(p.cluster, p.task, p.attempt, p.mark))
}

// begun reports whether its command ran, or runs.
func (p *pod) begun() bool {
	return !p.running.IsZero() || p.over != nil && !neverRan(p.over)
}

// ended reports whether nothing of it runs any more, as far as its node tells.
func (p *pod) ended() bool {
	return p.over != nil || p.phase == core.PodFailed || p.phase == core.PodSucceeded
}

// isStorage reports whether a node's words about an eviction are about storage that a pod
// has a limit of.
func isStorage(text string) bool {
	return strings.Contains(text, "EmptyDir volume") || strings.Contains(text, "ephemeral local storage")
}

// neverRan reports whether a container ended before its command began.
func neverRan(t *core.ContainerStateTerminated) bool {
	switch t.Reason {
	case "StartError", "ContainerCannotRun", "CreateContainerError", "RunContainerError":
		return true
	}
	return t.StartedAt.IsZero() || t.StartedAt.Unix() <= 0
}

// status is what an attempt's pod says of it. away tells whether its node was given up.
func (p *pod) status(h executor.Handle, away bool) executor.Status {
	s := executor.Status{Handle: h, Phase: executor.Exited, Node: p.node, Started: p.running}
	if t := p.over; t != nil {
		s.ExitCode, s.Started, s.Ended = int(t.ExitCode), t.StartedAt.Time, t.FinishedAt.Time
		if neverRan(t) {
			s.Started = s.Ended
		}
	}
	switch {
	case !p.ended() && away:
		s.Outcome, s.Reason = godocker.NodeLost, "its node "+p.node+" went away"
	case !p.ended() && !p.running.IsZero():
		s.Phase = executor.Active
	case !p.ended():
		s.Phase = executor.Waiting
	default:
		s.Outcome, s.Reason = p.outcome(s.ExitCode)
	}
	return s
}

// outcome is what the engine knows more than the exit code of a pod that ended.
func (p *pod) outcome(code int) (godocker.Outcome, string) {
	t := p.over
	switch {
	case t != nil && t.Reason == "OOMKilled" && code != 0:
		return godocker.OutOfMemory, executor.OutOfMemoryReason(p.limit)
	case t != nil && neverRan(t) && isHampered(t.Message):
		return godocker.EngineError, t.Message
	case t != nil && neverRan(t) && t.Message != "":
		return godocker.CannotStart, t.Message
	case p.reason == "Evicted" && p.tmp && isStorage(p.message):
		return godocker.Failed, "used more than its temporary storage: " + p.message
	case p.reason == "Evicted":
		return godocker.NodeLost, "was evicted from " + p.node + ": " + p.message
	case t != nil && t.Reason == "ContainerStatusUnknown":
		return godocker.NodeLost, "its node " + p.node + " does not know how it ended"
	case t != nil && code == 0:
		return godocker.NoOutcome, ""
	case p.disrupted != "" && !p.killed:
		return godocker.NodeLost, "was taken from " + p.node + ": " + p.why
	case p.deleted && !p.killed:
		return godocker.NodeLost, "its pod was deleted by somebody else"
	case t == nil && p.reason != "" && !p.killed: // its node did not take it
		return godocker.NodeLost, "was refused by " + p.node + ": " + p.message
	}
	return godocker.NoOutcome, ""
}
