package docker

import (
	"fmt"

	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/client/pkg/versions"

	"godocker/executor"
	"godocker/executor/dockerapi"
)

// bind is the engine's word for a mount.
func (e *Engine) bind(m executor.Mount) mount.Mount {
	e.mu.Lock()
	defer e.mu.Unlock()
	return dockerapi.Bind(m, e.deep)
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
