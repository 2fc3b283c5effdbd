package httpapi

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"godocker"
	"godocker/api"
	"godocker/store"
)

// answerTime is how long the scheduler may take to answer.
const answerTime = 10 * time.Second

// mostPlaces of the queue are told of.
const mostPlaces = 200

func (s *Server) why(ctx context.Context, in *byID) (*body[api.Why], error) {
	t, err := s.task(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.about(ctx, &t, nil)
}

type whatIfInput struct {
	ID   string `path:"id" doc:"id of the task" example:"12"`
	Body api.WhatIf
}

func (s *Server) whatIf(ctx context.Context, in *whatIfInput) (*body[api.Why], error) {
	t, err := s.task(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	owner, err := s.Store.User(ctx, t.User.ID)
	if err != nil {
		return nil, err
	}
	r := t.Requirements
	asks, err := s.Submit.Suppose(ctx, owner, godocker.Asks{User: t.User.ID, Project: t.User.Project, CPU: r.CPU, RAM: r.RAM, GPUs: r.GPUs, Labels: r.Labels,
		Executor: r.Executor, Lifespan: r.MaxLifespan, Nice: r.Nice}, in.Body)
	if err != nil {
		return nil, err
	}
	return s.about(ctx, &t, &asks)
}

func (s *Server) whatIfNew(ctx context.Context, in *body[api.WhatIf]) (*body[api.Why], error) {
	by := callerOf(ctx).User
	asks, err := s.Submit.Suppose(ctx, by, godocker.Asks{User: by.ID}, in.Body)
	if err != nil {
		return nil, err
	}
	return s.about(ctx, &godocker.Task{}, &asks)
}

// about asks the scheduler about a task that waits, or about one that nobody handed in.
func (s *Server) about(ctx context.Context, t *godocker.Task, asks *godocker.Asks) (*body[api.Why], error) {
	w := api.Why{ID: t.ID, State: string(cmp.Or(t.State, godocker.Pending)), Facts: []string{}}
	if t.ID != 0 && t.State != godocker.Pending && !waitsInPart(t) {
		w.Reason = became(t)
		return answer(w), nil
	}
	a, err := s.question(ctx, godocker.Question{Task: t.ID, If: asks})
	if err != nil {
		return nil, err
	}
	sc, err := s.Store.Score(ctx)
	w.Starts, w.Code, w.Reason, w.Ahead, w.Waiting = a.Starts, a.Code, a.Reason, a.Ahead, a.Waiting
	w.Facts = append(w.Facts, a.Facts...)
	w.Earliest, w.Latest = api.Epoch{Time: a.Earliest}, api.Epoch{Time: a.Latest}
	w.Estimates = api.Estimates{Made: sc.Made, Held: sc.Held}
	return answer(w), err
}

// waitsInPart reports whether a task is an array of which elements have started, and
// others wait.
func waitsInPart(t *godocker.Task) bool {
	return t.Requirements.Array.Count > 0 && t.ParentID == 0 && !t.State.Final()
}

// became says what a task is that does not wait.
func became(t *godocker.Task) string {
	switch {
	case t.State == godocker.Starting && t.Detail != "":
		return "It is about to start on " + cmp.Or(t.Node, t.Executor) + ": " + t.Detail
	case t.State == godocker.Starting:
		return "It is about to start on " + cmp.Or(t.Node, t.Executor)
	case t.Suspended:
		return "It has started, and is suspended until somebody resumes it"
	case t.State.Final():
		return "It is over"
	default:
		return "It has started"
	}
}

// question asks the leader and waits for the answer.
func (s *Server) question(ctx context.Context, q godocker.Question) (godocker.Answer, error) {
	seq := s.Hub.Last()
	id, err := s.Store.Ask(ctx, time.Now(), q)
	if err != nil {
		return godocker.Answer{}, err
	}
	wait, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	for {
		events, err := s.Hub.After(wait, seq)
		if ctx.Err() != nil {
			return godocker.Answer{}, ctx.Err()
		}
		if err != nil {
			return godocker.Answer{}, godocker.Errorf(godocker.Unavailable, "the scheduler does not answer; `god status` tells which processes are at work")
		}
		for _, e := range events {
			if seq = e.Seq; e.Kind == godocker.EventAnswered && e.Text == strconv.FormatInt(id, 10) {
				a, _, err := s.Store.Answered(ctx, id)
				return a, err
			}
		}
	}
}

// queue returns the places that come first. Of tasks that the caller may not see, only
// that they are there.
func (s *Server) queue(ctx context.Context, _ *empty) (*body[[]api.QueuePlace], error) {
	a, err := s.question(ctx, godocker.Question{Most: mostPlaces})
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(a.Queue))
	for i, p := range a.Queue {
		ids[i] = p.ID
	}
	known := map[int64]godocker.Queued{}
	if len(ids) > 0 {
		qs, err := s.Store.Queue(ctx, []godocker.State{godocker.Pending, godocker.Starting, godocker.Running}, ids, 0, 0)
		if err != nil {
			return nil, err
		}
		for _, q := range qs {
			known[q.ID] = q
		}
	}
	if err := s.heldArrays(ctx, a.Queue, known); err != nil {
		return nil, err
	}
	reads := s.reads(ctx, callerOf(ctx))
	places := make([]api.QueuePlace, len(a.Queue))
	for i, p := range a.Queue {
		if places[i].Code = p.Code; !p.Held {
			places[i].Place = i + 1
		}
		if q, ok := known[p.ID]; ok && reads(q.User, q.Project) {
			places[i].ID, places[i].User, places[i].Reason = p.ID, q.User, p.Reason
			places[i].Executor = s.executor(q.Executor)
		}
	}
	return answer(places), nil
}

// executor is the one that a task asks for, or the site's first.
func (s *Server) executor(asked string) string {
	name, _, _ := strings.Cut(asked, ":")
	if known := s.published().Executors; name == "" && len(known) > 0 {
		name = known[0]
	}
	return name
}

// heldArrays adds the arrays among the places to what is known of them: they stand for
// their elements, and wait for nothing themselves.
func (s *Server) heldArrays(ctx context.Context, places []godocker.Place, known map[int64]godocker.Queued) error {
	var ids []int64
	for _, p := range places {
		if _, ok := known[p.ID]; p.Held && !ok {
			ids = append(ids, p.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	ts, err := s.Store.List(ctx, store.Query{IDs: ids})
	for _, t := range ts {
		known[t.ID] = godocker.Queued{ID: t.ID, User: t.User.ID, Project: t.User.Project, Executor: t.Requirements.Executor}
	}
	return err
}
