package httpapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/submit"
	"godocker/store"
)

// mostAtOnce is how many tasks one request is about.
const mostAtOnce = 1000

// deeds are what can be done to many tasks: the wish, if it is one, and what is said
// then.
var deeds = map[string]struct {
	wish godocker.WishKind
	msg  string
}{
	"kill":    {godocker.WishKill, "will be killed"},
	"suspend": {godocker.WishSuspend, "will be suspended"},
	"resume":  {godocker.WishResume, "will be resumed"},
	"archive": {godocker.WishArchive, "will be archived"},
	"tag":     {"", "tagged"},
	"untag":   {"", "not tagged any more"},
}

func checkAct(a *api.Deed) error {
	var wrong []godocker.FieldError
	if _, ok := deeds[a.Do]; !ok {
		wrong = append(wrong, godocker.FieldError{Field: "do", Message: fmt.Sprintf("want kill, suspend, resume, archive, tag or untag, got %.50q", a.Do)})
	}
	if a.Tag = strings.TrimSpace(a.Tag); deeds[a.Do].wish == "" && a.Tag == "" {
		wrong = append(wrong, godocker.FieldError{Field: "tag", Message: "is empty: want a tag"})
	}
	if n := len(a.Tasks); n == 0 || n > mostAtOnce {
		wrong = append(wrong, godocker.FieldError{Field: "tasks", Message: fmt.Sprintf("want the ids of 1 to %d tasks, got %d", mostAtOnce, n)})
	}
	if len(wrong) > 0 {
		return godocker.FieldErrors(wrong)
	}
	_, err := submit.Tags([]string{a.Tag})
	return err
}

// act does the same to many tasks, as far as each of them lets it, and does not wait for
// wishes to come true.
func (s *Server) act(ctx context.Context, in *body[api.Deed]) (*body[api.DeedDone], error) {
	a := in.Body
	if err := checkAct(&a); err != nil {
		return nil, err
	}
	ids := slices.Compact(slices.Sorted(slices.Values(a.Tasks)))
	ts, err := s.Store.List(ctx, store.Query{IDs: ids})
	if err != nil {
		return nil, err
	}
	found := map[int64]*godocker.Task{}
	for i := range ts {
		found[ts[i].ID] = &ts[i]
	}
	failed := make([]error, len(ids))
	slots := make(chan struct{}, askAtOnce)
	var wg sync.WaitGroup
	for i, id := range ids {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			failed[i] = s.actOn(ctx, id, found[id], &a)
		})
	}
	wg.Wait()
	out := api.DeedDone{Tasks: []int64{}, Refused: []api.Refusal{}}
	for i, err := range failed {
		var coded *godocker.Error
		switch {
		case err == nil:
			out.Tasks = append(out.Tasks, ids[i])
		case errors.As(err, &coded) && coded.Code != godocker.Internal && coded.Code != godocker.Unavailable:
			out.Refused = append(out.Refused, api.Refusal{ID: ids[i], Msg: coded.Message})
		default:
			return nil, err
		}
	}
	out.Msg = tasks(len(out.Tasks)) + " " + deeds[a.Do].msg
	return answer(out), nil
}

func (s *Server) actOn(ctx context.Context, id int64, t *godocker.Task, a *api.Deed) error {
	c := callerOf(ctx)
	switch {
	case t == nil, !s.mayRead(ctx, c, t.User.ID, t.User.Project):
		return godocker.Errorf(godocker.NotFound, "task %d does not exist", id)
	case !mayChange(c, t):
		return godocker.Errorf(godocker.Denied, "task %d belongs to %s", id, t.User.ID)
	}
	if err := lets(t, a.Do); err != nil {
		return err
	}
	if wish := deeds[a.Do].wish; wish != "" {
		_, err := s.ask(ctx, t, wish)
		return err
	}
	_, err := s.Store.Tag(ctx, time.Now(), id, func(tags []string) ([]string, error) {
		switch at := slices.Index(tags, a.Tag); {
		case a.Do == "tag" && at >= 0:
			return nil, godocker.Errorf(godocker.Conflict, "task %d has the tag already", id)
		case a.Do == "tag":
			return submit.Tags(append(tags, a.Tag))
		case at < 0:
			return nil, godocker.Errorf(godocker.Conflict, "task %d does not have the tag", id)
		default:
			return slices.Delete(tags, at, at+1), nil
		}
	})
	return err
}

// lets says why a task is in no state for something, if so.
func lets(t *godocker.Task, do string) error {
	coming := func(k godocker.WishKind) bool { return t.Wish.Open() && t.Wish.Kind == k }
	switch {
	case deeds[do].wish == "":
		return nil
	case do == "archive" && t.State == godocker.Archived:
		return godocker.Errorf(godocker.Conflict, "task %d is archived already", t.ID)
	case do == "archive" && !t.State.Final():
		return godocker.Errorf(godocker.Conflict, "task %d is not over", t.ID)
	case do == "archive":
		return nil
	case t.State.Final():
		return isOver(t)
	case do != "kill" && t.Wish.Wants(godocker.WishKill):
		return godocker.Errorf(godocker.Conflict, "task %d is being killed", t.ID)
	case do == "suspend" && t.Suspended && !coming(godocker.WishResume):
		return godocker.Errorf(godocker.Conflict, "task %d is suspended already", t.ID)
	case do == "resume" && !t.Suspended && !coming(godocker.WishSuspend):
		return godocker.Errorf(godocker.Conflict, "task %d is not suspended", t.ID)
	}
	return nil
}

// retag replaces all tags of a task.
func (s *Server) retag(ctx context.Context, t *godocker.Task, value []byte) error {
	tags, err := submit.ReadTags(value)
	if err != nil {
		return err
	}
	_, err = s.Store.Tag(ctx, time.Now(), t.ID, func([]string) ([]string, error) { return tags, nil })
	return err
}
