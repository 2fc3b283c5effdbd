package submit

import (
	"context"
	"strconv"
	"time"

	"godocker"
	"godocker/api"
)

// Again submits a task anew that is over, as its owner's, and returns the new id. What
// the site allows now is what counts. The new task waits for no other: what the first
// one waited for was decided then. An element of an array becomes an array of its one
// value.
func (r *Room) Again(ctx context.Context, by godocker.User, t *godocker.Task, now time.Time) (int64, error) {
	doc := api.FromTask(t, "", now)
	doc.Date, doc.Requirements.Tasks = api.Epoch{}, nil
	doc.Container.Ports, doc.Container.PortMapping = nil, nil // those it had
	doc.Requirements.URIs = t.Requirements.URIs               // with what is not shown of them
	doc.Requirements.Retry = api.Num(float64(t.Requirements.Retry))
	if len(t.Command.Files) > 0 {
		content, err := r.store.Attached(ctx, t.ID)
		if err != nil {
			return 0, err
		}
		for i := range doc.Command.Files {
			doc.Command.Files[i].Content = content[doc.Command.Files[i].Name]
		}
	}
	if t.ParentID != 0 {
		v := strconv.FormatInt(t.Requirements.Array.TaskID, 10)
		one := api.Text(v + ":" + v)
		doc.Requirements.Array.Values = &one
	}
	return r.submit(ctx, by, doc, t.ID, now)
}
