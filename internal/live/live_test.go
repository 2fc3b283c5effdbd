package live_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"godocker"
	"godocker/internal/live"
	"godocker/store/sqlstore"
)

// Whoever asks for what the store has forgotten waits for the next event, and is
// not told again and again that there is none.
func TestAfterWhatWasForgotten(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	log := slog.New(slog.DiscardHandler)
	s, err := sqlstore.Open(ctx, "sqlite::memory:", log)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	submit := func() {
		t.Helper()
		if _, err := s.Submit(ctx, []godocker.Task{{User: godocker.Owner{ID: "ann", Project: "default"}}}); err != nil {
			t.Error(err)
		}
	}
	submit()
	submit()
	if err := s.Forget(ctx, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	hub, err := live.New(ctx, s, log)
	if err != nil {
		t.Fatal(err)
	}
	short, stop := context.WithTimeout(ctx, 50*time.Millisecond)
	defer stop()
	if events, err := hub.After(short, 0); err == nil {
		t.Fatalf("there is nothing, and After returns %v", events)
	}
	go hub.Run(ctx)
	go submit()
	events, err := hub.After(ctx, 0)
	if err != nil || len(events) != 1 || events[0].Seq != 3 {
		t.Errorf("then come %v, %v", events, err)
	}
}
