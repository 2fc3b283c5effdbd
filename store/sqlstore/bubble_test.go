package sqlstore_test

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"godocker"
	"godocker/store/sqlstore"
)

// TestBubble runs a store in memory by a clock that is not real.
func TestBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := sqlstore.Open(t.Context(), "sqlite::memory:", slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		began := time.Now()
		changed, end := s.Changed()
		defer end()
		go func() {
			time.Sleep(24 * time.Hour)
			if _, err := s.Submit(t.Context(), make([]godocker.Task, 3)); err != nil {
				t.Error(err)
			}
		}()
		<-changed
		if d := time.Since(began); d != 24*time.Hour {
			t.Errorf("the change came after %v", d)
		}
		n, err := s.Count(t.Context())
		if err != nil || n[godocker.Pending] != 3 {
			t.Errorf("Count = %v, %v, want 3 pending", n, err)
		}
		lease, ok, err := s.Acquire(t.Context(), "schedule", "a", time.Now(), time.Minute)
		if err != nil || !ok {
			t.Fatal(lease, ok, err)
		}
		time.Sleep(2 * time.Minute)
		if _, err := s.Decide(t.Context(), lease, time.Now(), nil); godocker.CodeOf(err) != godocker.Conflict {
			t.Errorf("Decide with a lease that ran out: %v", err)
		}
	})
}
