package faulty_test

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"testing"

	"godocker"
	"godocker/store"
	"godocker/store/faulty"
	"godocker/store/sqlstore"
	"godocker/store/storetest"
)

func open(t *testing.T) store.Store {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), "sqlite::memory:", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestNoFault(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		return faulty.Wrap(open(t), func(faulty.Call) error { return nil })
	})
}

func TestBeforeAndAfter(t *testing.T) {
	lost := godocker.Errorf(godocker.Unavailable, "lost")
	for _, after := range []bool{false, true} {
		s := faulty.Wrap(open(t), faulty.Once("Submit", 2, after, lost))
		var errs []error
		for range 3 {
			ids, err := s.Submit(t.Context(), make([]godocker.Task, 1))
			if (err == nil) != (len(ids) == 1) {
				t.Errorf("ids %v and error %v", ids, err)
			}
			errs = append(errs, err)
		}
		if errs[0] != nil || !errors.Is(errs[1], lost) || errs[2] != nil {
			t.Errorf("errors %v", errs)
		}
		n, err := s.Count(t.Context())
		if want := map[bool]int{false: 2, true: 3}[after]; err != nil || n[godocker.Pending] != want {
			t.Errorf("%d tasks, want %d: %v", n[godocker.Pending], want, err)
		}
	}
}

// TestEveryMethod calls every method and finds each of them asked about.
func TestEveryMethod(t *testing.T) {
	var asked []string
	no := errors.New("no")
	s := reflect.ValueOf(faulty.Wrap(open(t), func(c faulty.Call) error {
		asked = append(asked, c.Method)
		return no
	}))
	for i := range s.Type().NumMethod() {
		m := s.Type().Method(i)
		if m.Name == "Changed" || m.Name == "Close" {
			continue
		}
		in := []reflect.Value{reflect.ValueOf(context.Background())}
		for j := 2; j < m.Type.NumIn(); j++ {
			in = append(in, reflect.Zero(m.Type.In(j)))
		}
		out := s.Method(i).Call(in)
		if err, _ := out[len(out)-1].Interface().(error); !errors.Is(err, no) || !slices.Contains(asked, m.Name) {
			t.Errorf("%s is not asked about: %v", m.Name, err)
		}
	}
}
