package httpapi

import (
	"context"
	"time"

	"godocker"
	"godocker/store"
)

// What no index leads to is searched for in windows of so many tasks, and in so many
// windows for one answer: the next page goes on from there. So no question takes long,
// however many tasks there are.
const (
	window      = 10_000
	mostWindows = 8
)

// search returns a page of tasks and the cursor of the next one, 0 at the end.
func (s *Server) search(ctx context.Context, q store.Query) (found []godocker.Task, next int64, err error) {
	if q.Text == "" && q.Tag == "" && q.Image == "" && len(q.Outcomes) == 0 && q.Since.IsZero() && q.Until.IsZero() {
		found, err = s.Store.List(ctx, q)
		return found, full(found, q.Limit), err
	}
	size := q.Limit
	for range mostWindows {
		last, err := s.narrow(ctx, &q)
		if err != nil {
			return nil, 0, err
		}
		q.Limit = size - len(found)
		ts, err := s.Store.List(ctx, q)
		if err != nil {
			return nil, 0, err
		}
		if found = append(found, ts...); len(found) == size || last {
			return found, full(found, size), nil
		}
		if next = q.Floor; q.Oldest {
			next = q.Before - 1
			q.After, q.Before = next, 0
		} else {
			q.Before, q.Floor = next, 0
		}
	}
	return found, next, nil
}

func full(ts []godocker.Task, size int) int64 {
	if len(ts) < size {
		return 0
	}
	return ts[len(ts)-1].ID
}

// narrow restricts a query to the next window, or reports that what is left is less.
func (s *Server) narrow(ctx context.Context, q *store.Query) (last bool, err error) {
	edge := *q
	edge.Text, edge.Tag, edge.Image, edge.Outcomes, edge.Skip, edge.Limit = "", "", "", nil, window-1, 1
	edge.Since, edge.Until = time.Time{}, time.Time{}
	ts, err := s.Store.List(ctx, edge)
	switch {
	case err != nil || len(ts) == 0:
		return true, err
	case q.Oldest:
		q.Before = ts[0].ID + 1
	default:
		q.Floor = ts[0].ID
	}
	return false, nil
}
