package watch

import (
	"context"
	"sync"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/loop"
	"godocker/store"
)

// A view is what runs on one executor.
type view struct {
	name string
	exec executor.Executor
	room *Room
	wake chan struct{}

	mu     sync.Mutex
	runs   map[executor.Handle]store.AttemptKey
	byTask map[int64]executor.Handle
	// ended are handles to inspect, with until when to do so again should the
	// engine say that they run. Some ended before this process learned what
	// they are; these wait in early until it does.
	ended map[executor.Handle]time.Time
	early map[executor.Handle]time.Time
	all   bool      // inspect everything
	since time.Time // since when the engine tells of ends without a gap
}

func newView(name string, exec executor.Executor, r *Room) *view {
	return &view{name: name, exec: exec, room: r, wake: make(chan struct{}, 1),
		runs: map[executor.Handle]store.AttemptKey{}, byTask: map[int64]executor.Handle{},
		ended: map[executor.Handle]time.Time{}, early: map[executor.Handle]time.Time{}}
}

func (v *view) rouse() {
	select {
	case v.wake <- struct{}{}:
	default:
	}
}

// listening notes that no end is missed from now on. What ended before is inspected.
func (v *view) listening() {
	v.mu.Lock()
	v.since = time.Now()
	v.mu.Unlock()
	v.sweep()
}

func (v *view) sweep() {
	v.mu.Lock()
	v.all = true
	v.mu.Unlock()
	v.rouse()
}

// know learns that an attempt of a task submitted at a time runs. If its end was
// told before, or may have been missed, it is inspected.
func (v *view) know(h executor.Handle, k store.AttemptKey, submitted time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.runs[h], v.byTask[k.ID] = k, h
	_, told := v.early[h]
	switch {
	case told:
		delete(v.early, h)
		v.ended[h] = time.Now().Add(doubt)
	case submitted.Before(v.since):
		v.ended[h] = time.Time{}
	default:
		return
	}
	v.rouse()
}

func (v *view) forget(k store.AttemptKey) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if h, ok := v.byTask[k.ID]; ok && v.runs[h] == k {
		delete(v.runs, h)
		delete(v.byTask, k.ID)
		delete(v.ended, h)
	}
}

// tell takes note of an end that the engine told.
func (v *view) tell(h executor.Handle) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, known := v.runs[h]; known {
		v.ended[h] = time.Now().Add(doubt)
		v.rouse()
		return
	}
	v.early[h] = time.Now()
}

// An engine may tell of an end before its own books show it. An attempt that it
// said had ended, and says runs, is looked at again.
const (
	doubt      = 3 * time.Second
	doubtEvery = 50 * time.Millisecond
)

// patience is how long an end of an unknown attempt is remembered. A sweep sees
// whatever is forgotten too soon.
const patience = 10 * time.Minute

// due returns the handles to inspect now, and until when to do so again those that
// are said to have ended.
func (v *view) due() (out []executor.Handle, until map[executor.Handle]time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.all {
		for h := range v.runs {
			out = append(out, h)
		}
		for h, at := range v.early {
			if time.Since(at) > patience {
				delete(v.early, h)
			}
		}
	} else {
		for h := range v.ended {
			out = append(out, h)
		}
	}
	until, v.ended = v.ended, map[executor.Handle]time.Time{}
	v.all = false
	return out, until
}

// putBack keeps handles for the next try.
func (v *view) putBack(hs []executor.Handle, until map[executor.Handle]time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, h := range hs {
		if _, known := v.runs[h]; known && !v.ended[h].After(until[h]) {
			v.ended[h] = until[h]
		}
	}
}

// listen follows the engine's stream of ends, for as often as it breaks.
func (v *view) listen(ctx context.Context) {
	ender, ok := v.exec.(executor.Ender)
	if !ok {
		return
	}
	loop.Loop{Name: "ends of " + v.name, Tick: time.Second, Log: v.room.Log}.Run(ctx, func(ctx context.Context) (bool, error) {
		return false, ender.Ends(ctx, v.room.Cluster, v.listening, v.tell)
	})
}

// run inspects what is due.
func (v *view) run(ctx context.Context) {
	last := time.Now()
	l := loop.Loop{Name: "watch " + v.name, Wake: v.wake, Tick: v.room.Sweep, Log: v.room.Log}
	l.Run(ctx, func(ctx context.Context) (bool, error) {
		if now := time.Now(); now.Sub(last) >= v.room.Sweep {
			last = now
			v.mu.Lock()
			v.all = true
			v.mu.Unlock()
		}
		hs, until := v.due()
		if len(hs) == 0 {
			return false, nil
		}
		return false, v.inspect(ctx, hs, until)
	})
}

const inspectMost = 500

func (v *view) inspect(ctx context.Context, hs []executor.Handle, until map[executor.Handle]time.Time) error {
	var again []executor.Handle // said to have ended, and to run
	for len(hs) > 0 {
		n := min(len(hs), inspectMost)
		ask, cancel := context.WithTimeout(ctx, time.Minute)
		got, err := v.exec.Inspect(ask, hs[:n])
		cancel()
		if err != nil {
			v.putBack(append(hs, again...), until)
			return err
		}
		for _, s := range got {
			if v.judge(ctx, s); s.Phase == executor.Active && time.Now().Before(until[s.Handle]) {
				again = append(again, s.Handle)
			}
		}
		hs = hs[n:]
	}
	if len(again) > 0 {
		time.AfterFunc(doubtEvery, func() {
			v.putBack(again, until)
			v.rouse()
		})
	}
	return nil
}

// judge writes down an attempt that does not run any more.
func (v *view) judge(ctx context.Context, s executor.Status) {
	v.mu.Lock()
	key, known := v.runs[s.Handle]
	v.mu.Unlock()
	if !known {
		return
	}
	end := store.End{AttemptKey: key, Outcome: s.Outcome, Reason: s.Reason, Started: s.Started, Ended: s.Ended}
	switch s.Phase {
	case executor.Exited:
		if code := s.ExitCode; code != 0 || s.Outcome != godocker.NodeLost { // of what is lost nobody said 0
			end.ExitCode = &code
		}
	case executor.Lost:
		end.Outcome = godocker.NodeLost
		end.Reason = "The executor " + v.name + " does not know the task any more: its container was removed from outside, or its node is gone"
	default:
		return
	}
	if end.Ended.IsZero() {
		end.Ended = time.Now()
	}
	v.room.ended.Add(ctx, end)
}
