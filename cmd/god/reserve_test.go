package main

import (
	"slices"
	"testing"
	"time"

	"godocker/api"
)

func TestMoments(t *testing.T) {
	zone := time.Local
	time.Local = time.FixedZone("here", 2*60*60)
	defer func() { time.Local = zone }()
	for text, want := range map[string]string{
		"":                          "",
		"2026-03-03 14:00":          "2026-03-03T14:00:00+02:00",
		"2026-03-03T14:00":          "2026-03-03T14:00:00+02:00",
		"2026-03-03T14:00:00Z":      "2026-03-03T14:00:00Z",
		"2026-03-03T14:00:00-05:00": "2026-03-03T14:00:00-05:00",
	} {
		if got, err := moment("--from", text); err != nil || got != want {
			t.Errorf("%q is %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"tuesday", "14:00", "2026-03-03 25:00"} {
		if got, err := moment("--from", text); err == nil {
			t.Errorf("%q is %q", text, got)
		}
	}
}

func TestWhatIsFreed(t *testing.T) {
	rs := []api.Reservation{{ID: 1, Nodes: []string{"n1", "n2"}}, {ID: 2, Nodes: []string{"n1"}}, {ID: 3}}
	for _, c := range []struct {
		args []string
		want []int64
	}{
		{[]string{"3"}, []int64{3}},
		{[]string{"1"}, []int64{1}},
		{[]string{"n1", "n2"}, []int64{1, 2}},
		{[]string{"n1", "1"}, []int64{1, 2}},
		{[]string{"n1"}, nil},
		{[]string{"n3"}, nil},
		{[]string{"2", "4"}, nil},
	} {
		got, err := toFree(rs, c.args)
		if !slices.Equal(got, c.want) || (err == nil) != (c.want != nil) {
			t.Errorf("%q frees %v, %v, want %v", c.args, got, err, c.want)
		}
	}
}
