package runner

import (
	"crypto/ed25519"
	"fmt"
	"path"
	"strings"
	"time"

	"godocker"
	"godocker/internal/runner/spec"
	"godocker/internal/runner/sshd"
)

// A task is idle if for its time nobody did anything in it and its programs used practically
// no cpu: less than a hundredth of a core, averaged over stretches as long as the warning,
// or less than idleLeast in each.
const (
	idleShare = 100
	idleLeast = 20 * time.Millisecond
)

// A repose finds out whether anything happens in an attempt, tells its people if nothing
// does, and the server. It is looked at by one goroutine.
type repose struct {
	after, warn time.Duration
	ends        bool
	used        func() time.Time     // when somebody last did something
	cpu         func() time.Duration // used so far; 0 = unknown
	say         func(text string)    // into terminals
	tell        func(spec.Idle)      // the server

	tick    time.Duration
	last    time.Time // when it was looked at
	since   time.Time // from when the time counts
	warned  bool
	said    spec.Idle
	stretch time.Time // when the stretch began over which cpu time is averaged,
	spent   time.Duration
}

// Bounds of how often it is looked whether something happens.
const (
	idleTickMin = 100 * time.Millisecond
	idleTickMax = 15 * time.Second
)

// frozenFor is how long nothing looks before it is taken for a freeze.
const frozenFor = 2 * time.Second

func newRepose(s spec.Session, now time.Time) *repose {
	r := &repose{after: s.IdleAfter, warn: s.IdleWarn, ends: s.IdleEnds, last: now, since: now, stretch: now}
	r.tick = min(max(r.warn/5, idleTickMin), idleTickMax)
	return r
}

// look is to be called at every tick.
func (r *repose) look(now time.Time) {
	frozen := now.Sub(r.last) > max(3*r.tick, frozenFor)
	r.last = now
	busy, used := r.busy(now), r.used()
	switch {
	case frozen || busy:
		r.wake(now)
	case used.After(r.since):
		r.wake(used)
	case now.Sub(r.since) >= r.after:
		r.state(godocker.IdleDue, now)
		r.say(r.lastWords())
		r.since, r.warned = now, false // if nothing comes of it, it is idle again after that time
	case now.Sub(r.since) >= r.after-r.warn && !r.warned:
		r.warned = true
		if r.said.Stage != string(godocker.IdleDue) {
			r.state(godocker.IdleWarned, now)
		}
		r.say(r.warning())
	}
}

// busy reports whether the attempt uses cpu. One whose use is unknown does.
func (r *repose) busy(now time.Time) bool {
	spent := r.cpu()
	busy := spent == 0 || r.spent > 0 && spent-r.spent > max(r.warn/idleShare, idleLeast)
	if busy || r.spent == 0 || now.Sub(r.stretch) >= r.warn {
		r.stretch, r.spent = now, spent
	}
	return busy
}

// wake notes that something happened.
func (r *repose) wake(at time.Time) {
	if r.said.Stage != string(godocker.IdleUsed) {
		r.state(godocker.IdleUsed, at)
	}
	if r.warned {
		r.say("Something happens again: this task is not " + r.then() + ".")
	}
	r.since, r.warned = at, false
}

func (r *repose) state(stage godocker.IdleStage, now time.Time) {
	r.said = spec.Idle{Word: max(r.said.Word+1, now.UnixMicro()), Stage: string(stage)}
	r.tell(r.said)
}

func (r *repose) then() string {
	if r.ends {
		return "ended"
	}
	return "frozen"
}

func (r *repose) warning() string {
	return fmt.Sprintf("Nothing happened for %s: this task is %s in %s, unless you press a key or a program computes.",
		inWords(r.after-r.warn), r.then(), inWords(r.warn))
}

func (r *repose) lastWords() string {
	if r.ends {
		return "Nothing happened for " + inWords(r.after) + ": this task is ended."
	}
	return "Nothing happened for " + inWords(r.after) + ": this task is frozen. Log in again to thaw it."
}

// inWords writes 1h45m, and not 1h45m0s.
func inWords(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}

// watchUse watches whether anything happens while people can log in, until the function
// that it returns is called.
func (i *interactive) watchUse(server *sshd.Server) (end func()) {
	if i.session.IdleAfter <= 0 {
		return func() {}
	}
	r := newRepose(i.session, time.Now())
	r.used, r.cpu, r.say = server.LastUse, cpuOfOthers(), server.Say
	file, key := path.Base(spec.IdleFile(i.spec.Attempt)), ed25519.NewKeyFromSeed(i.session.HostKey)
	r.tell = func(said spec.Idle) {
		i.folder.replaceFile(file, spec.SignIdle(i.spec.Task, i.spec.Attempt, said, key))
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(r.tick)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				r.look(time.Now())
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}
