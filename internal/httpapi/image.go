package httpapi

import (
	"context"
	"slices"

	"godocker"
	"godocker/api"
	"godocker/store"
)

// lookBack is how many of the caller's newest tasks tell which images they used.
const lookBack = 1000

// listImages returns the site's images in its order, then the others that the caller's
// tasks succeeded with, the newest first.
func (s *Server) listImages(ctx context.Context, _ *empty) (*body[[]api.UsedImage], error) {
	out := []api.UsedImage{}
	for _, im := range s.published().Images {
		out = append(out, api.UsedImage{Image: im, Configured: true})
	}
	ts, err := s.Store.List(ctx, store.Query{User: callerOf(ctx).User.ID, States: over, Whole: true, Limit: lookBack})
	if err != nil {
		return nil, err
	}
	for _, t := range ts {
		if t.Outcome != godocker.Succeeded {
			continue
		}
		i := slices.IndexFunc(out, func(im api.UsedImage) bool { return im.URL == t.Container.Image })
		if i < 0 {
			i, out = len(out), append(out, api.UsedImage{Image: api.Image{Name: t.Container.Image, URL: t.Container.Image}})
		}
		if t.Finished.After(out[i].Used.Time) {
			out[i].Used.Time = t.Finished
		}
	}
	return answer(out), nil
}
