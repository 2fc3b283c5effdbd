package executortest

import (
	"testing"
	"time"

	"godocker/executor"
)

func (s suite) signal(t *testing.T) {
	e := s.New(t)
	sig, can := e.(executor.Signaler)
	if can != e.Capabilities().Signals {
		t.Errorf("Capabilities.Signals = %v, but that it is a Signaler is %v", !can, can)
	}
	if !can {
		t.Skip("the engine cannot send signals")
	}
	var a executor.Assignment
	switch {
	case s.Signalled != nil:
		a = s.Signalled()
	case s.Shell != nil:
		a = s.Shell("trap 'exit 7' USR1; while :; do sleep 0.05; done")
	default:
		t.Skip("the engine runs no script")
	}
	h := s.start(t, e, s.task(a))
	s.until(t, func() bool { // the first ones may come before the script has set its trap
		if err := sig.Signal(t.Context(), h, "USR1"); err != nil {
			t.Fatal(err)
		}
		return s.inspect(t, e, h).Phase == executor.Exited
	}, func() string { return "it does not end on the signal" })
	if got := s.inspect(t, e, h); got.ExitCode != 7 {
		t.Errorf("ended with %d, want 7", got.ExitCode)
	}
	for _, h := range []executor.Handle{h, nobody, ""} { // over, or unknown
		if err := sig.Signal(t.Context(), h, "USR1"); err != nil {
			t.Errorf("Signal(%q): %v", h, err)
		}
	}
	sus, can := e.(executor.Suspender)
	if !can || !e.Capabilities().Suspend {
		return
	}
	frozen := s.start(t, e, s.task(s.Run(time.Hour, 0)))
	if err := sus.Suspend(t.Context(), frozen); err != nil {
		t.Fatal(err)
	}
	if err := sig.Signal(t.Context(), frozen, "USR1"); err != nil {
		t.Errorf("Signal while suspended: %v", err)
	}
	if got := s.inspect(t, e, frozen); got.Phase != executor.Active {
		t.Errorf("signalled while suspended: %+v", got)
	}
}
