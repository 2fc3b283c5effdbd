// Package live spreads the store's events to everybody in this process who waits
// for them: rooms, pages, followers of logs. It reads each event once, however
// many listen.
package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"godocker"
	"godocker/store"
)

// keep is how many of the newest events stay in memory for listeners that lag.
const keep = 8192

// A Hub follows the events of one store. Its methods may be called concurrently.
type Hub struct {
	store store.Events
	log   *slog.Logger

	mu      sync.Mutex
	recent  []godocker.Event // consecutive, ending with last
	last    int64
	news    chan struct{} // closed at the next events
	signals []signal
}

type signal struct {
	match func(godocker.Event) bool
	wake  chan<- struct{}
}

// New returns a Hub that knows the events from now on. Call Run to have it follow.
func New(ctx context.Context, s store.Events, log *slog.Logger) (*Hub, error) {
	last, err := s.LastEvent(ctx)
	if err != nil {
		return nil, err
	}
	return &Hub{store: s, log: log, last: last, news: make(chan struct{})}, nil
}

// Signal returns a channel that gets a value after events that match. Several may
// share one value. Others may send into it to wake the same listener, without
// blocking.
func (h *Hub) Signal(match func(godocker.Event) bool) chan struct{} {
	wake := make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.signals = append(h.signals, signal{match, wake})
	return wake
}

// Entering returns a Signal for tasks that come into one of the states.
func (h *Hub) Entering(states ...godocker.State) chan struct{} {
	return h.Signal(func(e godocker.Event) bool {
		if e.Kind != godocker.EventMoved && e.Kind != godocker.EventSubmitted {
			return false
		}
		for _, s := range states {
			if e.To == s {
				return true
			}
		}
		return false
	})
}

// Run follows the store until ctx is done.
func (h *Hub) Run(ctx context.Context) {
	changed, stop := h.store.Changed()
	defer stop()
	pause := time.NewTicker(5 * time.Second)
	defer pause.Stop()
	for {
		if err := h.catchUp(ctx); err != nil && ctx.Err() == nil {
			h.log.Error("events cannot be read", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-pause.C:
		}
	}
}

func (h *Hub) catchUp(ctx context.Context) error {
	for {
		events, err := h.store.Events(ctx, h.Last(), 1000)
		if err != nil || len(events) == 0 {
			return err
		}
		h.spread(events)
	}
}

func (h *Hub) spread(events []godocker.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.recent = append(h.recent, events...)
	if extra := len(h.recent) - keep; extra > keep {
		h.recent = append([]godocker.Event(nil), h.recent[extra:]...)
	}
	h.last = events[len(events)-1].Seq
	for _, s := range h.signals {
		for _, e := range events {
			if !s.match(e) {
				continue
			}
			select {
			case s.wake <- struct{}{}:
			default:
			}
			break
		}
	}
	close(h.news)
	h.news = make(chan struct{})
}

// Last returns the sequence number of the newest event that was spread.
func (h *Hub) Last() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last
}

// After waits until there are events above seq and returns them in order, without
// a gap, a thousand at most.
func (h *Hub) After(ctx context.Context, seq int64) ([]godocker.Event, error) {
	for {
		last := h.Last()
		events, news, known := h.since(seq)
		if !known {
			events, err := h.store.Events(ctx, seq, 1000)
			if err != nil || len(events) > 0 {
				return events, err
			}
			seq = last // the store has forgotten all up to there
			continue
		}
		if len(events) > 0 {
			return events, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-news:
		}
	}
}

// Events returns what is known above seq, in order and without a gap, a thousand
// at most, and does not wait.
func (h *Hub) Events(ctx context.Context, seq int64) ([]godocker.Event, error) {
	if events, _, known := h.since(seq); known {
		return events, nil
	}
	return h.store.Events(ctx, seq, 1000)
}

// since returns the events above seq from memory; known is false if memory does
// not reach back that far.
func (h *Hub) since(seq int64) (events []godocker.Event, news <-chan struct{}, known bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	first := h.last - int64(len(h.recent)) // the event before those in memory
	if seq < first {
		return nil, nil, false
	}
	from := min(int(seq-first), len(h.recent))
	to := min(from+1000, len(h.recent))
	return h.recent[from:to:to], h.news, true
}
