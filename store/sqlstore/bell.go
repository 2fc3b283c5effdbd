package sqlstore

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// A bell tells those who wait that there are new events.
type bell struct {
	mu  sync.Mutex
	ins map[chan struct{}]bool
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.ins {
		select {
		case c <- struct{}{}:
		default: // there is a value already
		}
	}
}

// Changed returns a channel that gets a value after new events: at once for those
// of this process, through LISTEN on PostgreSQL, and within a few seconds in any
// case. The function ends it; the channel is not closed.
func (s *Store) Changed() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	s.bell.mu.Lock()
	defer s.bell.mu.Unlock()
	if s.bell.ins == nil {
		s.bell.ins = map[chan struct{}]bool{}
	}
	s.bell.ins[c] = true
	return c, func() {
		s.bell.mu.Lock()
		defer s.bell.mu.Unlock()
		delete(s.bell.ins, c)
	}
}

// tick is how soon events of other processes are seen when nobody tells of them.
const tick = 2 * time.Second

// watch looks for events of other processes now and then.
func (s *Store) watch() {
	t := time.NewTicker(tick)
	defer t.Stop()
	var seen int64
	for {
		select {
		case <-s.quit.Done():
			return
		case <-t.C:
		}
		ctx, cancel := context.WithTimeout(s.quit, tick)
		last, err := s.LastEvent(ctx)
		cancel()
		if err == nil && last != seen {
			seen = last
			s.bell.ring()
		}
	}
}

// listen hears of the events of other processes on PostgreSQL, and connects again
// whenever the connection is lost.
func (s *Store) listen(url string) {
	pause := firstPause
	for s.quit.Err() == nil {
		err := s.hear(url, func() { pause = firstPause; s.bell.ring() })
		if s.quit.Err() != nil {
			return
		}
		s.log.Debug("the connection that hears of events was lost", "error", err)
		select {
		case <-s.quit.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, longPause)
	}
}

func (s *Store) hear(url string, ring func()) error {
	conn, err := pgx.Connect(s.quit, withDefaults(url))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(s.quit))
	if _, err := conn.Exec(s.quit, "LISTEN "+channel); err != nil {
		return err
	}
	ring() // for what happened while nobody listened
	for {
		if _, err := conn.WaitForNotification(s.quit); err != nil {
			return err
		}
		ring()
	}
}
