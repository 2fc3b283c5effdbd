package plan_test

import (
	"context"
	"math"
	"testing"
	"time"

	"godocker"
	"godocker/internal/plan"
	"godocker/plugin"
	"godocker/scheduler"
	"godocker/scheduler/fairtree"

	"pgregory.net/rapid"
)

func halving(t rapid.TB) scheduler.Scheduler {
	p, err := fairtree.New(context.Background(), plugin.Env{}, fairtree.Config{HalfLife: "1d", Entry: "10m"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// However tasks come and go, the shares are the sum of what each of them used by now,
// those that run for less than the time of entry counting for that.
func TestSharesAreSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := halving(t)
		weigh := policy.(scheduler.Decayer)
		s := plan.NewShares(policy)
		line := godocker.Usage{Day: noon.Truncate(24 * time.Hour), User: "ann", Project: "lab", Tasks: 3, CPU: 100, RAM: 50, Time: 100}
		s.Read([]godocker.Usage{line}, plan.Priorities{Users: map[string]int{"ann": 70}}, 2, noon)
		type past struct {
			godocker.Queued
			ended time.Time
		}
		all := map[int64]*past{}
		now := noon
		steps := rapid.IntRange(1, 40).Draw(t, "steps")
		for i := range int64(steps) {
			now = now.Add(time.Duration(rapid.IntRange(0, 1200).Draw(t, "pause")) * time.Second)
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0, 1:
				q := task(i, float64(rapid.IntRange(1, 8).Draw(t, "cpu")), 0, of(rapid.SampledFrom([]string{"ann", "bob"}).Draw(t, "user")))
				q.Project, q.Started = "lab", now
				q.Nice = rapid.SampledFrom([]int{0, 0, 0, 5}).Draw(t, "nice")
				all[i] = &past{Queued: q}
				s.Began(q)
			case 2:
				for id, p := range all {
					if p.ended.IsZero() && id%2 == 0 {
						p.ended = now
						s.Ended(p.Queued, now)
						break
					}
				}
			default:
				s = s.Clone()
			}
			if rapid.Bool().Draw(t, "look") {
				s.Fill(&scheduler.Snapshot{Now: now})
			}
		}
		in := scheduler.Snapshot{Now: now}
		s.Fill(&in)
		for _, user := range []string{"ann", "bob"} {
			want := scheduler.Share{Priority: 50}
			if user == "ann" {
				want = scheduler.Share{Used: godocker.Usage{Tasks: 3, CPU: 100, RAM: 50, Time: 100}, Decayed: weigh.Burden(100, 50, 0), Priority: 70}
			}
			for _, p := range all {
				if p.User != user || p.Nice > 0 {
					continue
				}
				until, entry := p.ended, 0.0
				if until.IsZero() {
					until, entry = now, weigh.Entry().Seconds()
				}
				d := until.Sub(p.Started).Seconds()
				if d > 0 || p.ended.IsZero() {
					want.Used.Add(godocker.Usage{Tasks: 1, CPU: d * p.CPU, RAM: d * p.RAM, Time: d})
				}
				want.Decayed += max(d, entry) * weigh.Burden(p.CPU, p.RAM, 0)
			}
			got, known := in.Users[user]
			if !known && want.Used.Tasks == 0 {
				continue
			}
			near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-6*(1+math.Abs(b)) }
			if got.Used.Tasks != want.Used.Tasks || !near(got.Used.CPU, want.Used.CPU) || !near(got.Used.RAM, want.Used.RAM) || !near(got.Used.Time, want.Used.Time) ||
				!near(got.Decayed, want.Decayed) || got.Priority != want.Priority {
				t.Fatalf("%s: %+v, want %+v", user, got, want)
			}
		}
		if p := in.Projects["lab"].Used.CPU - in.Users["ann"].Used.CPU - in.Users["bob"].Used.CPU; !near0(p) {
			t.Fatalf("the project used %g more than its members", p)
		}
	})
}

func near0(v float64) bool { return math.Abs(v) < 1e-3 }
