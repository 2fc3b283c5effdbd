package app_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"godocker"
	"godocker/executor/fake"
)

// needy wants a gpu and two ports.
func needy(k *godocker.Task) {
	k.Requirements.GPUs, k.Requirements.Ports, k.Container.Network = 1, []int{80, 443}, true
}

// Of two gpus and five ports at most two tasks have something at any time, no two the
// same, and in the end nobody, whatever call to the store fails.
func TestReservations(t *testing.T) {
	for _, method := range []string{"", "Reserve", "Claim", "Take", "Started", "Ended", "Finish", "Unreleased", "Released", "Defer"} {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s after=%t", method, after), func(t *testing.T) {
				lived(t, fake.Config{GPUs: 2}, thrice(method, after), func(h *house) {
					var ids []int64
					for i := range 6 {
						ids = append(ids, h.submit(fmt.Sprintf("run=%ds", 1+i%3), needy))
					}
					plain := h.submit("run=1s")
					for end := time.Now().Add(time.Hour); h.task(ids[5]).State != godocker.Over && time.Now().Before(end); {
						time.Sleep(100 * time.Millisecond)
						synctest.Wait()
						h.apart(ids)
					}
					for _, id := range append(ids, plain) {
						k := h.until(id, godocker.Over)
						if k.Outcome != godocker.Succeeded || h.executions(id, k.Attempt) != 1 {
							t.Errorf("task %d ended %s after %d executions", id, k.Outcome, h.executions(id, k.Attempt))
						}
						if env, err := os.ReadFile(h.dirs.Path(&k) + "/god.env"); err != nil || strings.Contains(string(env), "GODOCKER_GPUS=gpu") != (id != plain) {
							t.Errorf("%s, %v", env, err)
						}
					}
					time.Sleep(time.Hour)
					synctest.Wait()
					if left, err := h.store.Reserved(h.t.Context()); err != nil || len(left) != 0 {
						t.Errorf("left: %+v, %v", left, err)
					}
				})
			})
		}
	}
}

// apart checks that no two running tasks show the same port.
func (h *house) apart(ids []int64) {
	h.t.Helper()
	seen := map[int]int64{}
	for _, id := range ids {
		k := h.task(id)
		if k.State != godocker.Running {
			continue
		}
		if len(k.Ports) != 2 || k.Ports[0].Container != 80 || k.Ports[1].Container != 443 {
			h.t.Errorf("task %d has the ports %+v", id, k.Ports)
		}
		for _, p := range k.Ports {
			if other := seen[p.Host]; other != 0 || p.Host < 10000 || p.Host > 10004 {
				h.t.Errorf("port %d is that of %d and %d", p.Host, other, id)
			}
			seen[p.Host] = id
		}
	}
}

// A task that finds no port waits, says for what, and keeps nobody else waiting.
func TestNoPortIsFree(t *testing.T) {
	lived(t, fake.Config{}, nil, func(h *house) {
		many := func(k *godocker.Task) { k.Requirements.Ports = []int{1, 2, 3} }
		first := h.submit("run=1h", many)
		h.until(first, godocker.Running)
		second := h.submit("run=1s", many)
		time.Sleep(time.Minute)
		other := h.submit("run=1s")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if got := h.task(other); got.State != godocker.Over {
			t.Errorf("another task is %s: %s", got.State, got.Detail)
		}
		if got := h.task(second); got.State == godocker.Running || got.State == godocker.Pending && !strings.Contains(got.Detail, "3 ports of fake-1 are not free") {
			t.Errorf("it is %s: %q", got.State, got.Detail)
		}
		h.kill(first)
		h.until(second, godocker.Over)
	})
}
