package docker

import (
	"context"
	"net/netip"
	"strconv"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"godocker"
	"godocker/executor"
)

// publish has the engine show ports of the container on all addresses of the node.
func publish(a executor.Assignment, c *container.Config, h *container.HostConfig) {
	if len(a.Ports) == 0 {
		return
	}
	c.ExposedPorts, h.PortBindings = network.PortSet{}, network.PortMap{}
	for _, p := range a.Ports {
		port, ok := network.PortFrom(uint16(p.Container), network.TCP)
		if !ok {
			continue
		}
		c.ExposedPorts[port] = struct{}{}
		h.PortBindings[port] = append(h.PortBindings[port], network.PortBinding{HostIP: netip.IPv4Unspecified(), HostPort: strconv.Itoa(p.Host)})
	}
}

// published is what the engine really shows, which another call may have asked for.
func (e *Engine) published(ctx context.Context, id string, asked []godocker.PortMapping) (ip string, ports []godocker.PortMapping, err error) {
	got, err := e.api.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
	if err != nil {
		return "", nil, err
	}
	c := got.Container
	if c.NetworkSettings != nil {
		for _, n := range c.NetworkSettings.Networks {
			if n != nil && n.IPAddress.IsValid() {
				ip = n.IPAddress.String()
			}
		}
	}
	for _, p := range asked {
		port, ok := network.PortFrom(uint16(p.Container), network.TCP)
		if ok && c.HostConfig != nil && len(c.HostConfig.PortBindings[port]) > 0 {
			if host, err := strconv.Atoi(c.HostConfig.PortBindings[port][0].HostPort); err == nil {
				p.Host = host
			}
		}
		ports = append(ports, p)
	}
	return ip, ports, nil
}
