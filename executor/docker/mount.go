package docker

import (
	"fmt"

	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/client/pkg/versions"

	"godocker/executor"
)

// bind is the engine's word for a mount. Read-only means all of it: what is mounted
// inside the folder is read-only too, or is not there with an engine that would leave
// it writable.
func (e *Engine) bind(m executor.Mount) mount.Mount {
	b := mount.Mount{Type: mount.TypeBind, Source: m.Source, Target: m.Target, ReadOnly: m.ReadOnly}
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case !m.ReadOnly:
	case e.deep:
		b.BindOptions = &mount.BindOptions{Propagation: mount.PropagationRPrivate, ReadOnlyForceRecursive: true}
	default:
		b.BindOptions = &mount.BindOptions{NonRecursive: true}
	}
	return b
}

// makesDeepReadOnly reports whether an engine can make a mount read-only together with
// all that is mounted inside.
func makesDeepReadOnly(api, kernel string) bool {
	var major, minor int
	if _, err := fmt.Sscanf(kernel, "%d.%d", &major, &minor); err != nil {
		return false
	}
	return !versions.LessThan(api, "1.44") && (major > 5 || major == 5 && minor >= 12)
}
