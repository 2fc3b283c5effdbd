package swarm

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/swarm"
	"golang.org/x/sync/errgroup"

	"godocker"
	"godocker/executor"
	"godocker/executor/dockerapi"
)

// Above fewHandles it takes less to list everything than to ask for each.
const (
	fewHandles  = 32
	asksAtATime = 8
)

// Inspect asks for each attempt, or lists all where there are many.
func (s *Swarm) Inspect(ctx context.Context, hs []executor.Handle) ([]executor.Status, error) {
	out := make([]executor.Status, len(hs))
	for i, h := range hs {
		out[i] = executor.Status{Handle: h, Phase: executor.Lost}
	}
	if len(hs) == 0 {
		return out, nil
	}
	all, err := s.look(ctx, nodesFor)
	if err != nil {
		return nil, err
	}
	if len(hs) > fewHandles {
		return out, failed(s.inspectAll(ctx, out, all))
	}
	return out, failed(s.inspectEach(ctx, out, all))
}

func (s *Swarm) inspectEach(ctx context.Context, out []executor.Status, all nodes) error {
	asks, ctx := errgroup.WithContext(ctx)
	asks.SetLimit(asksAtATime)
	for i := range out {
		h := out[i].Handle
		if !dockerapi.Valid(h) {
			continue
		}
		asks.Go(func() error {
			t, ending, err := s.taskOf(ctx, string(h))
			switch {
			case errdefs.IsNotFound(err): // stays lost
			case err != nil:
				return err
			default:
				out[i] = s.status(h, t, ending, all)
			}
			return nil
		})
	}
	return asks.Wait()
}

// inspectAll goes through all services, and then through all tasks of those that are asked
// for. It remembers of each no more than where its status goes.
func (s *Swarm) inspectAll(ctx context.Context, out []executor.Status, all nodes) error {
	type place struct {
		at      []int // in out
		created time.Time
		own     bool // its task was seen
		ending  bool
	}
	asked := make(map[executor.Handle][]int, len(out))
	for i := range out {
		asked[out[i].Handle] = append(asked[out[i].Handle], i)
	}
	services := make(map[string]*place, len(out))
	filter := map[string][]string{"label": {dockerapi.LabelTask}}
	err := s.each(ctx, "/services", filter, func(d *json.Decoder) error {
		var x struct {
			ID   string
			Spec struct{ Name string }
		}
		if err := d.Decode(&x); err != nil {
			return err
		}
		if at := asked[executor.Handle(x.Spec.Name)]; at != nil {
			services[x.ID] = &place{at: at}
			for _, i := range at {
				out[i] = s.status(out[i].Handle, nil, false, all)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.tasks(ctx, filter, func(t *task) {
		p := services[t.ServiceID]
		if p == nil {
			return
		}
		if _, own := t.handle(); !own {
			if p.ending = true; !p.own {
				for _, i := range p.at {
					out[i] = s.status(out[i].Handle, nil, true, all)
				}
			}
			return
		}
		if p.own && !t.CreatedAt.Before(p.created) {
			return
		}
		p.own, p.created = true, t.CreatedAt
		for _, i := range p.at {
			out[i] = s.status(out[i].Handle, t, p.ending, all)
		}
	})
}

var exitCode = regexp.MustCompile(`non-zero exit \((\d+)\)`)

// status says of a task what the contract knows. ending: somebody ended it, or tried to.
func (s *Swarm) status(h executor.Handle, t *task, ending bool, all nodes) executor.Status {
	x := executor.Status{Handle: h, Phase: executor.Waiting}
	if t == nil {
		if ending { // the swarm keeps no such history
			x.Phase, x.ExitCode = executor.Exited, godocker.KilledExitCode
		}
		return x
	}
	at, known := all[t.NodeID]
	x.Node, x.Reason = at.Name, t.Status.Err
	s.mu.Lock()
	x.Started = s.began[h]
	s.mu.Unlock()
	switch {
	case t.placed() && !t.over() && (!known || at.lost):
		x.Phase, x.Outcome, x.Reason = executor.Exited, godocker.NodeLost, "the swarm has lost the node "+nameOf(at)
		return x
	case t.Status.State == swarm.TaskStateRunning:
		x.Phase, x.Reason, x.Started = executor.Active, "", t.Status.Timestamp
		return x
	case !t.over():
		return x
	}
	x.Phase, x.Ended = executor.Exited, t.Status.Timestamp
	if x.Started.IsZero() { // another process started it
		x.Started = t.CreatedAt
	}
	if x.Ended.Before(x.Started) {
		x.Started = x.Ended
	}
	if c := t.Status.ContainerStatus; c != nil {
		x.ExitCode = max(c.ExitCode, 0)
	}
	switch t.Status.State {
	case swarm.TaskStateComplete:
		x.ExitCode, x.Reason = 0, ""
	case swarm.TaskStateShutdown:
		if x.Reason = ""; !ending {
			x.Outcome, x.Reason = godocker.NodeLost, "the swarm ended it: the node "+nameOf(at)+why(at)
		}
	case swarm.TaskStateRejected:
		x.Outcome = godocker.CannotStart
	case swarm.TaskStateFailed:
		s.failure(&x, t)
	default:
		x.Outcome, x.Reason = godocker.NodeLost, "the swarm does not know what became of it on the node "+nameOf(at)
	}
	return x
}

func nameOf(n node) string {
	if n.Name == "" {
		return "that it ran on"
	}
	return n.Name
}

func why(n node) string {
	if n.drained {
		return " was drained"
	}
	return " was away for a while"
}

// failure tells an exit code from what else may have happened to a container.
func (s *Swarm) failure(x *executor.Status, t *task) {
	code := exitCode.FindStringSubmatch(t.Status.Err)
	switch {
	case code != nil:
		x.ExitCode, _ = strconv.Atoi(code[1])
		x.Reason = ""
	case neverBegan(t.Status.Err):
		x.Outcome = godocker.CannotStart
	default:
		x.Outcome, x.Reason = godocker.NodeLost, fmt.Sprintf("the engine of %s has lost its container: %s", x.Node, t.Status.Err)
	}
}
