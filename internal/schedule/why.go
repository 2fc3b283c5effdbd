package schedule

import (
	"fmt"
	"strings"

	"godocker"
)

// why says what a task waits for that no node has room for.
func (e *engine) why(q godocker.Queued) string {
	place := ""
	if len(q.Labels) > 0 {
		place = " with " + strings.Join(q.Labels, " and ")
	}
	for _, n := range e.order {
		if n.couldHold(q) {
			return fmt.Sprintf("Not enough resources available: waiting until %s are free on one node%s", wants(q), place)
		}
	}
	return fmt.Sprintf("Not enough resources available: the executor %s has no node%s that could give it %s, not even with nothing else on it", e.name, place, wants(q))
}

// couldHold reports whether the task would fit if nothing else ran on the node.
func (n *node) couldHold(q godocker.Queued) bool {
	return n.has.CPU+slack >= q.CPU && gb(n.has.RAM)+slack >= q.RAM && n.has.GPUs >= q.GPUs && godocker.LabelsMatch(q.Labels, n.has.Labels)
}

// wants lists what a task asks for.
func wants(q godocker.Queued) string {
	list := count(q.CPU, "cpu")
	if q.GPUs > 0 {
		list += ", " + count(float64(q.GPUs), "gpu")
	}
	return fmt.Sprintf("%s and %g GB of memory", list, q.RAM)
}

func count(n float64, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%g %s", n, what)
}
