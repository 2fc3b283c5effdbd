package kubernetes

import (
	"context"
	"fmt"
	"strconv"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/intstr"

	"godocker"
	"godocker/executor"
)

// opens reports whether the attempt's ports are reached at its node.
func (e *Engine) opens(a executor.Assignment) bool { return len(a.Ports) > 0 && e.cfg.Ports == atNode }

// publish has the cluster choose ports of nodes for the attempt's, by a Service that goes
// with its Job. What was chosen before stays.
func (e *Engine) publish(ctx context.Context, a executor.Assignment, j *batch.Job) error {
	if !e.opens(a) {
		return nil
	}
	s := &core.Service{ObjectMeta: owned(j, j.Name), Spec: core.ServiceSpec{Type: core.ServiceTypeNodePort,
		Selector: map[string]string{uidLabel: string(j.UID)}, ExternalTrafficPolicy: core.ServiceExternalTrafficPolicyLocal}}
	for i, p := range a.Ports {
		port := int32(p.Container) //nolint:gosec // a port
		s.Spec.Ports = append(s.Spec.Ports, core.ServicePort{Name: "p" + strconv.Itoa(i), Port: port, TargetPort: intstr.FromInt32(port)})
	}
	return e.api.createService(ctx, s)
}

// opened tells which ports of its node a pod's are. If somebody else deleted the Service
// there are none.
func (e *Engine) opened(ctx context.Context, a executor.Assignment, p *pod) ([]godocker.PortMapping, error) {
	s, err := e.api.service(ctx, jobName(executor.Handle(a.Name())))
	switch {
	case apierrors.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("kubernetes: %w", err)
	}
	at := ""
	if n, _ := e.nodes.of(p.node); n != nil {
		at = n.address
	}
	var out []godocker.PortMapping
	for _, port := range s.Spec.Ports {
		out = append(out, godocker.PortMapping{Host: int(port.NodePort), Container: int(port.Port), IP: at})
	}
	return out, nil
}
