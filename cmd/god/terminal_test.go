package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"godocker/api"
)

// Colours change nothing about what is written where.
func TestColoursKeepColumns(t *testing.T) {
	tint := palette(true)
	for _, s := range []api.Status{{Primary: "pending"}, {Primary: "running"}, {Primary: "over", Outcome: "succeeded"}, {Primary: "over", Outcome: "failed"}} {
		with, without := tint.state(s, " 1/2"), palette(false).state(s, " 1/2")
		if bare := regexp.MustCompile(`\x1b\[\d*m`).ReplaceAllString(with, ""); bare != without || len(with)-len(without) != len(tint.plain("")) {
			t.Errorf("%q is coloured as %q", without, with)
		}
	}
	t.Setenv("NO_COLOR", "")
	if colourful(&bytes.Buffer{}) {
		t.Error("what is no terminal gets colours")
	}
}

func TestOrderOfTheQueue(t *testing.T) {
	at := func(sec int64) *api.Epoch { return &api.Epoch{Time: time.Unix(sec, 0)} }
	on := func(node, executor string) api.Container {
		return api.Container{Executor: executor, Meta: &api.ContainerMeta{Node: api.Node{Name: node}}}
	}
	why := "waiting until 4 cpus are free"
	ts := []api.Task{
		{ID: 5, Status: api.Status{Primary: "pending"}},
		{ID: 4, Status: api.Status{Primary: "pending", Reason: &why}},
		{ID: 3, Status: api.Status{Primary: "running", DateRunning: at(20)}, Container: on("n1", "docker")},
		{ID: 2, Status: api.Status{Primary: "running", DateRunning: at(30)}, Container: on("n1", "farm")},
	}
	sortQueue(ts)
	var b bytes.Buffer
	if err := printQueue(&b, ts); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	for i, want := range []string{"ID ", "3 ", "2 ", "4 ", "5 "} {
		if len(lines) != 5 || !strings.HasPrefix(lines[i], want) {
			t.Fatalf("the queue is\n%s", b.String())
		}
	}
	if !strings.HasSuffix(lines[1], "n1 (docker)") || !strings.HasSuffix(lines[2], "n1 (farm)") || !strings.HasSuffix(lines[3], why) || !strings.HasSuffix(lines[4], "its turn has not come yet") {
		t.Errorf("the queue is\n%s", b.String())
	}
}
