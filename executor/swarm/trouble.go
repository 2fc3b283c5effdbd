package swarm

import (
	"fmt"
	"strings"
	"time"

	"github.com/moby/moby/api/types/swarm"

	"godocker/executor"
	"godocker/executor/dockerapi"
)

// Words of the swarm.
const (
	saysNoNode  = "no suitable node"
	saysPort    = "host-mode port already in use"
	saysNoStart = "starting container failed"
	saysNoImage = "No such image"
)

// neverBegan tells the words about a container that could not be started from those about
// one that ended.
func neverBegan(said string) bool { return strings.HasPrefix(said, saysNoStart) }

// hopeless says why an attempt will not begin, or nil while it may.
func (s *Swarm) hopeless(t *task, all nodes, waited time.Duration, a executor.Assignment) error {
	if t == nil {
		return nil
	}
	said, at := t.Status.Err, all[t.NodeID]
	switch t.Status.State {
	case swarm.TaskStateRejected, swarm.TaskStateFailed:
		if taken, ok := dockerapi.PortTaken(said); ok {
			return taken
		}
		if strings.HasPrefix(said, saysNoImage) {
			return executor.RegistryRefusal{Words: fmt.Sprintf("%s: %s could not fetch it and does not have it", said, at.Name)}
		}
		said = strings.TrimPrefix(said, saysNoStart+": ")
		return fmt.Errorf("%w: %s", dockerapi.BlameWords(said, t.Status.State == swarm.TaskStateRejected), said)
	case swarm.TaskStateOrphaned:
		return fmt.Errorf("%w: the node %s is gone", executor.ErrEngine, at.Name)
	}
	_, known := all[t.NodeID]
	switch {
	case t.placed() && (at.lost || !known):
		return fmt.Errorf("%w: the node of the task went away before it began", executor.ErrEngine)
	case t.placed():
		return nil
	case strings.Contains(said, saysPort) && len(a.Ports) > 0:
		return executor.PortTaken{Port: a.Ports[0].Host}
	case strings.Contains(said, saysNoNode) && waited > s.waits:
		return executor.Scarce{What: "the swarm has " + said}
	}
	return nil
}

// waitsFor says in words what a start waits for.
func waitsFor(t *task, all nodes) string {
	switch {
	case t == nil || !t.placed() && t.Status.Err == "":
		return "waiting for the swarm"
	case !t.placed():
		return "waiting: the swarm has " + t.Status.Err
	default:
		return "being prepared on " + all[t.NodeID].Name + ", which fetches the image if it has to"
	}
}
