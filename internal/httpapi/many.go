package httpapi

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"godocker"
	"godocker/api"
	"godocker/store"
)

// askAtOnce is how many wishes are written side by side; they share commits.
const askAtOnce = 64

// askAll makes the same wish about many tasks and returns the ids of those about which
// it could still be made.
func (s *Server) askAll(ctx context.Context, ts []godocker.Task, k godocker.WishKind) ([]int64, error) {
	failed := make([]error, len(ts))
	slots := make(chan struct{}, askAtOnce)
	var wg sync.WaitGroup
	for i := range ts {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			_, failed[i] = s.ask(ctx, &ts[i], k)
		})
	}
	wg.Wait()
	ids := []int64{}
	for i, err := range failed {
		switch {
		case err == nil:
			ids = append(ids, ts[i].ID)
		case !errors.Is(err, godocker.Conflict) && !errors.Is(err, godocker.NotFound):
			return nil, err
		}
	}
	return ids, nil
}

type killAllInput struct {
	ID  string `path:"id"`
	Tag string `query:"tag" doc:"only tasks with this tag"`
}

func (s *Server) killAll(ctx context.Context, in *killAllInput) (*body[api.Many], error) {
	u, err := s.person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	ts, err := s.Store.List(ctx, store.Query{User: u.ID, Tag: in.Tag, States: active, Whole: true})
	if err != nil {
		return nil, err
	}
	noteOthers(ctx, u.ID, fmt.Sprintf("%s of %s", tasks(len(ts)), u.ID))
	ids, err := s.askAll(ctx, ts, godocker.WishKill)
	if err != nil {
		return nil, err
	}
	return answer(api.Many{Msg: tasks(len(ids)) + " will be killed", Tasks: ids}), nil
}

func tasks(n int) string {
	if n == 1 {
		return "1 task"
	}
	return fmt.Sprintf("%d tasks", n)
}
