package godocker_test

import (
	"errors"
	"testing"

	"godocker"
)

func TestParseRange(t *testing.T) {
	for text, want := range map[string]struct {
		godocker.Range
		values []int64
	}{
		"3":       {godocker.Range{First: 1, Last: 3, Step: 1}, []int64{1, 2, 3}},
		"2:4":     {godocker.Range{First: 2, Last: 4, Step: 1}, []int64{2, 3, 4}},
		"1:10:4":  {godocker.Range{First: 1, Last: 10, Step: 4}, []int64{1, 5, 9}},
		"0:0":     {godocker.Range{First: 0, Last: 0, Step: 1}, []int64{0}},
		"1:3:9%2": {godocker.Range{First: 1, Last: 3, Step: 9, Parallel: 2}, []int64{1}},
	} {
		got, err := godocker.ParseRange(text)
		if err != nil || got != want.Range {
			t.Errorf("ParseRange(%q) = %+v, %v; want %+v", text, got, err, want.Range)
			continue
		}
		if got.Count() != len(want.values) {
			t.Errorf("ParseRange(%q) has %d elements, want %d", text, got.Count(), len(want.values))
		}
		for i, v := range want.values {
			if got.Value(i) != v {
				t.Errorf("ParseRange(%q): element %d is %d, want %d", text, i, got.Value(i), v)
			}
		}
	}
}

func TestParseRangeRefuses(t *testing.T) {
	for _, text := range []string{"", "0", "a", "1:", "5:2", "1:5:0", "1:2:3:4", "-1:3", "1:5%0", "1:5%x", "1:99999999", "1.5"} {
		if r, err := godocker.ParseRange(text); !errors.Is(err, godocker.Invalid) {
			t.Errorf("ParseRange(%q) = %+v, %v; want invalid", text, r, err)
		}
	}
}

func FuzzParseRange(f *testing.F) {
	f.Add("1:10:2%3")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := godocker.ParseRange(text)
		if err != nil {
			return
		}
		if n := r.Count(); n < 1 || n > godocker.MaxElements || r.Value(n-1) > r.Last || r.Value(0) != r.First {
			t.Fatalf("%q is %+v with %d elements", text, r, n)
		}
	})
}
