package simulate_test

import (
	"testing"
	"time"

	"godocker"
	"godocker/internal/plan"
	"godocker/internal/simulate"
	"godocker/scheduler/fifo"
)

// A node of 4 cores, of which 3 are held until 02:00 at the latest, 01:00 in truth. Two
// tasks of 4 cores wait before the last one, which takes 2.
func TestForecast(t *testing.T) {
	s := plan.New(plan.Settings{Default: "e"}, []string{"e"})
	s.SetNodes("e", nodes(1, 4), false)
	s.Hold(godocker.Queued{ID: 1, User: "ann", CPU: 3, RAM: 1, Executor: "e", Node: "n0", Started: start, Lifespan: 2 * time.Hour})
	for id, cpu := range map[int64]float64{2: 4, 3: 4, 4: 2, 5: 64} {
		s.Wait(godocker.Queued{ID: id, User: "ann", CPU: cpu, RAM: 1, Lifespan: 3 * time.Hour})
	}
	hour := func(*godocker.Queued) time.Duration { return time.Hour }
	ask := func(id int64, limit int) (time.Duration, bool) {
		at, ok := simulate.Forecast(s.Clone(), plan.Terms{Now: start.Add(30 * time.Minute), Policy: fifo.Scheduler{}}, hour, id, limit)
		return at.Sub(start), ok
	}
	for id, want := range map[int64]time.Duration{2: time.Hour, 3: 2 * time.Hour, 4: 3 * time.Hour} {
		if got, ok := ask(id, 100); !ok || got != want {
			t.Errorf("task %d starts after %v, %v, want %v", id, got, ok, want)
		}
	}
	if _, ok := ask(4, 1); ok {
		t.Error("it looked at more starts than it might")
	}
	for _, id := range []int64{5, 99} {
		if at, ok := ask(id, 100); ok {
			t.Errorf("task %d, which never starts, starts after %v", id, at)
		}
	}
	if s.Waiting() != 4 || s.HeldCount() != 1 {
		t.Error("the forecast changed what it was made from")
	}
}

// Until a reservation is over, nothing starts, and nothing ends.
func TestForecastBeyondAReservation(t *testing.T) {
	s := plan.New(plan.Settings{Default: "e"}, []string{"e"})
	s.SetNodes("e", nodes(1, 4), false)
	s.Reserve([]godocker.Reservation{{For: []string{"bob"}, From: start, To: start.Add(5 * time.Hour)}})
	s.Wait(godocker.Queued{ID: 1, User: "ann", CPU: 1, RAM: 1, Lifespan: time.Hour})
	at, ok := simulate.Forecast(s, plan.Terms{Now: start, Policy: fifo.Scheduler{}}, func(*godocker.Queued) time.Duration { return time.Hour }, 1, 10)
	if !ok || at.Sub(start) != 5*time.Hour {
		t.Errorf("it starts after %v, %v", at.Sub(start), ok)
	}
}
