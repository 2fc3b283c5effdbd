package simulate_test

import (
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/internal/plan"
	"godocker/internal/simulate"
)

func TestFile(t *testing.T) {
	f, err := simulate.Parse("lab.yaml", []byte(`
nodes: [{count: 2, cpu: 8, labels: {disk: ssd}}, {cpu: 4, ram: 3, gpus: 1}]
node_order: pack
projects: [{name: lab, priority: 0}]
users:
  - {name: ann, priority: 70, tasks: {per_day: 1, runs: {median: 1h}}}
  - {name: s, count: 2, project: lab, max_running: 3, tasks: {per_day: 2, burst: 5, hours: 22-6, cpu: 0.5, ram: [1, 2], asks: 0, nice: 5, runs: {median: 10m, p95: 1h}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	site := f.Site()
	if n := site.Nodes; len(n) != 3 || n[1].RAM != 32<<30 || n[1].Labels["disk"] != "ssd" || n[2].GPUs != 1 || n[2].RAM != 3<<30 || n[0].Name == n[1].Name {
		t.Errorf("%+v", n)
	}
	if p, known := site.Priorities.Projects["lab"]; !known || p != 0 || site.Priorities.Users["ann"] != 70 || len(site.Priorities.Users) != 1 || !site.Placement.Pack {
		t.Errorf("%+v", site)
	}
	if l := site.Limits; len(l) != 2 || l[plan.Account{ID: "s-2"}] != (godocker.Limits{Tasks: 3}) {
		t.Errorf("%+v", l)
	}
	s := f.Sources()
	if len(s) != 3 || s[0].Project != godocker.DefaultProject || s[0].Asks != 2 || s[2].User != "s-2" || s[2].Asks != 0 || s[2].From != 22*time.Hour || s[2].Until != 6*time.Hour ||
		s[2].CPU[0] != 0.5 || len(s[2].RAM) != 2 || s[2].Nice != 5 {
		t.Errorf("%+v", s)
	}
}

func TestBadFiles(t *testing.T) {
	user := func(tasks string) string { return "users: [{name: ann, tasks: {" + tasks + "}}]" }
	for text, want := range map[string]string{
		"- a":                          "line 1: want keys and values",
		"nodes: [{cpu: 0}]":            "nodes[0]: want a cpu above 0",
		"nodes: [{cpus: 1}]":           `unknown key "cpus" in nodes[0]; did you mean "cpu"?`,
		"days: 0":                      "days: want 1 to 3660, got 0",
		"days: 1\ndays: 2":             "line 2: days is already set on line 1",
		"history: {from: may}":         `want a day such as 2026-03-31, got "may"`,
		"users: [{count: -1}]":         "users[0].count: want 0 to 100000, got -1",
		user("hours: 9-37"):            `want hours of the day such as 9-18 or 22-6, got "9-37"`,
		user("per_day: .nan"):          "want per_day and runs.median above 0",
		user("cpu: [1, .nan]"):         "users[0].tasks.cpu: want numbers above 0",
		user("nice: 101"):              "users[0].tasks.nice: want 0 to 100, got 101",
		user("per_day: 99999999"):      "want at most 50000000",
		"user_reset_usage_duration: 0": "want a number of days from 1 on",
		"history: {from: 2026-03-02, to: 2026-03-01}":        "history: want a from before its to",
		"projects: [{priority: 101}]":                        "projects[0].priority: want 0 to 100, got 101",
		"policy: fairshare\nfairshare_user_time_weight: big": "fairshare_user_time_weight: want a number, got big",
	} {
		if _, err := simulate.Parse("f", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
