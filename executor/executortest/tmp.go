package executortest

import (
	"errors"
	"testing"
	"time"

	"godocker"
	"godocker/executor"
)

// tmpSize is that of the temporary storage of the suite.
const tmpSize = 20_000_000

// tmp holds that temporary storage is there for root, that it ends at its size, that each
// attempt begins with nothing in it, and that nobody gets more than a node can have.
func (s suite) tmp(t *testing.T) {
	e := s.New(t)
	if !e.Capabilities().TmpStorage {
		t.Skip("the engine has no temporary storage")
	}
	if s.Shell != nil {
		s.holds(t, func(*executor.Assignment) {}, "! [ -e /tmp-data ]")
		const fill = `[ "$(stat -c %u:%g /tmp-data)" = 0:0 ] && ! [ -e /tmp-data/x ] && dd if=/dev/zero of=/tmp-data/x bs=1000000 count=15 2>/dev/null`
		const over = `dd if=/dev/zero of=/tmp-data/y bs=1000000 count=10 2>/dev/null`
		for range 2 {
			if s.TmpEnds {
				s.holds(t, func(a *executor.Assignment) { a.Tmp = tmpSize }, fill)
			} else {
				s.holds(t, func(a *executor.Assignment) { a.Tmp = tmpSize }, fill+" && ! "+over)
			}
		}
		if s.TmpEnds {
			a := s.task(s.Shell(over + "; " + over + "; mv /tmp-data/y /tmp-data/z; " + over + "; mv /tmp-data/y /tmp-data/x; " + over + "; sleep 3600"))
			a.Tmp = tmpSize
			got := s.wait(t, e, s.start(t, e, a), executor.Exited)
			if got.Outcome != godocker.Failed || !contains(got.Reason, "temporary storage") {
				t.Errorf("with more than its temporary storage: %+v", got)
			}
		}
	}
	a := s.task(s.Run(time.Hour, 0))
	a.Tmp = tmpSize
	h := s.start(t, e, a)
	if again := s.start(t, s.New(t), a); again != h {
		t.Errorf("Start again = %q, want %q", again, h)
	}
	s.wait(t, e, h, executor.Active)
	for range 2 {
		if err := e.Remove(t.Context(), h); err != nil {
			t.Errorf("Remove: %v", err)
		}
	}
	s.wait(t, e, h, executor.Lost)

	huge := s.task(s.Run(0, 0))
	huge.Tmp = 1 << 60
	if got, err := e.Start(t.Context(), huge); !errors.Is(err, executor.ErrCannotStart) {
		t.Errorf("with more than any node has: %+v, %v", got, err)
	}
	s.wait(t, e, executor.Handle(huge.Name()), executor.Lost)
}
