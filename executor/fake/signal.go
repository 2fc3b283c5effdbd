package fake

import (
	"context"
	"time"

	"godocker/executor"
)

// Signal ends an attempt whose directive usr1 says so, on USR1.
func (x connection) Signal(_ context.Context, h executor.Handle, name string) error {
	return x.c.change(h, func(at *attempt, now time.Time) {
		if !at.Frozen.IsZero() {
			return
		}
		at.Signals++
		if name == "USR1" && at.OnUSR1 != nil {
			at.Ends, at.Code, at.Outcome, at.Reason = now, *at.OnUSR1, "", ""
		}
	})
}

// Signals is how many signals an attempt was sent by Signal.
func (c *Cluster) Signals(h executor.Handle) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := c.find(h); at != nil {
		return at.Signals
	}
	return 0
}
