package httpapi

import (
	"context"
	"fmt"
	"time"

	"godocker"
	"godocker/api"
)

// patience is how long the answer to a wish waits for it to come true, so that the
// answer already says so, unless Server.Patience says otherwise.
const patience = 2 * time.Second

// mine returns a task that the caller may change.
func (s *Server) mine(ctx context.Context, id string) (godocker.Task, error) {
	t, err := s.task(ctx, id)
	if err == nil {
		noteTask(ctx, &t)
	}
	if err == nil && !mayChange(callerOf(ctx), &t) {
		err = godocker.Errorf(godocker.Denied, "task %d belongs to %s", t.ID, t.User.ID)
	}
	return t, err
}

// ask writes a wish down.
func (s *Server) ask(ctx context.Context, t *godocker.Task, k godocker.WishKind) (godocker.Task, error) {
	return s.Store.Wish(ctx, t.ID, godocker.Wish{Kind: k, By: callerOf(ctx).User.ID, Asked: time.Now()})
}

func isOver(t *godocker.Task) error {
	if t.State.Final() {
		return godocker.Errorf(godocker.Conflict, "task %d is over already", t.ID)
	}
	return nil
}

func (s *Server) killTask(ctx context.Context, in *byID) (*body[api.TaskStatus], error) {
	t, err := s.mine(ctx, in.ID)
	if err == nil {
		err = isOver(&t)
	}
	if err != nil {
		return nil, err
	}
	seq := s.Hub.Last()
	if t, err = s.ask(ctx, &t, godocker.WishKill); err != nil {
		return nil, err
	}
	if t.State == godocker.Pending {
		err = s.await(ctx, &t, seq, func(e godocker.Event) bool { return e.To.Final() })
	}
	return statusOf(&t, "Task will be killed"), err
}

type alterInput struct {
	ID   string `path:"id" doc:"id of the task" example:"12"`
	Body api.Alteration
}

func (s *Server) alterTask(ctx context.Context, in *alterInput) (*body[api.Task], error) {
	t, err := s.mine(ctx, in.ID)
	switch {
	case err != nil:
	case in.Body.Name == "tags":
		err = s.retag(ctx, &t, in.Body.Value)
	default:
		t, err = s.Submit.Alter(ctx, submitterOf(callerOf(ctx)), &t, in.Body.Name, in.Body.Value, time.Now())
	}
	if err != nil {
		return nil, err
	}
	if t, err = s.Store.Task(ctx, t.ID); err != nil {
		return nil, err
	}
	return answer(s.document(&t)), nil
}

func (s *Server) suspendTask(ctx context.Context, in *byID) (*body[api.TaskStatus], error) {
	return s.hold(ctx, in.ID, godocker.WishSuspend, "Task will be suspended", func(t *godocker.Task, coming bool) error {
		if t.Suspended && !coming && !t.Dozes() {
			return godocker.Errorf(godocker.Conflict, "task %d is suspended already", t.ID)
		}
		return nil
	})
}

func (s *Server) resumeTask(ctx context.Context, in *byID) (*body[api.TaskStatus], error) {
	return s.hold(ctx, in.ID, godocker.WishResume, "Task will be resumed", func(t *godocker.Task, coming bool) error {
		if !t.Suspended && !coming {
			return godocker.Errorf(godocker.Conflict, "task %d is not suspended", t.ID)
		}
		return nil
	})
}

// hold asks for a suspension or its end. refuse is told whether the opposite is asked
// for and not yet done.
func (s *Server) hold(ctx context.Context, id string, k godocker.WishKind, msg string, refuse func(t *godocker.Task, coming bool) error) (*body[api.TaskStatus], error) {
	t, err := s.mine(ctx, id)
	if err == nil {
		err = isOver(&t)
	}
	if err != nil {
		return nil, err
	}
	coming := t.Wish.Open() && t.Wish.Kind != k
	if t.Wish.Wants(godocker.WishKill) {
		return nil, godocker.Errorf(godocker.Conflict, "task %d is being killed", t.ID)
	}
	if err := refuse(&t, coming); err != nil {
		return nil, err
	}
	seq := s.Hub.Last()
	if t, err = s.ask(ctx, &t, k); err != nil {
		return nil, err
	}
	if t.Wish.Open() && t.State != godocker.Starting { // a start may take long
		err = s.await(ctx, &t, seq, func(e godocker.Event) bool { return e.Kind == godocker.EventGranted || e.To.Final() })
	}
	return statusOf(&t, msg), err
}

// rescheduleTask begins again: a task that is not over goes back to wait under its
// id, one that is over is submitted anew.
func (s *Server) rescheduleTask(ctx context.Context, in *byID) (*body[api.TaskStatus], error) {
	t, err := s.mine(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	switch {
	case t.State.Final():
		return s.submitAgain(ctx, &t)
	case t.Requirements.Array.Count > 0 && t.ParentID == 0:
		err = godocker.Errorf(godocker.Conflict, "array %d is not over; reschedule its elements, by their ids", t.ID)
	case t.State == godocker.Pending:
		err = godocker.Errorf(godocker.Conflict, "task %d waits already", t.ID)
	case t.Wish.Wants(godocker.WishKill):
		err = godocker.Errorf(godocker.Conflict, "task %d is being killed", t.ID)
	default:
		t, err = s.ask(ctx, &t, godocker.WishReschedule)
	}
	if err != nil {
		return nil, err
	}
	return statusOf(&t, "Task will be rescheduled"), nil
}

func (s *Server) submitAgain(ctx context.Context, t *godocker.Task) (*body[api.TaskStatus], error) {
	id, err := s.Submit.Again(ctx, submitterOf(callerOf(ctx)), t, time.Now())
	if err != nil {
		return nil, err
	}
	fresh, err := s.Store.Task(ctx, id)
	if err != nil {
		return nil, err
	}
	return statusOf(&fresh, fmt.Sprintf("Task %d is rescheduled as task %d", t.ID, id)), nil
}

func statusOf(t *godocker.Task, msg string) *body[api.TaskStatus] {
	return answer(api.TaskStatus{ID: t.ID, Msg: msg, Status: api.FromStatus(t, time.Now())})
}

// await waits a little for an event of the task, and reads the task anew if it comes.
func (s *Server) await(ctx context.Context, t *godocker.Task, seq int64, done func(godocker.Event) bool) error {
	limit := patience
	if s.Patience > 0 {
		limit = s.Patience
	}
	wait, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		events, err := s.Hub.After(wait, seq)
		if err != nil {
			return ctx.Err()
		}
		for _, e := range events {
			if e.TaskID == t.ID && done(e) {
				*t, err = s.Store.Task(ctx, t.ID)
				return err
			}
			seq = e.Seq
		}
	}
}
