package swarm

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/swarm"
	"github.com/moby/moby/client"

	"godocker"
	"godocker/executor"
	"godocker/executor/dockerapi"
)

// updateTries is how often an update is made anew that another one came before.
const updateTries = 5

// Kill has the swarm end the attempt's task, with the grace time that its service was created
// with. One that no node was told of is taken away.
func (s *Swarm) Kill(ctx context.Context, h executor.Handle, _ time.Duration) error {
	if !dockerapi.Valid(h) {
		return nil
	}
	for range updateTries {
		t, ending, err := s.taskOf(ctx, string(h))
		switch {
		case errdefs.IsNotFound(err):
			return nil
		case err != nil:
			return failed(err)
		case ending || t != nil && t.over():
			return nil
		case t == nil || !t.placed():
			return s.Remove(ctx, h)
		}
		got, err := s.api.ServiceInspect(ctx, string(h), client.ServiceInspectOptions{})
		switch {
		case errdefs.IsNotFound(err):
			return nil
		case err != nil:
			return failed(err)
		}
		_, err = s.api.ServiceUpdate(ctx, got.Service.ID, client.ServiceUpdateOptions{Version: got.Service.Version, Spec: ended(got.Service.Spec),
			RegistryAuthFrom: swarm.RegistryAuthFromSpec})
		if err == nil || errdefs.IsNotFound(err) {
			return nil
		}
		if !dockerapi.IsAnswer(err) {
			return failed(err)
		}
	}
	return fmt.Errorf("swarm: the service %s is being changed by others", h)
}

// Remove deletes the service, which ends its task, and what was hidden for it.
func (s *Swarm) Remove(ctx context.Context, h executor.Handle) error {
	if !dockerapi.Valid(h) {
		return nil
	}
	_, err := s.api.ServiceRemove(ctx, string(h), client.ServiceRemoveOptions{})
	if err != nil && !errdefs.IsNotFound(err) {
		return failed(err)
	}
	if err := s.forget(ctx, string(h)); err != nil {
		return failed(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.began, h)
	return nil
}

// Find returns the attempt's name, which is its handle whether it exists or not.
func (s *Swarm) Find(_ context.Context, cluster string, task int64, attempt int, mark string) (executor.Handle, error) {
	return executor.Handle(godocker.AttemptName(cluster, task, attempt, mark)), nil
}

// A swarm tells nobody of the ends of tasks, so it is asked. What costs a manager long to
// answer is asked less.
const (
	pollEvery  = 25 * time.Millisecond
	pollIdle   = 500 * time.Millisecond // while nothing runs
	wholeEvery = 3 * time.Second
	pollShare  = 4                // of the time may go into answers: one part of this many,
	pollLast   = 10 * time.Second // but it is asked after this, as a manager without a leader answers late
)

// Ends asks for the tasks that are not to run any more, which are few: those of attempts that
// ended, until they are removed, and those that are being ended. It asks for all when a node went
// away, and now and then, as a leader that was just chosen may leave what ended meanwhile as it is.
func (s *Swarm) Ends(ctx context.Context, cluster string, ready func(), end func(executor.Handle)) error {
	mine := dockerapi.LabelCluster + "=" + cluster
	few, all := map[string][]string{"label": {mine}, "desired-state": {"shutdown"}}, map[string][]string{"label": {mine}}
	told := map[executor.Handle]bool{}
	timer := time.NewTimer(0)
	defer timer.Stop()
	var next time.Time // when to ask for all
	var here map[string]bool
	busy := true
	for first := true; ; first = false {
		select {
		case <-timer.C:
		case <-s.starts:
			busy = true
		case <-ctx.Done():
			return ctx.Err()
		}
		asked := time.Now()
		at, err := s.look(ctx, nodesFor)
		if err != nil {
			return unasked(ctx, err)
		}
		filter, whole := few, !asked.Before(next) || !maps.Equal(at.here(), here)
		if whole {
			filter = all
		}
		over, going, err := s.ends(ctx, filter, at, told, end)
		if err != nil {
			return unasked(ctx, err)
		}
		pause := min(pollShare*time.Since(asked), pollLast)
		if whole { // who is not among them was removed
			s.forgetBut(over, going)
			busy = len(going) > 0
			told, here, next = over, at.here(), time.Now().Add(max(wholeEvery, pause))
		} else {
			maps.Copy(told, over)
		}
		if first {
			ready()
		}
		if busy {
			pause = max(pollEvery, pause)
		} else {
			pause = max(pollIdle, pause)
		}
		timer.Reset(pause)
	}
}

func unasked(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("swarm: the managers cannot be asked for ends: %w", err)
}

// forgetBut forgets when attempts began that others removed.
func (s *Swarm) forgetBut(over, going map[executor.Handle]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.began, func(h executor.Handle, at time.Time) bool {
		return !over[h] && !going[h] && time.Since(at) > time.Minute // and was there when the others were asked for
	})
}

// ends tells of those that ended since, and returns all that have, and all that have not.
func (s *Swarm) ends(ctx context.Context, filter map[string][]string, all nodes, told map[executor.Handle]bool, end func(executor.Handle)) (over, going map[executor.Handle]bool, err error) {
	over, going = map[executor.Handle]bool{}, map[executor.Handle]bool{}
	err = s.tasks(ctx, filter, func(t *task) {
		h, ours := t.handle()
		at, known := all[t.NodeID]
		if !ours {
			return
		}
		if !t.over() && (!t.placed() || known && !at.lost) {
			going[h] = true
			return
		}
		if over[h] = true; !told[h] {
			end(h)
		}
	})
	return over, going, err
}
