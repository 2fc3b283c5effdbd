package loop_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"godocker/internal/loop"
)

var quiet = slog.New(slog.DiscardHandler)

func TestLoopSurvivesFailuresAndPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		loop.Loop{Name: "x", Tick: time.Hour, Log: quiet}.Run(ctx, func(context.Context) (bool, error) {
			switch n++; n {
			case 1:
				return false, errors.New("disk full")
			case 2:
				panic("bad task")
			case 3:
				return true, nil
			default:
				cancel()
				return false, nil
			}
		})
		if n != 4 {
			t.Fatalf("%d steps", n)
		}
	})
}

func TestLoopWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		wake := make(chan struct{}, 1)
		steps := 0
		go loop.Loop{Wake: wake, Tick: time.Hour, Log: quiet}.Run(ctx, func(context.Context) (bool, error) {
			steps++
			return false, nil
		})
		synctest.Wait()
		wake <- struct{}{}
		synctest.Wait()
		if steps != 2 {
			t.Errorf("%d steps after a wake-up, want 2", steps)
		}
		time.Sleep(time.Hour + time.Second)
		synctest.Wait()
		if steps != 3 {
			t.Errorf("%d steps after a tick, want 3", steps)
		}
		cancel()
	})
}

func TestBatchWritesEachItemOnceDespiteFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		b := loop.NewBatch[int](10)
		var got []int
		fail := true
		go b.Run(ctx, quiet, func(_ context.Context, items []int) error {
			if fail = !fail; !fail {
				return errors.New("away")
			}
			got = append(got, items...)
			return nil
		})
		for i := range 25 {
			if !b.Add(ctx, i) {
				t.Fatal("not taken")
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		for i, v := range got {
			if i != v {
				t.Fatalf("got %v", got)
			}
		}
		if len(got) != 25 {
			t.Fatalf("%d items written, want 25", len(got))
		}
		cancel()
	})
}
