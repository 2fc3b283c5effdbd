package fairtree

import (
	"slices"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/plugin"
	"godocker/scheduler"
	"godocker/scheduler/schedulertest"
)

var defaults Config

func policy(t *testing.T, c Config) scheduler.Scheduler {
	t.Helper()
	s, err := New(t.Context(), plugin.Env{}, c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestProperties(t *testing.T) { schedulertest.Run(t, policy(t, defaults)) }

func TestSettings(t *testing.T) {
	for words, change := range map[string]func(*Config){
		"half_life: want":   func(c *Config) { c.HalfLife = "0" },
		"such as 7d":        func(c *Config) { c.HalfLife = "a week" },
		"entry_time":        func(c *Config) { c.Entry = "x" },
		"all weights are 0": func(c *Config) { c.CPUWeight, c.RAMWeight, c.GPUWeight = new(float64), new(float64), new(float64) },
		"gpu_weight":        func(c *Config) { less := -1.0; c.GPUWeight = &less },
	} {
		c := defaults
		change(&c)
		if _, err := New(t.Context(), plugin.Env{}, c); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%+v: %v, want %q", c, err, words)
		}
	}
}

func task(id int64, user, project string) godocker.Queued {
	return godocker.Queued{ID: id, User: user, Project: project, CPU: 1}
}

func used(decayed float64, prio int) scheduler.Share {
	return scheduler.Share{Decayed: decayed, Priority: prio}
}

// The places were worked out by hand.
func TestOrder(t *testing.T) {
	queue := []godocker.Queued{task(1, "ann", "a"), task(2, "bob", "a"), task(3, "eve", "b"), task(4, "ann", "b")}
	type shares = map[string]scheduler.Share
	type members = map[scheduler.Member]scheduler.Share
	for name, c := range map[string]struct {
		projects, users shares
		members         members
		want            []int64
	}{
		"nothing was used":                  {nil, nil, nil, []int64{1, 2, 3, 4}},
		"the project that used less":        {shares{"a": used(9, 50), "b": used(8, 50)}, nil, nil, []int64{3, 4, 1, 2}},
		"per share":                         {shares{"a": used(9, 90), "b": used(8, 50)}, nil, nil, []int64{1, 2, 3, 4}}, // 0.1 and 0.16
		"a share of nothing is last":        {shares{"a": used(0, 0), "b": used(8, 50)}, nil, nil, []int64{3, 4, 1, 2}},
		"in the project, the member's own":  {nil, nil, members{{User: "ann", Project: "a"}: used(1, 50)}, []int64{2, 1, 3, 4}},
		"what they used elsewhere is apart": {nil, nil, members{{User: "eve", Project: "a"}: used(99, 50)}, []int64{1, 2, 3, 4}},
		"and per the member's share":        {nil, shares{"ann": used(0, 100)}, members{{User: "ann", Project: "a"}: used(30, 50), {User: "bob", Project: "a"}: used(20, 50)}, []int64{1, 2, 3, 4}}, // 0.3 and 0.4
		"the project counts first":          {shares{"a": used(1, 50)}, nil, members{{User: "eve", Project: "b"}: used(99, 50), {User: "ann", Project: "b"}: used(98, 50)}, []int64{4, 3, 1, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			in := scheduler.Snapshot{Groups: schedulertest.Groups(queue), Projects: c.projects, Users: c.users, Members: c.members}
			if got := schedulertest.IDs(policy(t, defaults), in, false); !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// A burst is charged as it starts, so that others come in between, though nothing of it
// is in the books yet.
func TestStartsCountAtOnce(t *testing.T) {
	var queue []godocker.Queued
	for i := range int64(8) {
		queue = append(queue, task(i+1, "ann", "default"))
	}
	for i := range int64(4) {
		queue = append(queue, task(i+9, "bob", "default"))
	}
	in := scheduler.Snapshot{Groups: schedulertest.Groups(queue)}
	if got, want := schedulertest.IDs(policy(t, defaults), in, true), []int64{1, 9, 2, 10, 3, 11, 4, 12, 5, 6, 7, 8}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got, want := schedulertest.IDs(policy(t, defaults), in, false)[:8], []int64{1, 2, 3, 4, 5, 6, 7, 8}; !slices.Equal(got, want) {
		t.Errorf("what only waits is charged: %v, want %v", got, want)
	}
}

func TestUnits(t *testing.T) {
	s := policy(t, defaults).(scheduler.Decayer)
	if b := s.Burden(2, 10, 1); b != 13 || s.HalfLife() != 7*24*time.Hour || s.Entry() != 10*time.Minute {
		t.Errorf("%g, %v, %v", b, s.HalfLife(), s.Entry())
	}
}
