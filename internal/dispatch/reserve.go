package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/store"
)

// Ports says which ports of a node tasks are given.
type Ports struct {
	Allocate bool // ports from Start on; else those of the container
	Start    int
	Range    int
}

func whyNoRoom(err error) string {
	if s, ok := errors.AsType[executor.Scarce](err); ok {
		return "Not enough resources available: " + s.What
	}
	return godocker.TextNoRoom
}

// Things of an attempt that has just ended are given back in a moment.
const (
	reserveTries = 20
	reservePause = 250 * time.Millisecond
)

// reserve gives the attempt what it asks for, or says that they are scarce.
func (r *Room) reserve(ctx context.Context, k store.Reservation, why string) ([]string, error) {
	for range reserveTries {
		names, err := r.Store.Reserve(ctx, k)
		if err != nil || names != nil {
			return names, err
		}
		pause := time.NewTimer(reservePause)
		select {
		case <-ctx.Done():
			pause.Stop()
			return nil, ctx.Err()
		case <-pause.C:
		}
	}
	return nil, executor.Scarce{What: why}
}

// gpus chooses the task's gpus, on nodes that tell theirs apart.
func (r *Room) gpus(ctx context.Context, exec executor.Executor, t *godocker.Task, a *executor.Assignment) error {
	if t.Requirements.GPUs == 0 {
		return nil
	}
	nodes, err := exec.Nodes(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(nodes, func(n executor.Node) bool { return n.Name == t.Node })
	if i < 0 || len(nodes[i].Devices) == 0 {
		return nil
	}
	a.Devices, err = r.reserve(ctx, store.Reservation{AttemptKey: store.AttemptKey{ID: t.ID, Attempt: t.Attempt},
		Kind: store.KindGPU, Count: t.Requirements.GPUs, Among: nodes[i].Devices}, "gpus of "+t.Node+" are in use")
	a.Env["GODOCKER_GPUS"] = strings.Join(a.Devices, ",")
	return err
}

// foreignFor is how long a port is left alone that a program of another uses.
const foreignFor = 10 * time.Minute

// withPorts starts the attempt with ports of the node, unless it has an address of its
// own. Where another program has one of them, it takes another.
func (r *Room) withPorts(ctx context.Context, exec executor.Executor, t *godocker.Task, a executor.Assignment) (executor.Started, error) {
	if exec.Capabilities().Addresses {
		for _, port := range containerPorts(t) {
			a.Ports = append(a.Ports, godocker.PortMapping{Host: port, Container: port})
		}
		return exec.Start(ctx, a)
	}
	for {
		if err := r.ports(ctx, t, &a); err != nil {
			return executor.Started{}, err
		}
		got, err := exec.Start(ctx, a)
		taken, ok := errors.AsType[executor.PortTaken](err)
		if !ok || ctx.Err() != nil {
			return got, err
		}
		if !slices.ContainsFunc(a.Ports, func(p godocker.PortMapping) bool { return p.Host == taken.Port }) {
			return got, err // it is tried again later
		}
		r.Log.Warn("a port of the node is used by another program", "node", t.Node, "port", taken.Port)
		r.mu.Lock()
		if r.foreign == nil {
			r.foreign = map[string]time.Time{}
		}
		r.foreign[portOf(t.Node, taken.Port)] = time.Now()
		r.mu.Unlock()
	}
}

func portOf(node string, port int) string { return node + ":" + strconv.Itoa(port) }

// ports chooses the ports of the node.
func (r *Room) ports(ctx context.Context, t *godocker.Task, a *executor.Assignment) error {
	want := containerPorts(t)
	if len(want) == 0 {
		return nil
	}
	k := store.Reservation{AttemptKey: store.AttemptKey{ID: t.ID, Attempt: t.Attempt}, Kind: store.KindPort, Count: len(want)}
	for i := range r.Ports.Range {
		// Not those that were free last, whose clients may still be there.
		k.Among = append(k.Among, strconv.Itoa(r.Ports.Start+(i+int(t.ID)*len(want))%r.Ports.Range))
	}
	why := fmt.Sprintf("%d ports of %s are not free", len(want), t.Node)
	if !r.Ports.Allocate && !t.Command.Interactive { // which has no other ports then
		k.Among = nil
		for _, p := range want {
			k.Among = append(k.Among, strconv.Itoa(p))
		}
		why = fmt.Sprintf("port %s of %s is in use", strings.Join(k.Among, " or "), t.Node)
	}
	k.Not = r.notOf(t.Node, k.Among)
	names, err := r.reserve(ctx, k, why)
	if err != nil {
		return err
	}
	a.Ports = nil
	for i, name := range names {
		host, err := strconv.Atoi(name)
		if err != nil {
			return err
		}
		a.Ports = append(a.Ports, godocker.PortMapping{Host: host, Container: want[i]})
	}
	return nil
}

// notOf lists the ports of a node that other programs have.
func (r *Room) notOf(node string, among []string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var not []string
	for _, name := range among {
		if seen, ok := r.foreign[node+":"+name]; ok && time.Since(seen) < foreignFor {
			not = append(not, name)
		}
	}
	return not
}
