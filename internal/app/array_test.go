package app_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"godocker"
	"godocker/executor/fake"
)

func ofArray(values string) func(*godocker.Task) {
	return func(t *godocker.Task) { t.Requirements.Array.Values = values }
}

func after(h *house, conditions string) func(*godocker.Task) {
	return func(t *godocker.Task) {
		var err error
		if t.Needs, err = godocker.ParseDependencies([]string{conditions}); err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestArrayRuns(t *testing.T) {
	lived(t, fake.Config{CPU: 1000}, nil, func(h *house) {
		id := h.submit("run=1m", ofArray("1:2000:2"))
		got := h.until(id, godocker.Over)
		if a := got.Requirements.Array; a.Over != 1000 || a.Failed != 0 || got.Outcome != godocker.Succeeded {
			t.Fatalf("ended %s with %+v", got.Outcome, a)
		}
		for _, e := range got.Requirements.Array.Tasks {
			if n := h.executions(e, 1); n != 1 {
				t.Fatalf("element %d ran %d times", e, n)
			}
		}
	})
}

func TestArrayRunsAtMostSoManyAtOnce(t *testing.T) {
	lived(t, fake.Config{CPU: 1000}, nil, func(h *house) {
		id := h.submit("run=1m", ofArray("40%7"))
		other := h.submit("run=1m") // which the array does not keep waiting
		most := 0
		for range 40 * 60 {
			time.Sleep(time.Second)
			synctest.Wait()
			got := h.task(id)
			if most = max(most, got.Requirements.Array.Running); got.State.Final() {
				break
			}
		}
		if got := h.task(id); got.Outcome != godocker.Succeeded || most != 7 {
			t.Errorf("ended %s with up to %d at once", got.Outcome, most)
		}
		if o := h.task(other); o.Started.Sub(o.Submitted) > time.Second {
			t.Errorf("the other task started after %v", o.Started.Sub(o.Submitted))
		}
	})
}

func TestArrayIsKilled(t *testing.T) {
	lived(t, fake.Config{CPU: 10}, nil, func(h *house) {
		id := h.submit("run=10h", ofArray("5000"))
		h.until(id, godocker.Running)
		h.kill(id)
		got := h.until(id, godocker.Over)
		if got.Outcome != godocker.Killed || got.Requirements.Array.Over != 5000 || got.Finished.Sub(got.Wish.Asked) > time.Minute {
			t.Fatalf("ended %s after %v, %+v", got.Outcome, got.Finished.Sub(got.Wish.Asked), got.Requirements.Array.Over)
		}
		if n, err := h.store.Count(h.t.Context()); err != nil || n[godocker.Over] != 5001 {
			t.Fatalf("%v, %v", n, err)
		}
	})
}

func TestDependencies(t *testing.T) {
	for _, tt := range []struct {
		first, condition string
		outcome          godocker.Outcome
		words            string
	}{
		{"run=1h exit=3", "%d", godocker.Succeeded, ""},
		{"run=1h", "ok:%d", godocker.Succeeded, ""},
		{"run=1h exit=3", "ok:%d", godocker.Rejected, "to succeed, which ended with exit code 3"},
		{"run=1h exit=3", "fail:%d", godocker.Succeeded, ""},
		{"run=1h", "fail:%d", godocker.Rejected, "to fail, which succeeded"},
		{"run=1h", "start:%d", godocker.Succeeded, ""},
		{"run=1h exit=3", "ok:%d?fail:%[1]d", godocker.Succeeded, ""},
		{"run=1h exit=3", "any:%d,ok:%[1]d", godocker.Rejected, "exit code 3"},
	} {
		t.Run(tt.first+" "+tt.condition, func(t *testing.T) {
			lived(t, fake.Config{}, nil, func(h *house) {
				first := h.submit(tt.first)
				second := h.submit("run=1s", after(h, fmt.Sprintf(tt.condition, first)))
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				if got := h.task(second); !strings.HasPrefix(tt.condition, "start") && (got.State != godocker.Pending || !strings.HasPrefix(got.Detail, "Waiting for task 1 to ")) {
					t.Errorf("meanwhile %s, %q", got.State, got.Detail)
				}
				got := h.until(second, godocker.Over)
				if got.Outcome != tt.outcome || !strings.Contains(got.Reason, tt.words) {
					t.Errorf("ended %s %q, want %s %q", got.Outcome, got.Reason, tt.outcome, tt.words)
				}
			})
		})
	}
}

func TestElementByElement(t *testing.T) {
	lived(t, fake.Config{CPU: 3}, nil, func(h *house) {
		first := h.submit("run=1h", ofArray("6"))
		second := h.submit("run=1h", ofArray("6"), func(t *godocker.Task) {
			t.Needs = godocker.Dependencies{{{Need: godocker.NeedSuccess, ID: first, Each: true, First: 1, Step: 1}}}
		})
		h.until(second, godocker.Over)
		one, two := h.task(first).Requirements.Array.Tasks, h.task(second).Requirements.Array.Tasks
		for i := range one {
			if a, b := h.task(one[i]), h.task(two[i]); b.Outcome != godocker.Succeeded || b.Started.Before(a.Ended) {
				t.Errorf("element %d: %s, %v before %v", i, b.Outcome, b.Started, a.Ended)
			}
		}
	})
}

func TestLostDependencyOfAnArrayEndsItsElements(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		first := h.submit("run=1h exit=1")
		second := h.submit("run=1s", ofArray("3000"), after(h, fmt.Sprintf("ok:%d", first)))
		got := h.until(second, godocker.Over)
		if got.Requirements.Array.Failed != 3000 || got.Outcome != godocker.Failed {
			t.Errorf("ended %s with %+v", got.Outcome, got.Requirements.Array.Failed)
		}
	})
}
