package godocker_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"godocker"
)

func TestLifespan(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"7d": 7 * 24 * time.Hour, "12h": 12 * time.Hour, "30m": 30 * time.Minute, "20s": 20 * time.Second, "90": 90 * time.Second, "0": 0,
	} {
		if got, err := godocker.ParseLifespan(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "d", "-1", "1.5h", "1 h", "1h30m", "9999999999d", "1D"} {
		if got, err := godocker.ParseLifespan(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Range(0, 1e8).Draw(t, "seconds")) * time.Second
		if got, err := godocker.ParseLifespan(godocker.FormatLifespan(want)); err != nil || got != want {
			t.Fatalf("%v is written %q and read as %v, %v", want, godocker.FormatLifespan(want), got, err)
		}
	})
}
