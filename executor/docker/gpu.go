package docker

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/moby/moby/api/types/container"

	"godocker"
	"godocker/executor"
)

// A GPU is one of the node, which one attempt at a time gets. Without devices it is
// NVIDIA's, whose own tools know it by its name: a number or a UUID.
type GPU struct {
	Name    string            `yaml:"name"`
	Devices []string          `yaml:"devices"` // device files, such as /dev/dri/renderD128
	Env     map[string]string `yaml:"env"`     // joined by commas where an attempt gets several gpus
}

func checkGPUs(gpus []GPU) error {
	seen := map[string]bool{}
	for i, g := range gpus {
		if g.Name == "" || strings.ContainsAny(g.Name, ", \n") || seen[g.Name] {
			return fmt.Errorf("gpus[%d].name: want a name of its own without commas and spaces, got %q", i, g.Name)
		}
		seen[g.Name] = true
		for _, d := range g.Devices {
			if path.Clean(d) != d || !godocker.Within(d, "/dev") || d == "/dev" {
				return fmt.Errorf("gpus[%d].devices: want files below /dev, got %q", i, d)
			}
		}
	}
	return nil
}

func (e *Engine) gpuNames() []string {
	var names []string
	for _, g := range e.cfg.GPUs {
		names = append(names, g.Name)
	}
	return names
}

// missing is a gpu that the attempt is to have and the node does not; "" = it has all.
func (e *Engine) missing(a executor.Assignment) string {
	have := e.gpuNames()
	for _, name := range a.Devices {
		if !slices.Contains(have, name) {
			return name
		}
	}
	return ""
}

// give lets the container use its gpus, and no others.
func (e *Engine) give(a executor.Assignment, c *container.Config, h *container.HostConfig) {
	var nvidia []string
	env := map[string][]string{}
	for _, g := range e.cfg.GPUs {
		if !slices.Contains(a.Devices, g.Name) {
			continue
		}
		for name, value := range g.Env {
			env[name] = append(env[name], value)
		}
		for _, d := range g.Devices {
			h.Devices = append(h.Devices, container.DeviceMapping{PathOnHost: d, PathInContainer: d, CgroupPermissions: "rw"})
		}
		if len(g.Devices) == 0 {
			nvidia = append(nvidia, g.Name)
		}
	}
	if len(nvidia) > 0 {
		h.DeviceRequests = []container.DeviceRequest{{Driver: "nvidia", DeviceIDs: nvidia, Capabilities: [][]string{{"gpu"}}}}
	}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		c.Env = append(c.Env, name+"="+strings.Join(env[name], ","))
	}
}
