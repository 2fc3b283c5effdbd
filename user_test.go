package godocker_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"godocker"
)

func TestParseScopes(t *testing.T) {
	for _, tt := range []struct {
		words []string
		want  string
	}{
		{nil, "[]"},
		{[]string{"full"}, "[]"},
		{[]string{"read", "full"}, "[]"},
		{[]string{" read", "submit", "read"}, "[read submit]"},
		{[]string{"admin"}, "[admin]"},
	} {
		if got, err := godocker.ParseScopes(tt.words); err != nil || fmt.Sprint(got) != tt.want {
			t.Errorf("ParseScopes(%q) = %v, %v; want %s", tt.words, got, err, tt.want)
		}
	}
	for _, words := range [][]string{{""}, {"Read"}, {"full", "write"}} {
		if got, err := godocker.ParseScopes(words); !errors.Is(err, godocker.Invalid) {
			t.Errorf("ParseScopes(%q) = %v, %v", words, got, err)
		}
	}
}

func TestUsedByNiceTasks(t *testing.T) {
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	task := godocker.Task{Requirements: godocker.Requirements{CPU: 2, RAM: 3, GPUs: 1}}
	task.Started = began
	if u := task.Used(began.Add(10 * time.Second)); u.Nice != (godocker.Amounts{}) {
		t.Errorf("a plain task: %+v", u)
	}
	task.Requirements.Nice = 1
	u := task.Used(began.Add(10 * time.Second))
	want := godocker.Amounts{CPU: 20, RAM: 30, GPU: 10, Time: 10}
	if u.Nice != want || u.CPU != 20 || u.Time != 10 {
		t.Errorf("a nice task: %+v", u)
	}
	var sum godocker.Usage
	sum.Add(u)
	sum.Add(u)
	if sum.Nice != (godocker.Amounts{CPU: 40, RAM: 60, GPU: 20, Time: 20}) {
		t.Errorf("two of them: %+v", sum)
	}
}
