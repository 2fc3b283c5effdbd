package site_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"godocker"
	"godocker/internal/site"
	"godocker/store"
)

type kept struct {
	store.Site
	m     godocker.Maintenance
	err   error
	asked int
}

func (k *kept) Maintenance(context.Context) (godocker.Maintenance, error) {
	k.asked++
	return k.m, k.err
}
func (k *kept) SetMaintenance(_ context.Context, m godocker.Maintenance) error { k.m = m; return nil }

func TestBoard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &kept{}
		b := site.Board{Store: k}
		is := func(want bool) {
			t.Helper()
			if m, err := b.Maintenance(t.Context()); err != nil || m.On != want {
				t.Errorf("maintenance is %v, %v; want %v", m.On, err, want)
			}
		}
		is(false)
		is(false)
		if k.asked != 1 {
			t.Errorf("asked %d times", k.asked)
		}
		if err := b.Set(t.Context(), godocker.Maintenance{On: true}); err != nil {
			t.Fatal(err)
		}
		is(true)
		k.m.On = false // by another process
		time.Sleep(time.Second)
		is(false)
		time.Sleep(time.Second)
		k.err, k.m.On = errors.New("away"), true
		if m, err := b.Maintenance(t.Context()); err == nil || m.On {
			t.Errorf("without the store: %v, %v", m, err)
		}
	})
}
