package httpapi

import (
	"context"

	"godocker/api"
)

// mostEvents of a task are told of: the newest.
const mostEvents = 1000

func (s *Server) history(ctx context.Context, in *byID) (*body[api.History], error) {
	t, err := s.task(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	attempts, err := s.Store.Attempts(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	events, err := s.Store.TaskEvents(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	events = events[max(0, len(events)-mostEvents):]
	h := api.History{Attempts: make([]api.Attempt, len(attempts)), Events: make([]api.Event, len(events))}
	for i, a := range attempts {
		h.Attempts[i] = api.FromAttempt(a)
	}
	for i, e := range events {
		h.Events[i] = api.FromEvent(e)
	}
	return answer(h), nil
}
