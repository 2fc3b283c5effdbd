package app_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"godocker"
	"godocker/executor/fake"
)

// ask asks the leader and waits for the answer.
func (h *house) ask(q godocker.Question) godocker.Answer {
	h.t.Helper()
	id, err := h.store.Ask(h.t.Context(), time.Now(), q)
	if err != nil {
		h.t.Fatal(err)
	}
	for range 100 {
		synctest.Wait()
		a, known, err := h.store.Answered(h.t.Context(), id)
		if err != nil {
			h.t.Fatal(err)
		}
		if known {
			return a
		}
		time.Sleep(100 * time.Millisecond)
	}
	h.t.Fatalf("no answer to %+v", q)
	return godocker.Answer{}
}

func asking(cpu float64, lifespan time.Duration) func(*godocker.Task) {
	return func(t *godocker.Task) { t.Requirements.CPU, t.Requirements.MaxLifespan = cpu, lifespan }
}

// What is asked is answered by the function that decides, and what it foretells comes.
func TestQuestions(t *testing.T) {
	lived(t, fake.Config{CPU: 4}, nil, func(h *house) {
		says := func(id int64, code, reason string) godocker.Answer {
			t.Helper()
			a := h.ask(godocker.Question{Task: id})
			if a.Code != code || !strings.Contains(a.Reason, reason) {
				t.Errorf("task %d: %+v, want %s: %q", id, a, code, reason)
			}
			return a
		}
		began := time.Now()
		holder := h.submit("run=2h", asking(3, 2*time.Hour))
		h.until(holder, godocker.Running)
		large := h.submit("run=1h", asking(4, time.Hour))
		small := h.submit("run=3h", asking(1, 3*time.Hour))
		h.pass(time.Second)
		a := says(large, "resources", "waiting until 4 cpus")
		if facts := strings.Join(a.Facts, "\n"); !strings.Contains(facts, "ann holds 3 cpus") || !strings.Contains(facts, "one is kept for it") {
			t.Errorf("facts: %s", facts)
		}
		if d := a.Latest.Sub(began); d < 2*time.Hour || d > 2*time.Hour+15*time.Minute || a.Earliest.After(a.Latest) {
			t.Errorf("it is said to start between %v and %v", a.Earliest, a.Latest)
		}
		if a = says(small, "behind", "kept for a task that comes before it"); a.Ahead != 1 || a.Waiting != 2 {
			t.Errorf("place %d of %d", a.Ahead, a.Waiting)
		}
		asks := godocker.Asks{User: "ann", Project: "default", CPU: 1, RAM: 1, Lifespan: time.Hour}
		if a = h.ask(godocker.Question{Task: small, If: &asks}); !a.Starts {
			t.Errorf("with a shorter lifespan: %+v", a)
		}
		if a = h.ask(godocker.Question{If: &asks}); !a.Starts {
			t.Errorf("a task that nobody handed in: %+v", a)
		}
		asks.CPU = 5
		if a = h.ask(godocker.Question{If: &asks}); a.Code != "too_big" {
			t.Errorf("a task that nobody handed in: %+v", a)
		}
		if a = h.ask(godocker.Question{Most: 9}); len(a.Queue) != 2 || a.Queue[0].ID != large || a.Queue[1].ID != small || a.Queue[1].Code != "behind" {
			t.Errorf("the queue is %+v", a.Queue)
		}
		says(holder, "gone", "does not wait")

		child := h.submit("run=1m", func(t *godocker.Task) { t.Needs = godocker.Dependencies{{{Need: godocker.NeedSuccess, ID: large}}} })
		h.pass(time.Second)
		says(child, "dependency", "to succeed")
		if a = h.ask(godocker.Question{Most: 9}); len(a.Queue) != 3 || a.Queue[2].ID != child || !a.Queue[2].Held || !strings.Contains(a.Queue[2].Reason, "to succeed") {
			t.Errorf("with one that waits for another, the queue is %+v", a.Queue)
		}
		h.wish(small, godocker.WishSuspend)
		h.pass(time.Second)
		says(small, "suspended", "resumes it")
		if a = h.ask(godocker.Question{Most: 9}); len(a.Queue) != 3 || a.Queue[2].ID != small || !a.Queue[2].Held || a.Queue[2].Code != "suspended" || a.Waiting != 2 {
			t.Errorf("with a suspended one, the queue is %+v of %d", a.Queue, a.Waiting)
		}
		if a = h.ask(godocker.Question{Most: 2}); len(a.Queue) != 2 {
			t.Errorf("of two places asked for: %+v", a.Queue)
		}
		h.wish(small, godocker.WishResume)
		h.pass(time.Second)
		if a = h.ask(godocker.Question{Most: 9}); len(a.Queue) != 3 || a.Queue[1].ID != small || a.Queue[1].Held {
			t.Errorf("with a resumed one, the queue is %+v", a.Queue)
		}
		h.wish(small, godocker.WishSuspend)
		h.pass(time.Second)
		array := h.submit("run=1m", asking(4, time.Hour), func(t *godocker.Task) { t.Requirements.Array.Values = "1:3" })
		h.pass(time.Second)
		if a = says(array, "resources", "waiting until"); !strings.Contains(strings.Join(a.Facts, "\n"), "Its next element is the one of value 1") {
			t.Errorf("facts of an array: %v", a.Facts)
		}
		h.pass(time.Minute + time.Second) // until estimates are made anyway
		started := h.until(large, godocker.Running)
		if d := started.Started.Sub(began); d < 2*time.Hour || d > 2*time.Hour+time.Minute {
			t.Errorf("it started after %v", d)
		}
		h.pass(2 * time.Minute)
		if sc, err := h.store.Score(t.Context()); err != nil || sc.Made == 0 || sc.Held == 0 {
			t.Errorf("the score is %+v, %v", sc, err)
		}
	})
}

// Elements that their array holds back are in the queue, as their array, after those
// whose turns come.
func TestQueueOfHeldElements(t *testing.T) {
	lived(t, fake.Config{CPU: 4}, nil, func(h *house) {
		array := h.submit("run=1h", asking(1, time.Hour), func(t *godocker.Task) { t.Requirements.Array.Values = "1:9%2" })
		h.until(array+2, godocker.Running)
		large := h.submit("run=1h", asking(4, time.Hour))
		h.pass(time.Second)
		a := h.ask(godocker.Question{Most: 9})
		if len(a.Queue) != 2 || a.Queue[0].ID != large || a.Queue[0].Held || a.Queue[1].ID != array || !a.Queue[1].Held {
			t.Fatalf("the queue is %+v", a.Queue)
		}
		if want := "7 elements wait: it runs 2 at once, as it was asked to"; a.Queue[1].Reason != want {
			t.Errorf("they are held as %q, want %q", a.Queue[1].Reason, want)
		}
		if a = h.ask(godocker.Question{Most: 1}); len(a.Queue) != 1 {
			t.Errorf("of one place asked for: %+v", a.Queue)
		}
		h.wish(array+9, godocker.WishSuspend)
		h.pass(time.Second)
		a = h.ask(godocker.Question{Most: 9})
		if len(a.Queue) != 3 || !strings.HasPrefix(a.Queue[1].Reason, "6 elements wait") || a.Queue[2].ID != array+9 || a.Queue[2].Code != "suspended" {
			t.Errorf("with a suspended element, the queue is %+v", a.Queue)
		}
	})
}

// Past runs of the same owner, image and script make estimates narrow.
func TestEstimatesLearn(t *testing.T) {
	lived(t, fake.Config{CPU: 1}, nil, func(h *house) {
		for range 3 {
			h.until(h.submit("run=10m", asking(1, 10*time.Hour)), godocker.Over)
		}
		began := time.Now()
		h.until(h.submit("run=10m", asking(1, 10*time.Hour)), godocker.Running)
		h.submit("run=10m", asking(1, 10*time.Hour))
		last := h.submit("run=10m", asking(1, 10*time.Hour))
		h.pass(time.Second)
		a := h.ask(godocker.Question{Task: last})
		for _, at := range []time.Time{a.Earliest, a.Latest} {
			if d := at.Sub(began); d < 19*time.Minute || d > 23*time.Minute {
				t.Errorf("it is said to start after %v, want about 20 minutes", d)
			}
		}
	})
}
