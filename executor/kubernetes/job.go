package kubernetes

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"godocker"
	"godocker/executor"
)

// Labels of every Job and pod, by which other tools and the watches know them.
const (
	labelCluster = "godocker.cluster"
	labelTask    = "godocker.task"
	labelAttempt = "godocker.attempt"
	labelMark    = "godocker.mark"

	manager    = "godocker/executor" // of Jobs: Kubernetes' own controller makes no pods for them
	finalizer  = "godocker/result"   // keeps a pod until how it ended was stored
	killedNote = "godocker.killed"   // its deletion was asked for

	container = "task"
	tmpVolume = "tmp-data"
)

// runnerRights are what the first process of a container needs to become the user;
// it gives them up before the script starts. All of them are in the baseline of
// Kubernetes' own rules for pods.
var runnerRights = []core.Capability{"SETUID", "SETGID", "SETPCAP", "CHOWN", "DAC_OVERRIDE", "KILL"}

// rootRights are what installing a package inside the container takes.
var rootRights = []core.Capability{"CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETUID", "SETGID", "KILL"}

// jobName is the handle where Kubernetes takes it for a name, or what stands for it.
func jobName(h executor.Handle) string {
	if len(validation.IsDNS1123Label(string(h))) == 0 {
		return string(h)
	}
	sum := sha256.Sum256([]byte(h))
	return "god-" + hex.EncodeToString(sum[:20])
}

// job is everything that the cluster is told of an attempt.
func (e *Engine) job(a executor.Assignment) (*batch.Job, error) {
	pod, err := e.podSpec(a)
	if err != nil {
		return nil, err
	}
	labels, notes := named(a)
	return &batch.Job{
		ObjectMeta: meta.ObjectMeta{Name: jobName(executor.Handle(a.Name())), Labels: labels, Annotations: notes},
		Spec: batch.JobSpec{
			ManagedBy: new(manager), BackoffLimit: new(int32(0)),
			Template: core.PodTemplateSpec{ObjectMeta: meta.ObjectMeta{Labels: labels, Annotations: notes, Finalizers: []string{finalizer}}, Spec: *pod},
		},
	}, nil
}

// podFor is the one pod of a Job: under this name the API server refuses a second.
func podFor(j *batch.Job) *core.Pod {
	p := &core.Pod{ObjectMeta: j.Spec.Template.ObjectMeta, Spec: j.Spec.Template.Spec}
	p.Name = j.Name + "-" + string(j.UID[:8])
	p.Labels = maps.Clone(p.Labels)
	p.Labels[jobLabel], p.Labels[uidLabel] = j.Name, string(j.UID)
	p.OwnerReferences = []meta.OwnerReference{{APIVersion: "batch/v1", Kind: "Job", Name: j.Name, UID: j.UID, Controller: new(true)}}
	return p
}

// named returns what the attempt is called by: labels where Kubernetes takes them, and
// annotations.
func named(a executor.Assignment) (labels, notes map[string]string) {
	labels, notes = map[string]string{}, map[string]string{}
	for name, value := range a.Labels {
		switch {
		case len(validation.IsQualifiedName(name)) > 0:
		case len(validation.IsValidLabelValue(value)) > 0:
			notes[name] = value
		default:
			labels[name] = value
		}
	}
	maps.Copy(labels, map[string]string{labelCluster: a.Cluster, labelTask: strconv.FormatInt(a.Task, 10),
		labelAttempt: strconv.Itoa(a.Attempt), labelMark: a.Mark})
	return labels, notes
}

func (e *Engine) podSpec(a executor.Assignment) (*core.PodSpec, error) {
	if len(a.Devices) > 0 {
		return nil, fmt.Errorf("%w: the cluster chooses gpus itself, so there is no %q", executor.ErrCannotStart, a.Devices[0])
	}
	volumes, mounts, err := e.volumes(a)
	if err != nil {
		return nil, err
	}
	has, err := e.resources(a)
	if err != nil {
		return nil, err
	}
	rights, user, err := e.security(a)
	if err != nil {
		return nil, err
	}
	spec := &core.PodSpec{
		RestartPolicy: core.RestartPolicyNever, AutomountServiceAccountToken: new(false), EnableServiceLinks: new(false),
		NodeSelector: e.selector(a), Affinity: on(a.Node), Tolerations: e.tolerations(), PriorityClassName: e.cfg.Priority,
		SecurityContext: user, Volumes: volumes,
		Containers: []core.Container{{
			Name: container, Image: a.Image, ImagePullPolicy: pull(a), Command: literal(a.Command), Env: env(a.Env), WorkingDir: a.WorkDir,
			Resources: has, VolumeMounts: mounts, SecurityContext: rights,
		}},
	}
	if a.Login != nil {
		spec.ImagePullSecrets = []core.LocalObjectReference{{Name: pullSecret(a)}}
	}
	for i, p := range a.Ports {
		spec.Containers[0].Ports = append(spec.Containers[0].Ports, core.ContainerPort{Name: "p" + strconv.Itoa(i), ContainerPort: int32(p.Container)}) //nolint:gosec // a port
	}
	return spec, nil
}

// pull has the node show the attempt's own login to the registry, and no other's, where it
// matters who may have the image.
func pull(a executor.Assignment) core.PullPolicy {
	switch {
	case a.Pull == godocker.PullAlways, a.Login != nil, a.MayUse != nil:
		return core.PullAlways
	case a.Pull == godocker.PullNever:
		return core.PullNever
	}
	return core.PullIfNotPresent
}

// literal is text in which Kubernetes finds no variables.
func literal(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.ReplaceAll(w, "$", "$$")
	}
	return out
}

func env(vars map[string]string) []core.EnvVar {
	out := make([]core.EnvVar, 0, len(vars))
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		out = append(out, core.EnvVar{Name: name, Value: strings.ReplaceAll(vars[name], "$", "$$")})
	}
	return out
}

// resources are the attempt's limits, which it is also promised.
func (e *Engine) resources(a executor.Assignment) (core.ResourceRequirements, error) {
	has := core.ResourceList{}
	if a.CPU > 0 {
		has[core.ResourceCPU] = *resource.NewMilliQuantity(int64(math.Ceil(a.CPU*1000)), resource.DecimalSI)
	}
	if a.RAM > 0 {
		has[core.ResourceMemory] = *resource.NewQuantity(a.RAM, resource.BinarySI)
	}
	if a.GPUs > 0 {
		has[core.ResourceName(e.cfg.GPUResource)] = *resource.NewQuantity(int64(a.GPUs), resource.DecimalSI)
	}
	wants := maps.Clone(has)
	if a.Tmp > 0 {
		if !slices.ContainsFunc(e.nodes.all(), func(n *node) bool { return n.tmp >= a.Tmp }) {
			return core.ResourceRequirements{}, fmt.Errorf("%w: no node has %d bytes of temporary storage", executor.ErrCannotStart, a.Tmp)
		}
		wants[core.ResourceEphemeralStorage] = *resource.NewQuantity(a.Tmp, resource.BinarySI)
	}
	return core.ResourceRequirements{Limits: has, Requests: wants}, nil
}

// security is what the container's processes may do.
func (e *Engine) security(a executor.Assignment) (*core.SecurityContext, *core.PodSecurityContext, error) {
	c := &core.SecurityContext{AllowPrivilegeEscalation: new(false), Privileged: new(false), Capabilities: &core.Capabilities{Drop: []core.Capability{"ALL"}}}
	p := &core.PodSecurityContext{SeccompProfile: &core.SeccompProfile{Type: core.SeccompProfileTypeRuntimeDefault},
		Sysctls: []core.Sysctl{{Name: "net.ipv4.ip_unprivileged_port_start", Value: "0"}}} // as Docker has it; one of those that are safe, in every profile
	if e.cfg.User {
		if a.User == nil || a.User.UID == 0 {
			return nil, nil, fmt.Errorf("%w: pods run as the task's user here, and root is none", executor.ErrCannotStart)
		}
		p.RunAsNonRoot, p.RunAsUser, p.RunAsGroup = new(true), new(int64(a.User.UID)), new(int64(a.User.GID))
		for _, id := range a.User.Groups {
			p.SupplementalGroups = append(p.SupplementalGroups, int64(id))
		}
		return c, p, nil
	}
	p.RunAsUser, p.RunAsGroup = new(int64(0)), new(int64(0)) // whatever the image says: the command becomes the task's user by itself
	c.Capabilities.Add = slices.Clone(runnerRights)
	if a.Root {
		c.Capabilities.Add = slices.Clone(rootRights)
	}
	if a.Secret != nil {
		c.Capabilities.Add = append(c.Capabilities.Add, "NET_BIND_SERVICE")
	}
	return c, p, nil
}

// selector says which nodes will do, where the cluster chooses among them.
func (e *Engine) selector(a executor.Assignment) map[string]string {
	out := maps.Clone(e.cfg.NodeSelector)
	for _, text := range a.Constraints {
		if name, value, err := godocker.ParseLabel(text); err == nil && e.cfg.Placement == byKubernetes {
			if out == nil {
				out = map[string]string{}
			}
			out[name] = cmp.Or(out[name], value)
		}
	}
	return out
}

// on is the node that the scheduler chose; Kubernetes' own sees whether it has room.
func on(node string) *core.Affinity {
	if node == "" {
		return nil
	}
	return &core.Affinity{NodeAffinity: &core.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &core.NodeSelector{
		NodeSelectorTerms: []core.NodeSelectorTerm{{MatchFields: []core.NodeSelectorRequirement{
			{Key: meta.ObjectNameField, Operator: core.NodeSelectorOpIn, Values: []string{node}}}}}}}}
}

// tolerations are those of the configuration, and that a node may be away for a while.
func (e *Engine) tolerations() []core.Toleration {
	var out []core.Toleration
	for _, t := range e.cfg.Tolerations {
		x := core.Toleration{Key: t.Key, Value: t.Value, Effect: core.TaintEffect(t.Effect), Operator: core.TolerationOpEqual}
		if t.Value == "" {
			x.Operator = core.TolerationOpExists
		}
		out = append(out, x)
	}
	for _, key := range []string{core.TaintNodeNotReady, core.TaintNodeUnreachable} {
		out = append(out, core.Toleration{Key: key, Operator: core.TolerationOpExists, Effect: core.TaintEffectNoExecute,
			TolerationSeconds: new(int64(e.cfg.NodeLostAfter))})
	}
	return out
}

func within(file, folder string) (rel string, ok bool) {
	if file == folder {
		return "", true
	}
	rel, ok = strings.CutPrefix(file, strings.TrimSuffix(folder, "/")+"/")
	return path.Clean(rel), ok
}
