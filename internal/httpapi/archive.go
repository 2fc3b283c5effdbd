package httpapi

import (
	"context"
	"errors"
	"time"

	"godocker"
	"godocker/api"
	"godocker/store"
)

// finished returns a task that is over and that the caller may change.
func (s *Server) finished(ctx context.Context, id string) (godocker.Task, error) {
	t, err := s.mine(ctx, id)
	if err == nil && !t.State.Final() {
		err = godocker.Errorf(godocker.Conflict, "task %d is not over", t.ID)
	}
	return t, err
}

func (s *Server) archiveTask(ctx context.Context, in *byID) (*body[api.TaskStatus], error) {
	t, err := s.finished(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	seq := s.Hub.Last()
	if t.State == godocker.Over {
		if t, err = s.ask(ctx, &t, godocker.WishArchive); err != nil {
			return nil, err
		}
		err = s.await(ctx, &t, seq, func(e godocker.Event) bool { return e.To == godocker.Archived })
	}
	msg := "Task will be archived"
	if t.State == godocker.Archived {
		msg = "Task is archived"
	}
	return statusOf(&t, msg), err
}

func (s *Server) purgeTask(ctx context.Context, in *byID) (*body[api.TaskStatus], error) {
	t, err := s.finished(ctx, in.ID)
	if err == nil && t.ParentID != 0 {
		err = godocker.Errorf(godocker.Conflict, "task %d is an element of array %d and is removed with it", t.ID, t.ParentID)
	}
	if err != nil {
		return nil, err
	}
	seq := s.Hub.Last()
	if t, err = s.ask(ctx, &t, godocker.WishPurge); err != nil {
		return nil, err
	}
	msg := "Task will be removed"
	err = s.await(ctx, &t, seq, func(e godocker.Event) bool { return e.Kind == godocker.EventPurged })
	if errors.Is(err, godocker.NotFound) {
		msg, err = "Task is removed", nil
	}
	return statusOf(&t, msg), err
}

type daysInput struct {
	Days int    `path:"days" minimum:"0" doc:"over for more than so many days"`
	Tag  string `query:"tag" doc:"only tasks with this tag"`
}

func (s *Server) archiveOld(ctx context.Context, in *daysInput) (*body[api.Many], error) {
	return s.cleanOld(ctx, in, []godocker.State{godocker.Over}, godocker.WishArchive, " will be archived")
}

func (s *Server) purgeOld(ctx context.Context, in *daysInput) (*body[api.Many], error) {
	return s.cleanOld(ctx, in, over, godocker.WishPurge, " will be removed")
}

func (s *Server) cleanOld(ctx context.Context, in *daysInput, states []godocker.State, k godocker.WishKind, msg string) (*body[api.Many], error) {
	before := time.Now().Add(-time.Duration(min(max(in.Days, 0), 36500)) * 24 * time.Hour)
	ts, err := s.Store.List(ctx, store.Query{User: callerOf(ctx).User.ID, Tag: in.Tag, States: states, FinishedBefore: before, Whole: true})
	if err != nil {
		return nil, err
	}
	ids, err := s.askAll(ctx, ts, k)
	if err != nil {
		return nil, err
	}
	return answer(api.Many{Msg: tasks(len(ids)) + msg, Tasks: ids}), nil
}
