package executortest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"godocker/executor"
)

// mayUse holds that an attempt begins only if its owner may use the image, that the
// error is Start's own, and that one which has begun is not asked about again.
func (s suite) mayUse(t *testing.T) {
	e := s.New(t)
	a, count := s.counted(t)
	refusal := fmt.Errorf("%w: not hers", executor.ErrCannotStart)
	trouble := errors.New("nobody knows")
	for i, want := range []error{refusal, trouble, refusal} {
		a.MayUse = func(context.Context) error { return want }
		if got, err := e.Start(t.Context(), a); !errors.Is(err, want) || errors.Is(err, executor.ErrCannotStart) != (i != 1) {
			t.Fatalf("Start = %+v, %v; want %v", got, err, want)
		}
		if got := s.inspect(t, e, executor.Handle(a.Name())); got.Phase != executor.Lost {
			t.Fatalf("after the refusal: %+v", got)
		}
	}
	asked := 0
	a.MayUse = func(context.Context) error { asked++; return nil }
	h := s.start(t, e, a)
	s.wait(t, e, h, executor.Exited)
	a.MayUse = func(context.Context) error { return refusal }
	if again := s.start(t, e, a); again != h || asked != 1 {
		t.Errorf("Start = %q, want %q; asked %d times", again, h, asked)
	}
	if n := count(); n != 1 {
		t.Errorf("ran %d times", n)
	}
}

// digest holds that the receipts of an attempt name its image, the same each time.
func (s suite) digest(t *testing.T) {
	e := s.New(t)
	a := s.task(s.Run(time.Hour, 0))
	s.start(t, e, a)
	for range 2 {
		one, err := e.Start(t.Context(), a)
		two, err2 := s.New(t).Start(t.Context(), a)
		if err != nil || err2 != nil || one.Digest == "" && !s.NoDigest || one.Digest != two.Digest {
			t.Fatalf("digests %q and %q, %v, %v", one.Digest, two.Digest, err, err2)
		}
	}
}
