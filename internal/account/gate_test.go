package account_test

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"godocker"
	"godocker/internal/account"
)

func address(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
}

// pause is how long a Gate refuses a further attempt.
func pause(t *testing.T, g *account.Gate, user string, from netip.Addr, now time.Time) time.Duration {
	t.Helper()
	a, err := g.Enter("password", user, from, now)
	var e *godocker.Error
	switch {
	case err == nil:
		a.Unknown()
		return 0
	case !errors.As(err, &e) || e.Code != godocker.RateLimited || e.RetryAfter <= 0:
		t.Fatalf("refused with %v", err)
	}
	return e.RetryAfter
}

func TestGateDoublesThePause(t *testing.T) {
	var g account.Gate
	at := now
	var pauses []time.Duration
	for i := range 14 { // failures, each as early as possible, from everywhere
		if _, err := g.Enter("password", "ann", address(i), at); err != nil {
			t.Fatal(err)
		}
		p := pause(t, &g, "ann", address(100), at)
		pauses = append(pauses, p/time.Second)
		at = at.Add(p)
	}
	if got, want := fmt.Sprint(pauses), "[0s 0s 0s 0s 1ns 2ns 4ns 8ns 16ns 32ns 60ns 60ns 60ns 60ns]"; got != want {
		t.Errorf("the pauses are %s, want %s", got, want)
	}
	if p := pause(t, &g, "bob", address(1), at); p != 0 {
		t.Errorf("bob waits for %v", p)
	}
	if _, err := g.Enter("key", "ann", address(1), at); err != nil {
		t.Errorf("keys of ann: %v", err)
	}
	a, err := g.Enter("password", "ann", address(1), at)
	if err != nil {
		t.Fatal(err)
	}
	a.Succeeded()
	if p := pause(t, &g, "ann", address(1), at); p != 0 {
		t.Errorf("after the right password, ann waits for %v", p)
	}
}

func TestGateForgets(t *testing.T) {
	var g account.Gate
	for range 5 {
		if _, err := g.Enter("password", "ann", address(1), now); err != nil {
			t.Fatal(err)
		}
	}
	later := now.Add(16 * time.Minute)
	for range 4 {
		if _, err := g.Enter("password", "ann", address(1), later); err != nil {
			t.Fatal(err)
		}
	}
	if p := pause(t, &g, "ann", address(1), later); p != 0 {
		t.Errorf("waits for %v", p)
	}
}

// Right passwords do not wash the wrong ones off an address, and nobody gets around it
// by the addresses that one customer has.
func TestGateCountsByAddress(t *testing.T) {
	var g account.Gate
	v6 := func(i int) netip.Addr { return netip.MustParseAddr(fmt.Sprintf("2001:db8::%d", i+1)) }
	for i := range 20 {
		if _, err := g.Enter("password", fmt.Sprintf("user%d", i), v6(i), now); err != nil {
			t.Fatalf("after %d failures: %v", i, err)
		}
		if i < 19 {
			a, err := g.Enter("password", "mallory", v6(i), now)
			if err != nil {
				t.Fatal(err)
			}
			a.Succeeded()
		}
	}
	if p := pause(t, &g, "somebody", v6(99), now); p == 0 {
		t.Error("twenty failures from one network cost nothing")
	}
	if p := pause(t, &g, "somebody", netip.MustParseAddr("2001:db8:0:1::1"), now); p != 0 {
		t.Errorf("its neighbour waits for %v", p)
	}
}

// Many at once are not more than one after another.
func TestGateAtOnce(t *testing.T) {
	var g account.Gate
	var in atomic.Int32
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			if _, err := g.Enter("password", "ann", address(i), now); err == nil {
				in.Add(1)
			}
		})
	}
	wg.Wait()
	if in.Load() != 5 {
		t.Errorf("%d attempts were let in", in.Load())
	}
}

func TestGateIsBounded(t *testing.T) {
	var g account.Gate
	for i := range 100_000 {
		_, _ = g.Enter("password", fmt.Sprintf("user%d", i), address(i), now)
	}
	if n := account.Counts(&g); n > 20_000 {
		t.Errorf("%d counts are kept", n)
	}
}

func TestGateCountsEverySpelling(t *testing.T) {
	var g account.Gate
	for i, user := range []string{"ann", "Ann", "ANN", "aNn", "anN"} {
		if _, err := g.Enter("password", user, address(i), now); err != nil {
			t.Fatal(err)
		}
	}
	if pause(t, &g, "AnN", address(100), now) == 0 {
		t.Error("another spelling of the name is another person")
	}
}
