package account

import (
	"net/netip"
	"strings"
	"sync"
	"time"

	"godocker"
)

// A Gate slows down those who guess: after some failures, each further one doubles the
// time until the next attempt is looked at. It counts by user and by address, in this
// process alone, and forgets the oldest counts when there are very many. The zero
// value is ready; its methods may be called concurrently.
type Gate struct {
	mu         sync.Mutex
	young, old map[string]strikes
}

type strikes struct {
	n     int
	until time.Time // nothing is looked at before
	last  time.Time
}

const (
	freeUser    = 5  // failures that cost nothing, for one user
	freeAddress = 20 // and from one address, which many people may share
	firstPause  = time.Second
	longest     = time.Minute
	forgetAfter = 15 * time.Minute // without another failure
	generation  = 10_000           // counts; at most two generations are kept
)

// An Attempt is one that a Gate let through. It counts as failed unless one of its
// methods says otherwise.
type Attempt struct {
	gate   *Gate
	at     time.Time
	keys   [2]string
	before [2]time.Time // the last failures until then
}

// Enter lets an attempt to prove to be a user begin, or refuses it with
// godocker.RateLimited and the time to wait. Small and capital letters are the same to
// some directories, and so they are here. kind tells ways to prove it apart, such
// as password and key, which do not hinder each other. As it counts as
// failed from its beginning, many at once are not more than one after another.
func (g *Gate) Enter(kind, user string, from netip.Addr, now time.Time) (Attempt, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	a := Attempt{gate: g, at: now, keys: [2]string{kind + " " + strings.ToLower(user), "from " + Network(from)}}
	if !Name.MatchString(user) {
		a.keys[0] = "" // which nobody is called: the address alone counts
	}
	var wait time.Duration
	for _, k := range a.keys {
		wait = max(wait, g.get(k, now).until.Sub(now))
	}
	if wait > 0 {
		e := godocker.Errorf(godocker.RateLimited, "too many attempts to log in failed; try again in %d seconds", seconds(wait))
		e.RetryAfter = wait
		return Attempt{}, e
	}
	for i, k := range a.keys {
		s := g.get(k, now)
		a.before[i] = s.last
		s.n, s.last = s.n+1, now
		if over := s.n - [2]int{freeUser, freeAddress}[i]; over >= 0 {
			s.until = now.Add(min(longest, firstPause<<min(over, 10)))
		}
		g.put(k, s)
	}
	return a, nil
}

// Succeeded says that it was the user: their failures are forgotten, those of the
// address are not.
func (a Attempt) Succeeded() { a.back(true) }

// Unknown says that nobody could tell.
func (a Attempt) Unknown() { a.back(false) }

func (a Attempt) back(forget bool) {
	a.gate.mu.Lock()
	defer a.gate.mu.Unlock()
	for i, k := range a.keys {
		s := a.gate.get(k, a.at)
		if s.last.Equal(a.at) {
			s.last = a.before[i]
		}
		if s.n = max(0, s.n-1); forget && i == 0 {
			s.n = 0
		}
		s.until = time.Time{}
		a.gate.put(k, s)
	}
}

// get returns a count, if it is not too old at a time. Nothing is counted under "".
func (g *Gate) get(key string, now time.Time) strikes {
	if key == "" {
		return strikes{}
	}
	s, ok := g.young[key]
	if !ok {
		s = g.old[key]
	}
	if now.Sub(s.last) > forgetAfter {
		return strikes{}
	}
	return s
}

func (g *Gate) put(key string, s strikes) {
	if key == "" {
		return
	}
	if g.young == nil || len(g.young) >= generation {
		g.young, g.old = make(map[string]strikes), g.young
	}
	g.young[key] = s
}

// Network is the part of an address that one customer has.
func Network(a netip.Addr) string {
	if a.Is6() && !a.Is4In6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.Unmap().String()
}

// seconds is a time in whole seconds, at least as long.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
