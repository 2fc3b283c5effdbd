package schedule

import (
	"time"

	"godocker"
	"godocker/internal/plan"
)

// book is what the leader knows of tasks, beside those that may start and those that
// hold something, which are in the State.
type book struct {
	*plan.State
	shares *Shares
	killed map[int64]bool            // waiting tasks that are to be ended
	wished map[int64]godocker.Queued // waiting tasks about which something else is asked
	idle   map[int64]godocker.Queued // waiting tasks that are suspended
	arrays map[int64]*array          // those with elements that wait
	inside map[int64]int             // elements that arrays have in the queue
	needs  needs
	asked  bool // there may be questions
	// resting are tasks that came back as something else than room was wanting, and
	// until when they are left alone.
	resting map[int64]time.Time
}

func newBook(s *plan.State, shares *Shares) *book {
	s.Clear()
	shares.clear()
	return &book{State: s, shares: shares, killed: map[int64]bool{}, wished: map[int64]godocker.Queued{}, idle: map[int64]godocker.Queued{}, arrays: map[int64]*array{}, inside: map[int64]int{}, needs: newNeeds(), asked: true, resting: map[int64]time.Time{}}
}

// add brings in tasks as the store has them now.
func (b *book) add(qs []godocker.Queued) {
	for _, q := range qs {
		switch {
		case q.State != godocker.Pending:
			b.hold(q)
		case q.Kill:
			b.drop(q.ID)
			b.killed[q.ID] = true
		default:
			if b.Waits(q.ID) == nil {
				b.queued(q.ParentID, 1)
			}
			b.Wait(q)
			if until, rests := b.resting[q.ID]; rests {
				delete(b.resting, q.ID)
				b.Rest(q.ID, until)
			}
		}
	}
}

// drop takes a task out of all that wait.
func (b *book) drop(id int64) {
	delete(b.killed, id)
	delete(b.wished, id)
	delete(b.idle, id)
	b.needs.drop(id)
	b.leave(id)
}

// leave takes a task out of those that may start.
func (b *book) leave(id int64) {
	if q := b.Waits(id); q != nil {
		b.queued(q.ParentID, -1)
		b.Drop(id)
	}
}

// hold notes what a task holds.
func (b *book) hold(q godocker.Queued) {
	b.leave(q.ID)
	if had := b.Held(q.ID); had != nil {
		b.shares.ended(*had, had.Started)
	}
	b.Hold(q)
	b.shares.began(q)
}

// release gives back what a task held, up to a time.
func (b *book) release(id int64, at time.Time) (godocker.Queued, bool) {
	q, ok := b.Release(id)
	if ok {
		b.shares.ended(q, at)
	}
	return q, ok
}

// restFor is how long a task is left alone that found a port or a gpu in use.
const restFor = 3 * time.Second
