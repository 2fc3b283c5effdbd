package fairshare

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/plugin"
	"godocker/scheduler"
	"godocker/scheduler/schedulertest"
)

var defaults = Config{WaitingTime: 0.1, UserTime: 1, UserCPU: 0.2, UserRAM: 0.2, GroupTime: 0.1, GroupCPU: 0.01, GroupRAM: 0.01, User: 1, Group: 1}

func TestProperties(t *testing.T) {
	schedulertest.Run(t, Scheduler{defaults})
	schedulertest.Run(t, Scheduler{Config{User: 1}})
}

// The numbers were worked out by hand.
func TestTicket(t *testing.T) {
	for _, c := range []struct {
		name string
		wait float64
		u, g term
		w    Config
		want float64
	}{
		// 0.5·0.1 + 0.5·1 + 0.5·0.2 + 0.5·0.2 + 0.5·0.1 + 0.5·0.01 + 0.5·0.01 + 0.5·1 + 0.5·1
		{"all in the middle", 0.5, term{0.5, 0.5, 0.5, 0.5}, term{0.5, 0.5, 0.5, 0.5}, defaults, 1.81},
		// 0·0.1 + 1·1 + 0.25·0.2 + 0·0.2 + 0·0.1 + 1·0.01 + 0.5·0.01 + 0.2·1 + 0.9·1
		{"each its own", 1, term{1, 0.25, 0, 0.8}, term{0, 1, 0.5, 0.1}, defaults, 2.165},
		{"wait alone", 0.25, term{1, 1, 1, 0}, term{1, 1, 1, 0}, Config{WaitingTime: 2}, 1.5},
		{"priority of the project alone", 0, term{1, 1, 1, 0}, term{1, 1, 1, 0.75}, Config{Group: 4}, 1},
	} {
		if got := (Scheduler{c.w}).ticket(c.wait, c.u, c.g); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %g, want %g", c.name, got, c.want)
		}
	}
}

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func task(id int64, user, project string, waited time.Duration) godocker.Queued {
	return godocker.Queued{ID: id, User: user, Project: project, Submitted: now.Add(-waited)}
}

func used(seconds float64, prio int) scheduler.Share {
	return scheduler.Share{Used: godocker.Usage{Time: seconds, CPU: seconds, RAM: seconds}, Priority: prio}
}

func TestOrder(t *testing.T) {
	queue := []godocker.Queued{
		task(1, "ann", "default", time.Hour), task(2, "ann", "default", time.Hour), task(3, "bob", "default", time.Minute), task(4, "bob", "lab", time.Minute),
	}
	for name, c := range map[string]struct {
		users, projects map[string]scheduler.Share
		weights         Config
		want            []int64
	}{
		"nothing was used":              {nil, nil, defaults, []int64{1, 2, 3, 4}},
		"who used less":                 {map[string]scheduler.Share{"ann": used(10, 50), "bob": used(5, 50)}, nil, defaults, []int64{3, 4, 1, 2}},
		"however little the difference": {map[string]scheduler.Share{"ann": used(0.2, 50), "bob": used(0.1, 50)}, nil, defaults, []int64{3, 4, 1, 2}},
		"the project's own share":       {nil, map[string]scheduler.Share{"default": used(9, 50), "lab": used(1, 50)}, Config{GroupTime: 1}, []int64{4, 1, 2, 3}},
		"priority":                      {map[string]scheduler.Share{"ann": used(0, 50), "bob": used(0, 51)}, nil, Config{User: 1}, []int64{3, 4, 1, 2}},
		"priority outweighs use":        {map[string]scheduler.Share{"ann": used(9, 100), "bob": used(0, 0)}, nil, Config{User: 2, UserTime: 1}, []int64{1, 2, 3, 4}},
		"waiting":                       {map[string]scheduler.Share{"ann": used(9, 50), "bob": used(0, 50)}, nil, Config{WaitingTime: 2, UserTime: 1}, []int64{1, 2, 3, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			got := schedulertest.IDs(Scheduler{c.weights}, scheduler.Snapshot{Now: now, Groups: schedulertest.Groups(queue), Users: c.users, Projects: c.projects}, true)
			if !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// Whoever compares all tickets gets the same order.
func TestOrderIsThatOfTheTickets(t *testing.T) {
	var queue []godocker.Queued
	users, projects := map[string]scheduler.Share{}, map[string]scheduler.Share{}
	for i := range int64(500) {
		u, p := string(rune('a'+i%7)), string(rune('p'+i%3))
		queue = append(queue, task(i+1, u, p, time.Duration(i*i%997)*time.Second))
		users[u], projects[p] = used(float64(i%11), int(i%100)), used(float64(i%5), int(i*7%100))
	}
	slices.SortFunc(queue, func(a, b godocker.Queued) int { return a.Submitted.Compare(b.Submitted) })
	wait, uterms, pterms := span{}, map[string]term{}, map[string]term{}
	for i := range queue {
		queue[i].ID = int64(i)
		wait.see(age(now, &queue[i]))
		uterms[queue[i].User], pterms[queue[i].Project] = term{}, term{}
	}
	normalise(uterms, users)
	normalise(pterms, projects)
	s := Scheduler{defaults}
	tickets := make([]float64, len(queue))
	for i := range queue {
		q := &queue[i]
		tickets[i] = s.ticket(wait.part(age(now, q)), uterms[q.User], pterms[q.Project])
	}
	want := make([]int64, len(queue))
	for i := range want {
		want[i] = int64(i)
	}
	slices.SortStableFunc(want, func(a, b int64) int {
		switch {
		case tickets[a] < tickets[b]:
			return -1
		case tickets[a] > tickets[b]:
			return 1
		}
		return 0
	})
	in := scheduler.Snapshot{Now: now, Groups: schedulertest.Groups(queue), Users: users, Projects: projects}
	if got := schedulertest.IDs(s, in, true); !slices.Equal(got, want) {
		t.Errorf("the order differs")
	}
}

func TestWeights(t *testing.T) {
	for words, c := range map[string]Config{"all weights are 0": {}, "fairshare_user_time_weight": {UserTime: -1, User: 1}} {
		if _, err := New(t.Context(), plugin.Env{}, c); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
