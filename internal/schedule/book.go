package schedule

import (
	"cmp"
	"slices"
	"time"

	"godocker"
)

// book is the queue, and what tasks hold, as the leader knows them. The queue is
// sorted by id; tasks leave it mostly from its front.
type book struct {
	queue   []godocker.Queued
	dropped map[int64]bool            // still in queue, but to be left out
	killed  map[int64]bool            // in queue, and to be ended
	wished  map[int64]godocker.Queued // about which something else is asked
	held    map[int64]godocker.Queued
	arrays  map[int64]*array // those with elements that wait
	heldOf  map[int64]int    // elements that each array holds
	needs   needs
	resting map[int64]time.Time // waiting for what was not free when they were to start; until when
}

func newBook() *book {
	return &book{dropped: map[int64]bool{}, killed: map[int64]bool{}, wished: map[int64]godocker.Queued{}, held: map[int64]godocker.Queued{},
		arrays: map[int64]*array{}, heldOf: map[int64]int{}, needs: newNeeds(), resting: map[int64]time.Time{}}
}

func byID(q godocker.Queued, id int64) int { return cmp.Compare(q.ID, id) }

// add brings in tasks as the store has them now.
func (b *book) add(qs []godocker.Queued) {
	if len(b.dropped) > 0 {
		b.waiting()
	}
	for _, q := range qs {
		if q.State != godocker.Pending {
			b.hold(q)
			continue
		}
		if q.Kill {
			b.killed[q.ID] = true
		}
		switch i, found := b.find(q.ID); {
		case found:
			b.queue[i] = q
			continue
		case i == len(b.queue):
			b.queue = append(b.queue, q)
		default:
			b.queue = slices.Insert(b.queue, i, q)
		}
		b.queued(q, 1)
	}
}

func (b *book) find(id int64) (int, bool) {
	if n := len(b.queue); n == 0 || b.queue[n-1].ID < id {
		return n, false
	}
	return slices.BinarySearchFunc(b.queue, id, byID)
}

// drop takes a task out of the queue.
func (b *book) drop(id int64) {
	delete(b.killed, id)
	delete(b.resting, id)
	delete(b.wished, id)
	b.needs.drop(id)
	if i, found := b.find(id); found && !b.dropped[id] {
		b.dropped[id] = true
		b.queued(b.queue[i], -1)
	}
}

// waiting returns the queue without what was dropped. The work is in proportion to
// how far behind the front the last dropped task lies.
func (b *book) waiting() []godocker.Queued {
	if len(b.dropped) == 0 {
		return b.queue
	}
	last := int64(0)
	for id := range b.dropped {
		last = max(last, id)
	}
	end, _ := b.find(last)
	to := end + 1
	for i := end; i >= 0; i-- { // move what stays towards the back
		if !b.dropped[b.queue[i].ID] {
			to--
			b.queue[to] = b.queue[i]
		}
	}
	b.queue = b.queue[to:]
	clear(b.dropped)
	return b.queue
}

func (b *book) hold(q godocker.Queued) {
	if _, already := b.held[q.ID]; !already && q.ParentID != 0 {
		b.heldOf[q.ParentID]++
	}
	b.held[q.ID] = q
}

func (b *book) release(id int64) (godocker.Queued, bool) {
	q, ok := b.held[id]
	delete(b.held, id)
	if ok && q.ParentID != 0 {
		if b.heldOf[q.ParentID]--; b.heldOf[q.ParentID] == 0 {
			delete(b.heldOf, q.ParentID)
		}
	}
	return q, ok
}

// restFor is how long a task is left alone that found a port or a gpu in use.
const restFor = 3 * time.Second

func (b *book) rests(id int64, now time.Time) bool {
	until, ok := b.resting[id]
	if ok && !now.Before(until) {
		delete(b.resting, id)
	}
	return ok && now.Before(until)
}
