package submit

import (
	"context"
	"sync"
	"time"

	"godocker"
)

// A rate keeps people from handing in more tasks than may wait. It asks the store from
// time to time, and counts for itself in between.
type rate struct {
	each, all int // waiting tasks of one person, and of all; 0 = no limit; an array is one

	mu       sync.Mutex
	next     time.Time      // when to ask the store again
	soonest  time.Time      // when to do so before somebody is refused
	waiting  map[string]int // as the store said
	sum      int
	since    map[string]int // admitted since then, or not yet stored then
	sinceAll int
	storing  map[string]int // of them, those that are being stored
}

// rateEvery is how often the store is asked, or more seldom, so that asking takes a small
// part of the time however many wait.
const (
	rateEvery = time.Second
	rateShare = 20
)

func (r *rate) limit(each, all int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.each, r.all = each, all
}

// admit counts a task of a person, or refuses it. What it returns is to be called once
// the task is stored or not.
func (r *rate) admit(ctx context.Context, s Store, user string, now time.Time) (done func(stored bool), err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.each == 0 && r.all == 0 {
		return func(bool) {}, nil
	}
	if !now.Before(r.next) || r.tooMany(user) && !now.Before(r.soonest) {
		if err := r.ask(ctx, s, now); err != nil {
			return nil, err
		}
	}
	switch mine, sum := r.count(user); {
	case r.each > 0 && mine >= r.each:
		return nil, godocker.Errorf(godocker.RateLimited, "%d tasks of %s wait, and this site lets %d of one person wait (rate_limit); try again when some have started, or hand in an array, which counts as one", mine, user, r.each)
	case r.all > 0 && sum >= r.all:
		return nil, godocker.Errorf(godocker.RateLimited, "%d tasks wait, and this site lets %d wait in all (rate_limit_all); try again when some have started", sum, r.all)
	}
	r.since[user]++
	r.sinceAll++
	r.storing[user]++
	return func(stored bool) { r.done(user, stored) }, nil
}

func (r *rate) count(user string) (mine, sum int) {
	return r.waiting[user] + r.since[user], r.sum + r.sinceAll
}

func (r *rate) tooMany(user string) bool {
	mine, sum := r.count(user)
	return r.each > 0 && mine >= r.each || r.all > 0 && sum >= r.all
}

func (r *rate) done(user string, stored bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.storing[user]--; r.storing[user] == 0 {
		delete(r.storing, user)
	}
	if !stored {
		r.since[user]--
		r.sinceAll--
	}
}

func (r *rate) ask(ctx context.Context, s Store, now time.Time) error {
	began := time.Now()
	waiting, err := s.Waiting(ctx)
	if err != nil {
		return err
	}
	r.soonest = now.Add(rateShare * time.Since(began))
	r.next = now.Add(rateEvery)
	if r.next.Before(r.soonest) {
		r.next = r.soonest
	}
	r.waiting, r.sum = waiting, 0
	for _, n := range waiting {
		r.sum += n
	}
	// What is being stored may be among those or not; it is counted until the
	// store is asked again.
	r.since, r.sinceAll = map[string]int{}, 0
	if r.storing == nil {
		r.storing = map[string]int{}
	}
	for user, n := range r.storing {
		r.since[user] = n
		r.sinceAll += n
	}
	return nil
}
