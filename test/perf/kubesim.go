package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// A kubesim pretends to be the nodes of a Kubernetes cluster: what is bound to one of them runs
// as its image says, which is a duration, and ends with 0.
type kubesim struct {
	api  *rest.RESTClient
	mu   sync.Mutex
	seen map[types.UID]bool
	pods cache.Store
	dead map[string]bool // nodes that tell nothing any more
}

const (
	simLabel  = "godocker.simulated" // on nodes, as a label and a taint
	simLeases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
	simBeat   = 3 * time.Second
)

// pretend adds n nodes of 8 cpus, until ctx ends.
func pretend(ctx context.Context, cfg *rest.Config, n int) (*kubesim, error) {
	scheme := runtime.NewScheme()
	meta.AddToGroupVersion(scheme, core.SchemeGroupVersion)
	if err := core.AddToScheme(scheme); err != nil {
		return nil, err
	}
	own := rest.CopyConfig(cfg)
	own.APIPath, own.GroupVersion, own.QPS = "/api", &core.SchemeGroupVersion, -1
	own.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	api, err := rest.RESTClientFor(own)
	if err != nil {
		return nil, err
	}
	s := &kubesim{api: api, seen: map[types.UID]bool{}, dead: map[string]bool{}}
	for i := range n {
		if err := s.add(ctx, simNode(i)); err != nil {
			return nil, err
		}
		go s.beat(ctx, simNode(i))
	}
	pods := cache.NewListWatchFromClient(api, "pods", "", fields.Everything())
	store, informer := cache.NewInformerWithOptions(cache.InformerOptions{ListerWatcher: pods, ObjectType: &core.Pod{},
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    func(o any) { s.pod(ctx, o) },
			UpdateFunc: func(_, o any) { s.pod(ctx, o) },
			DeleteFunc: s.forget,
		}})
	s.pods = store
	go informer.RunWithContext(ctx)
	return s, nil
}

func simNode(i int) string { return fmt.Sprintf("simulated-%d", i) }

func (s *kubesim) add(ctx context.Context, name string) error {
	const has = `{"cpu":"8","memory":"64Gi","pods":"500","ephemeral-storage":"100Gi"}`
	node := fmt.Sprintf(`{"kind":"Node","apiVersion":"v1","metadata":{"name":%q,"labels":{%q:"yes","kubernetes.io/hostname":%q}},"spec":{"taints":[{"key":%q,"effect":"NoSchedule"}]}}`, name, simLabel, name, simLabel)
	lease := fmt.Sprintf(`{"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{"name":%q},"spec":{"holderIdentity":%q,"leaseDurationSeconds":40,"renewTime":%q}}`, name, name, stamp())
	if err := s.api.Post().AbsPath(simLeases).SetHeader("Content-Type", "application/json").Body([]byte(lease)).Do(ctx).Error(); err != nil {
		return err
	}
	if err := s.api.Post().Resource("nodes").SetHeader("Content-Type", "application/json").Body([]byte(node)).Do(ctx).Error(); err != nil {
		return err
	}
	return s.status(ctx, name, fmt.Sprintf(`"capacity":%s,"allocatable":%s,`, has, has))
}

// status tells that a node is ready, and what else is in JSON.
func (s *kubesim) status(ctx context.Context, name, more string) error {
	text := fmt.Sprintf(`{"status":{%s"conditions":[{"type":"Ready","status":"True","reason":"Simulated","lastHeartbeatTime":%q,"lastTransitionTime":%q}]}}`, more, now(), now())
	return s.api.Patch(types.MergePatchType).Resource("nodes").Name(name).SubResource("status").Body([]byte(text)).Do(ctx).Error()
}

func now() string   { return time.Now().UTC().Format(time.RFC3339) }
func stamp() string { return time.Now().UTC().Format("2006-01-02T15:04:05.000000Z") }

// beat renews the lease of a node that lives, and now and then says that it does.
func (s *kubesim) beat(ctx context.Context, name string) {
	tick := time.NewTicker(simBeat)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		s.mu.Lock()
		dead := s.dead[name]
		s.mu.Unlock()
		if dead {
			return
		}
		_ = s.api.Patch(types.MergePatchType).AbsPath(simLeases + "/" + name).Body(fmt.Appendf(nil, `{"spec":{"renewTime":%q}}`, stamp())).Do(ctx).Error()
		if n%5 == 0 {
			_ = s.status(ctx, name, "")
		}
	}
}

// die has a node tell nothing any more.
func (s *kubesim) die(node string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dead[node] = true
}

// forget forgets a pod that is gone.
func (s *kubesim) forget(o any) {
	if last, ok := o.(cache.DeletedFinalStateUnknown); ok {
		o = last.Obj
	}
	if p, ok := o.(*core.Pod); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.seen, p.UID)
	}
}

// without waits until all pods with a label are gone.
func (s *kubesim) without(ctx context.Context, label, value string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for slices.ContainsFunc(s.pods.List(), func(o any) bool { p, ok := o.(*core.Pod); return ok && p.Labels[label] == value }) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// pod does what a node does for a pod.
func (s *kubesim) pod(ctx context.Context, o any) {
	p, ok := o.(*core.Pod)
	if !ok || !strings.HasPrefix(p.Spec.NodeName, "simulated-") {
		return
	}
	s.mu.Lock()
	fresh, dead := !s.seen[p.UID], s.dead[p.Spec.NodeName]
	s.seen[p.UID] = true
	s.mu.Unlock()
	switch {
	case dead:
	case p.DeletionTimestamp != nil:
		go func() {
			zero := int64(0)
			_ = s.api.Delete().Namespace(p.Namespace).Resource("pods").Name(p.Name).Body(&meta.DeleteOptions{GracePeriodSeconds: &zero, Preconditions: &meta.Preconditions{UID: &p.UID}}).Do(ctx).Error()
		}()
	case fresh:
		go s.run(ctx, p)
	}
}

func (s *kubesim) run(ctx context.Context, p *core.Pod) {
	began := now()
	status := func(phase, state string) {
		text := fmt.Sprintf(`{"metadata":{"uid":%q},"status":{"phase":%q,"podIP":"10.1.2.3","startTime":%q,"containerStatuses":[{"name":%q,"image":%q,"imageID":"sha256:0","state":{%s}}]}}`,
			p.UID, phase, began, p.Spec.Containers[0].Name, p.Spec.Containers[0].Image, state)
		err := s.api.Patch(types.MergePatchType).Namespace(p.Namespace).Resource("pods").Name(p.Name).SubResource("status").Body([]byte(text)).Do(ctx).Error()
		if err != nil && !apierrors.IsNotFound(err) && ctx.Err() == nil {
			fmt.Println("simulated node:", err)
		}
	}
	_, text, _ := strings.Cut(p.Spec.Containers[0].Image, ":")
	d, err := time.ParseDuration(text)
	if err != nil {
		d = 0
	}
	status("Running", fmt.Sprintf(`"running":{"startedAt":%q}`, began))
	select {
	case <-time.After(d):
	case <-ctx.Done():
		return
	}
	s.mu.Lock()
	dead := s.dead[p.Spec.NodeName]
	s.mu.Unlock()
	if !dead {
		status("Succeeded", fmt.Sprintf(`"running":null,"terminated":{"exitCode":0,"reason":"Completed","startedAt":%q,"finishedAt":%q}`, began, now()))
	}
}
