package godocker_test

import (
	"errors"
	"fmt"
	"testing"

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
