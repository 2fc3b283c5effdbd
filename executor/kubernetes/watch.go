package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"time"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"

	"godocker/executor"
)

// lossEvery is how often it is looked for nodes whose time is over.
const lossEvery = 500 * time.Millisecond

// pingFor is how long an answer of the API server is taken for one.
const pingFor = time.Second

// watch begins to follow pods, nodes and warnings, unless it has begun. Reflectors list
// anew after a watch expired or the API server was away.
func (e *Engine) watch() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.watches == nil {
		e.follow()
	}
}

func (e *Engine) follow() {
	var ctx context.Context
	ctx, e.watches = context.WithCancel(e.life)
	e.events.wake = func(job string) {
		e.pods.mu.Lock()
		defer e.pods.mu.Unlock()
		e.pods.wake(job)
	}
	e.reflect(ctx, e.api.core, "pods", e.api.ns, &core.Pod{}, e.pods, func(o *meta.ListOptions) { o.LabelSelector = labelTask })
	e.reflect(ctx, e.api.core, "nodes", "", &core.Node{}, e.nodes, func(*meta.ListOptions) {})
	e.reflect(ctx, e.api.core, "events", e.api.ns, &core.Event{}, e.events, func(o *meta.ListOptions) { o.FieldSelector = "involvedObject.kind=Pod,type=" + core.EventTypeWarning })
	go e.mourn(ctx)
}

// mourn tells of what nodes held that were given up: no watch tells when the time is over
// that they may be away.
func (e *Engine) mourn(ctx context.Context) {
	tick := time.NewTicker(lossEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			e.pods.giveUp(e.gaveUp)
		case <-ctx.Done():
			return
		}
	}
}

func (e *Engine) reflect(ctx context.Context, c rest.Interface, resource, ns string, kind any, into cache.ReflectorStore, of func(*meta.ListOptions)) {
	from := cache.NewFilteredListWatchFromClient(getter{c}, resource, ns, of)
	go cache.NewReflectorWithOptions(from, kind, into, cache.ReflectorOptions{Name: "godocker " + resource}).RunWithContext(ctx)
}

// getter is what lists and watches.
type getter struct{ rest.Interface }

// ping reports whether the API server answers. When it does so again, everything is
// listed at once, and not only when the reflectors try the next time.
func (e *Engine) ping(ctx context.Context) error {
	e.watch()
	e.mu.Lock()
	fresh := !e.away && time.Since(e.asked) < pingFor
	e.mu.Unlock()
	if fresh {
		return nil
	}
	err := e.api.ping(ctx)
	if err != nil && ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err == nil {
		if e.asked = time.Now(); e.away {
			e.watches()
			e.follow()
		}
	}
	if e.away = err != nil; err != nil {
		return fmt.Errorf("kubernetes: %w", err)
	}
	return nil
}

// current waits until all there is was seen once.
func (e *Engine) current(ctx context.Context) error {
	if err := e.ping(ctx); err != nil {
		return err
	}
	for _, ready := range []chan struct{}{e.pods.ready, e.nodes.ready} {
		select {
		case <-ready:
		case <-ctx.Done():
			return fmt.Errorf("kubernetes: pods and nodes were not listed in time; may the service account list and watch them? %w", ctx.Err())
		}
	}
	return nil
}

// Ends tells of the ends of pods. It goes on when the API server comes back, and tells
// of what ended meanwhile.
func (e *Engine) Ends(ctx context.Context, cluster string, ready func(), end func(executor.Handle)) error {
	if err := e.current(ctx); err != nil {
		return err
	}
	leave := e.pods.listen(&listener{cluster, end})
	defer leave()
	ready()
	<-ctx.Done()
	return ctx.Err()
}
