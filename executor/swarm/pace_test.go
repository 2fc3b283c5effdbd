package swarm

import (
	"slices"
	"testing"
	"time"
)

// What comes alone does not wait; what comes together is apart, and none waits long.
func TestPace(t *testing.T) {
	var p pace
	start := time.Now()
	var got []time.Duration
	for range 6 {
		got = append(got, p.turn(start).Sub(start))
	}
	if want := []time.Duration{0, apart, 2 * apart, 3 * apart, apartFor, apartFor}; !slices.Equal(got, want) {
		t.Errorf("six at once wait %v, want %v", got, want)
	}
	later := start.Add(time.Minute)
	if at := p.turn(later); !at.Equal(later) {
		t.Errorf("one that comes alone waits %v", at.Sub(later))
	}
}
