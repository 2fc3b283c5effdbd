package main

import (
	"errors"
	"time"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

// thawTime is how long it may take until a task goes on.
const thawTime = time.Minute

// suspended reports whether a task that runs is frozen.
func suspended(s api.Status) bool {
	return s.Primary == string(godocker.Running) && s.Secondary != nil && *s.Secondary == "suspended"
}

// dozes reports whether a task is frozen, or is being frozen, because it was idle.
func dozes(s api.Status) bool { return s.Idle != nil && s.Idle.Frozen }

// thawed has a task go on that was frozen because it was idle, and waits until it does.
// Any other is as it was.
func thawed(c *cobra.Command, srv *api.Client, k api.Task) (api.Task, error) {
	if !dozes(k.Status) {
		return k, nil
	}
	p := newProgress(c.ErrOrStderr())
	defer p.clear()
	p.say("frozen, as it was idle; thawing it")
	tick := time.NewTicker(attachFirst)
	defer tick.Stop()
	for end := time.Now().Add(thawTime); dozes(k.Status) || coming(k.Status); {
		if dozes(k.Status) {
			if _, err := srv.Resume(c.Context(), k.ID); err != nil && !errors.Is(err, godocker.Conflict) {
				return k, err // a Conflict: somebody else woke it
			}
		}
		var err error
		if k, err = srv.Task(c.Context(), k.ID); err != nil {
			return k, err
		}
		if time.Now().After(end) {
			return k, godocker.Errorf(godocker.Unavailable, "task %d is being thawed; try again in a moment", k.ID)
		}
		select {
		case <-c.Context().Done():
			return k, c.Context().Err()
		case <-tick.C:
		}
	}
	return k, nil
}

// coming reports whether a task is about to go on.
func coming(s api.Status) bool {
	return s.Primary == string(godocker.Running) && s.Wish != nil && s.Wish.Kind == string(godocker.WishResume) && s.Wish.Done.IsZero() && s.Wish.Refused == ""
}
