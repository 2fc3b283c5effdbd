package submit

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"godocker"
)

// counted is a store that says how many tasks wait.
type counted struct {
	Store
	waiting map[string]int
	asked   int
}

func (c *counted) Waiting(context.Context) (map[string]int, error) {
	c.asked++
	return c.waiting, nil
}

func TestRate(t *testing.T) {
	s := &counted{waiting: map[string]int{"ann": 3, "bob": 4}}
	r := rate{each: 5, all: 10}
	now := time.Unix(1_000_000, 0)
	admit := func(user string) func(bool) {
		t.Helper()
		done, err := r.admit(t.Context(), s, user, now)
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	refuse := func(user string) {
		t.Helper()
		if _, err := r.admit(t.Context(), s, user, now); !errors.Is(err, godocker.RateLimited) {
			t.Fatalf("%s: %v", user, err)
		}
	}
	admit("ann")(true)
	slow := admit("ann") // 5 of ann
	refuse("ann")
	failed := admit("bob") // 10 in all
	refuse("bob")
	refuse("eve")
	failed(false)
	admit("eve")(true)
	refuse("eve")
	if s.asked != 1 {
		t.Errorf("asked %d times", s.asked)
	}
	s.waiting = map[string]int{"ann": 4, "eve": 1} // all but what is slow is stored; those of bob started
	now = now.Add(rateEvery)
	refuse("ann")
	slow(true)
	refuse("ann")
	now = now.Add(rateEvery)
	s.waiting = map[string]int{}
	admit("ann")(true)
}

func TestRateAtOnce(t *testing.T) {
	s := &counted{waiting: map[string]int{}}
	r := rate{each: 7}
	var mu sync.Mutex
	var wg sync.WaitGroup
	admitted := 0
	for range 50 {
		wg.Go(func() {
			if done, err := r.admit(t.Context(), s, "ann", time.Unix(1_000_000, 0)); err == nil {
				mu.Lock()
				admitted++
				mu.Unlock()
				done(true)
			}
		})
	}
	wg.Wait()
	if admitted != 7 {
		t.Errorf("%d were admitted, want 7", admitted)
	}
}
