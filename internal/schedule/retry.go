package schedule

import (
	"slices"

	"godocker"
)

// avoid is where a task is not to go, as attempts of it failed there. Where no other
// node could take it, even with nothing else on it, it may go anywhere.
func (c *cluster) avoid(e *engine, q godocker.Queued) []string {
	if !c.skipFailed || len(q.Failed) == 0 {
		return nil
	}
	for _, n := range e.order {
		if !n.has.Down && n.couldHold(q) && !slices.Contains(q.Failed, n.name) {
			return q.Failed
		}
	}
	return nil
}
