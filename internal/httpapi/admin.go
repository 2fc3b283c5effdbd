package httpapi

import (
	"context"
	"errors"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/simulate"
)

// settings tells the configuration as it was loaded, without secrets.
func (s *Server) settings(context.Context, *empty) (*body[[]api.Setting], error) {
	out := []api.Setting{}
	if s.Settings != nil {
		out = append(out, s.Settings()...)
	}
	return answer(out), nil
}

// simulationTime is how long a simulation may take. One runs at a time, so that it never
// takes more than one core from the server.
const simulationTime = 20 * time.Second

func (s *Server) simulation(ctx context.Context, in *body[api.SimulationInput]) (*body[[]api.Simulated], error) {
	if s.Simulate == nil {
		return nil, godocker.Errorf(godocker.Unavailable, "this server does not simulate")
	}
	if !s.simulating.TryLock() {
		return nil, godocker.Errorf(godocker.RateLimited, "a simulation is under way; try again when it is over")
	}
	defer s.simulating.Unlock()
	limited, cancel := context.WithTimeout(ctx, simulationTime)
	defer cancel()
	named, err := s.Simulate(limited, in.Body.File, in.Body.Policy)
	switch {
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		return nil, godocker.FieldErrors([]godocker.FieldError{{Field: "file", Message: "this takes longer than 20 seconds: want fewer days or tasks, or run `godockerd simulate`"}})
	case godocker.CodeOf(err) == godocker.Internal && err != nil:
		return nil, godocker.FieldErrors([]godocker.FieldError{{Field: "file", Message: err.Error()}})
	case err != nil:
		return nil, err
	}
	out := []api.Simulated{}
	for _, n := range named {
		out = append(out, simulated(n))
	}
	return answer(out), nil
}

// mostDrawn is how many moments of a simulation are told; a chart shows no more.
const mostDrawn = 500

func simulated(n simulate.Named) api.Simulated {
	o := n.Outcome
	out := api.Simulated{Name: n.Name, All: simulatedRow(o.All), Users: []api.SimulatedRow{}, Projects: []api.SimulatedRow{},
		Utilisation: o.Utilisation, Makespan: o.Makespan, Fairness: o.Fairness, Backfilled: o.Backfilled, Cut: o.Cut, Never: o.Never, Capacity: o.Capacity,
		Moments: []api.SimulatedMoment{}}
	for _, r := range o.Users {
		out.Users = append(out.Users, simulatedRow(r))
	}
	for _, r := range o.Projects {
		out.Projects = append(out.Projects, simulatedRow(r))
	}
	every := (len(o.Samples) + mostDrawn - 1) / mostDrawn
	for i := 0; i < len(o.Samples); i += max(every, 1) {
		m := api.SimulatedMoment{Date: api.Epoch{Time: o.Samples[i].At}, Waiting: float64(o.Samples[i].Waiting)}
		for _, cores := range o.Samples[i].Cores {
			m.Cores += cores
		}
		out.Moments = append(out.Moments, m)
	}
	return out
}

func simulatedRow(r simulate.Row) api.SimulatedRow {
	return api.SimulatedRow{Name: r.Name, Tasks: r.Tasks, Median: r.Median, P95: r.P95, Longest: r.Longest, CPUHours: r.CPUHours,
		Share: r.Share, Entitled: r.Entitled, Slowdown: r.Slowdown}
}
