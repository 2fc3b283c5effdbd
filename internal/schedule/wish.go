package schedule

import (
	"context"
	"errors"
	"time"

	"godocker"
	"godocker/store"
)

// aside keeps a waiting task out of the queue that is suspended, or about which
// something is asked that must be answered first.
func (b *book) aside(q godocker.Queued) bool {
	delete(b.idle, q.ID)
	asked := q.Wish != "" && !q.Wish.Cleans()
	if q.State != godocker.Pending || q.Kill || !asked && !q.Suspended {
		return false
	}
	b.drop(q.ID)
	if q.Suspended {
		b.idle[q.ID] = q
	}
	if asked {
		b.wished[q.ID] = q
	}
	return true
}

// heldBack is what a suspended task waits for.
func heldBack(disabled bool) string {
	if disabled {
		return "Suspended: its owner is disabled, and it waits until they are enabled again or somebody resumes it"
	}
	return "Suspended: it waits until somebody resumes it"
}

// answerWishes grants or refuses what is asked about waiting tasks. The event of the
// answer brings the task back into the queue, if it belongs there.
func (r *Room) answerWishes(ctx context.Context, now time.Time) error {
	var notes []store.Note
	for id, q := range r.book.wished {
		g := store.Grant{ID: id, Kind: q.Wish, State: godocker.Pending}
		switch {
		case q.Wish == godocker.WishSuspend:
			g.Suspended = true
			notes = append(notes, store.Note{ID: id, Text: heldBack(q.Disabled)})
		case q.Wish == godocker.WishResume && !q.Suspended:
			g.Refusal = "The task is not suspended"
		}
		// What changed meanwhile is told by an event as well.
		if err := r.Store.Grant(ctx, now, g); err != nil && !errors.Is(err, godocker.Conflict) && !errors.Is(err, godocker.NotFound) {
			return err
		}
		delete(r.book.wished, id)
	}
	if len(notes) == 0 {
		return nil
	}
	return r.Store.Annotate(ctx, now, notes)
}
