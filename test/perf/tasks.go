package main

import (
	"cmp"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"godocker"
	"godocker/api"
	"godocker/test/daemon"
)

// Those who submit at once: to a door that is measured alone, and to the whole system.
const (
	clients = 8
	crowd   = 32
)

// document is a small task that runs a script, without network. Ten of them go on at
// once on two cores.
func document(script string) api.Task {
	off := false
	return api.Task{Meta: api.Meta{Name: "perf"}, Command: api.Command{Cmd: script},
		Requirements: api.Requirements{CPU: api.Num(0.2), RAM: api.Num(0.1)},
		Container:    api.Container{Image: image, Network: &off}}
}

// submitAll hands in n tasks from several clients and returns how long that took.
func (b *bench) submitAll(s *daemon.Server, clients, n int, doc api.Task) (time.Duration, error) {
	cs := make([]*api.Client, clients)
	for i := range cs {
		var err error
		if cs[i], err = s.Client(b.ctx); err != nil {
			return 0, err
		}
	}
	var next atomic.Int64
	errs := make([]error, clients)
	var wg sync.WaitGroup
	began := time.Now()
	for i, c := range cs {
		wg.Go(func() {
			for next.Add(1) <= int64(n) && errs[i] == nil {
				_, errs[i] = c.Submit(b.ctx, doc)
			}
		})
	}
	wg.Wait()
	return time.Since(began), errors.Join(errs...)
}

// through hands in n tasks from several clients, and returns them when all are over and
// succeeded, and how long that took until the last was.
func (b *bench) through(s *daemon.Server, clients, n int, doc api.Task) ([]api.Task, time.Duration, error) {
	began := time.Now()
	if _, err := b.submitAll(s, clients, n, doc); err != nil {
		return nil, 0, err
	}
	ts, err := b.over(s, n)
	if err != nil {
		return nil, 0, err
	}
	for _, t := range ts {
		if t.Status.Outcome != string(godocker.Succeeded) {
			return nil, 0, fmt.Errorf("task %d ended as %s: %s", t.ID, t.Status.Outcome, *cmp.Or(t.Status.Reason, new("")))
		}
	}
	return ts, lastOver(ts).Sub(began), nil
}

// lookEvery is seldom, as looking costs the server time, and the figures come from what
// the server noted.
const lookEvery = 500 * time.Millisecond

// over waits until nothing is active and returns the newest n tasks that are over.
func (b *bench) over(s *daemon.Server, n int) ([]api.Task, error) {
	c, err := s.Client(b.ctx)
	if err != nil {
		return nil, err
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		active, err := c.Active(b.ctx, "", false)
		if err != nil {
			return nil, err
		}
		if len(active) == 0 {
			return c.Over(b.ctx, "", false, 0, n)
		}
		select {
		case <-tick.C:
		case <-b.ctx.Done():
			return nil, b.ctx.Err()
		}
	}
}

// lastOver is when the last of the tasks came to be over.
func lastOver(ts []api.Task) (last time.Time) {
	for _, t := range ts {
		if t.Status.DateOver.After(last) {
			last = t.Status.DateOver.Time
		}
	}
	return last
}

// lags are how long after their ends tasks were over.
func lags(ts []api.Task) (out []time.Duration) {
	for _, t := range ts {
		if st := t.Status; st.DateRunning != nil && st.Duration != nil {
			ended := st.DateRunning.Add(time.Duration(*st.Duration * float64(time.Second)))
			out = append(out, st.DateOver.Sub(ended))
		}
	}
	return out
}
