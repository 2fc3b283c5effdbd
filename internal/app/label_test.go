package app_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"godocker"
	"godocker/executor/fake"
)

func labelled(labels ...string) func(*godocker.Task) {
	return func(k *godocker.Task) { k.Requirements.Labels = labels }
}

// Tasks run on nodes that they ask for, wait for these alone, and keep nobody else
// from starting, however many they are.
func TestLabels(t *testing.T) {
	conf := fake.Config{Nodes: 3, CPU: 2, Labels: map[string]string{"site": "a"},
		NodeLabels: []map[string]string{{"disk": "hdd"}, {"disk": "ssd"}, {"disk": "hdd", "net": "fast"}}}
	lived(t, conf, nil, func(h *house) {
		var ssd []int64
		for range 300 {
			ssd = append(ssd, h.submit("run=10h", labelled("disk==ssd", "site==a")))
		}
		other := h.submit("run=1m")
		fast := h.submit("run=1m", labelled("net==fast"))
		never := h.submit("run=1m", labelled("disk==ssd", "net==fast"))
		if got := h.until(other, godocker.Running); got.Node == "fake-2" {
			t.Errorf("it runs on %s, which others wait for", got.Node)
		}
		if got := h.until(fast, godocker.Running); got.Node != "fake-3" {
			t.Errorf("it runs on %s", got.Node)
		}
		for _, id := range ssd[:2] {
			if got := h.until(id, godocker.Running); got.Node != "fake-2" {
				t.Errorf("it runs on %s", got.Node)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		for id, want := range map[int64]string{
			ssd[2]: "waiting until 1 cpu and 1 GB of memory are free on one node with disk==ssd and site==a",
			never:  "the executor fake has no node with disk==ssd and net==fast that could give it 1 cpu and 1 GB of memory",
		} {
			if got := h.task(id); got.State != godocker.Pending || !strings.Contains(got.Detail, want) {
				t.Errorf("task %d is %s: %q", id, got.State, got.Detail)
			}
		}
	})
}
