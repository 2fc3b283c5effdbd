package swarm

import (
	"cmp"
	"fmt"
	"maps"
	"time"

	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/api/types/swarm"

	"godocker/executor"
	"godocker/executor/dockerapi"
)

// spec is everything that the managers are told of an attempt.
func (s *Swarm) spec(a executor.Assignment, at node, image string, secret string) swarm.ServiceSpec {
	labels := dockerapi.Labels(a)
	c := &swarm.ContainerSpec{
		Image: image, Command: a.Command, Labels: labels, Env: dockerapi.Env(a), Dir: a.WorkDir,
		User: "0:0", Healthcheck: dockerapi.Unchecked(), Init: new(false),
		CapabilityDrop: []string{"ALL"}, CapabilityAdd: dockerapi.Rights(a),
		Privileges: &swarm.Privileges{NoNewPrivileges: true}, // which engines before Docker 25 do not know
	}
	if a.Grace > 0 {
		c.StopGracePeriod = new(a.Grace)
	}
	for _, m := range a.Mounts {
		c.Mounts = append(c.Mounts, dockerapi.Bind(m, false))
	}
	if a.Shm > 0 {
		c.Mounts = append(c.Mounts, mount.Mount{Type: mount.TypeTmpfs, Target: "/dev/shm", TmpfsOptions: &mount.TmpfsOptions{SizeBytes: a.Shm, Mode: 0o1777}})
	}
	if a.Secret != nil {
		c.Secrets = []*swarm.SecretReference{{SecretID: secret, SecretName: a.Name(),
			File: &swarm.SecretReferenceFileTarget{Name: a.Secret.Path, UID: "0", GID: "0", Mode: 0o400}}}
	}
	t := swarm.TaskSpec{
		ContainerSpec: c,
		Resources: &swarm.ResourceRequirements{
			Limits:       &swarm.Limit{NanoCPUs: int64(a.CPU * 1e9), MemoryBytes: a.RAM, Pids: cmp.Or(a.PIDs, s.cfg.PIDsLimit)},
			Reservations: &swarm.Resources{NanoCPUs: int64(a.CPU * 1e9), MemoryBytes: a.RAM},
		},
		RestartPolicy: &swarm.RestartPolicy{Condition: swarm.RestartPolicyConditionNone, MaxAttempts: new(uint64(0)), Delay: new(time.Duration(0))},
		Placement:     &swarm.Placement{MaxReplicas: 1},
		LogDriver:     &swarm.Driver{Name: "none"},
	}
	if at.id != "" {
		t.Placement.Constraints = []string{"node.id==" + at.id}
	}
	if a.GPUs > 0 {
		t.Resources.Reservations.GenericResources = []swarm.GenericResource{{DiscreteResourceSpec: &swarm.DiscreteGenericResource{Kind: s.cfg.GPUResource, Value: int64(a.GPUs)}}}
	}
	// An address of its own in the swarm would take the swarm's load balancer, which nobody needs.
	ends := &swarm.EndpointSpec{Mode: swarm.ResolutionModeDNSRR}
	for _, p := range a.Ports {
		ends.Ports = append(ends.Ports, swarm.PortConfig{Protocol: network.TCP, TargetPort: uint32(p.Container), PublishedPort: uint32(p.Host), PublishMode: swarm.PortConfigPublishModeHost})
	}
	return swarm.ServiceSpec{
		Annotations:  swarm.Annotations{Name: a.Name(), Labels: labels},
		TaskTemplate: t, EndpointSpec: ends,
		Mode: swarm.ServiceMode{Replicated: &swarm.ReplicatedService{Replicas: new(uint64(1))}},
	}
}

// ended is what an attempt's service becomes so that the swarm ends its task, and keeps what
// there is to know of it: a task that no node will do takes its place.
func ended(spec swarm.ServiceSpec) swarm.ServiceSpec {
	c := *spec.TaskTemplate.ContainerSpec
	c.Labels = map[string]string{labelEnded: "true"}
	maps.Copy(c.Labels, spec.Labels)
	spec.TaskTemplate.ContainerSpec = &c
	spec.TaskTemplate.Placement = &swarm.Placement{Constraints: []string{"node.id==" + labelEnded}}
	spec.UpdateConfig = &swarm.UpdateConfig{Parallelism: 1, Order: swarm.UpdateOrderStopFirst, FailureAction: swarm.UpdateFailureActionContinue}
	return spec
}

// nodeFor is the node that an attempt is for; none if the swarm may choose.
func (all nodes) nodeFor(a executor.Assignment) (node, error) {
	if a.Node == "" {
		return node{}, nil
	}
	n, ok := all.named(a.Node)
	if !ok {
		return n, executor.Scarce{What: fmt.Sprintf("the node %s is not in the swarm any more", a.Node)}
	}
	return n, nil
}
