package dockerapi

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"

	"godocker"
	"godocker/executor"
)

// Labels of every container, by which other tools and the event stream know it.
const (
	LabelCluster = "godocker.cluster"
	LabelTask    = "godocker.task"
	LabelAttempt = "godocker.attempt"
	LabelMark    = "godocker.mark"
)

// runnerRights are what the first process of a container needs to become the user;
// it gives them up before the script starts.
var runnerRights = []string{"SETUID", "SETGID", "SETPCAP", "CHOWN", "DAC_OVERRIDE", "KILL"}

// rootRights are what installing a package inside the container takes. None of them
// reaches out of it: nothing can be mounted, no device made, no network changed, no
// program of the kernel's loaded.
var rootRights = []string{"CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETUID", "SETGID", "KILL"}

// Labels are what a container is known by.
func Labels(a executor.Assignment) map[string]string {
	labels := map[string]string{}
	maps.Copy(labels, a.Labels)
	labels[LabelCluster] = a.Cluster
	labels[LabelTask] = strconv.FormatInt(a.Task, 10)
	labels[LabelAttempt] = strconv.Itoa(a.Attempt)
	labels[LabelMark] = a.Mark
	return labels
}

// Found reads labels back; the handle is the attempt's name. It is false for what is not ours, whatever its labels
// say.
func Found(labels map[string]string) (executor.Found, bool) {
	task, err := strconv.ParseInt(labels[LabelTask], 10, 64)
	if err != nil {
		return executor.Found{}, false
	}
	attempt, err := strconv.Atoi(labels[LabelAttempt])
	name := godocker.AttemptName(labels[LabelCluster], task, attempt, labels[LabelMark])
	return executor.Found{Handle: executor.Handle(name), Task: task, Attempt: attempt, Mark: labels[LabelMark]}, err == nil
}

// Env is the environment of an attempt, as engines take it.
func Env(a executor.Assignment) []string {
	env := make([]string, 0, len(a.Env))
	for _, name := range slices.Sorted(maps.Keys(a.Env)) {
		env = append(env, name+"="+a.Env[name])
	}
	return env
}

// Rights are what the first process of an attempt is given of root's.
func Rights(a executor.Assignment) []string {
	rights := runnerRights
	if a.Root {
		rights = rootRights
	}
	if a.Secret != nil {
		rights = append(slices.Clone(rights), "NET_BIND_SERVICE")
	}
	return rights
}

// Unchecked switches off what an image says of how it is to be looked after, which is for services.
func Unchecked() *container.HealthConfig { return &container.HealthConfig{Test: []string{"NONE"}} }

// Bind is the engine's word for a mount. Read-only means all of it: what is mounted
// inside the folder is read-only too, which takes an engine that is deep, or is not there.
func Bind(m executor.Mount, deep bool) mount.Mount {
	b := mount.Mount{Type: mount.TypeBind, Source: m.Source, Target: m.Target, ReadOnly: m.ReadOnly}
	switch {
	case !m.ReadOnly:
	case deep:
		b.BindOptions = &mount.BindOptions{Propagation: mount.PropagationRPrivate, ReadOnlyForceRecursive: true}
	default:
		b.BindOptions = &mount.BindOptions{NonRecursive: true}
	}
	return b
}

// Valid tells a container's name from what would be another request altogether.
func Valid(h executor.Handle) bool {
	return h != "" && !strings.ContainsFunc(string(h), func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-", r)
	})
}
