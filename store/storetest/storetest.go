// Package storetest is the conformance suite for store.Store. What it asserts is
// the contract; an implementation that needs an exception changes the contract
// first.
package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"godocker"
	"godocker/store"
)

// Run runs every test of the contract. open returns an empty store, which it closes
// and removes at the end of its test.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	tests := []struct {
		name string
		run  func(*harness)
	}{
		{"Submit", submit}, {"SubmitArray", submitArray}, {"ArrayQueue", arrayQueue}, {"List", lists}, {"ListCursor", listCursor}, {"ListFinished", listFinished},
		{"Lifecycle", lifecycle}, {"SeenLate", seenLate}, {"Again", again}, {"Disk", disks}, {"Disabling", disabling}, {"Defer", deferred}, {"Decide", decide}, {"Attempt", compareAttempts},
		{"ImpossibleMoves", impossibleMoves}, {"Array", arrayOver}, {"ArrayOfFailures", arrayOfFailures}, {"ArrayAgain", arrayAgain}, {"ArrayKill", arrayKill}, {"KillGrantedByFinish", killByFinish}, {"SameTaskTwice", sameTaskTwice},
		{"Wish", wishes}, {"Alter", alters}, {"Tag", tags}, {"Narrowed", narrowed}, {"Waiting", waiting}, {"Grant", grants}, {"Suspended", suspensions}, {"Reschedule", reschedules}, {"LateWish", lateWishes}, {"Failures", failures}, {"Guards", guards}, {"Idle", idle},
		{"ArraySuspend", arraySuspend}, {"ArrayArchive", arrayArchive}, {"Annotate", annotates}, {"Archive", archives}, {"Unreleased", unreleased},
		{"Reserve", reserves}, {"ReserveRace", reserveRace}, {"Queue", queues}, {"Planning", planning}, {"Pasts", pasts}, {"PastsRace", pastsRace}, {"Take", takes}, {"TakeRace", takeRace}, {"ClaimRace", claimRace},
		{"Lease", leases}, {"StaleLeader", staleLeader},
		{"Events", eventOrder}, {"Forget", forgets}, {"Changed", changes}, {"Cursors", cursors},
		{"Users", users}, {"Keys", keys}, {"Sessions", sessions}, {"Passes", passes}, {"Logins", logins}, {"Guard", guardedImages}, {"Projects", projects}, {"Usage", usage}, {"Site", site}, {"Tallies", tallies}, {"WaitingArray", waitingArray}, {"Audit", audits}, {"Nodes", nodes}, {"Questions", questions}, {"Estimates", estimates}, {"Concurrent", concurrent}, {"Model", model},
		{"Recipes", recipes}, {"Preferences", preferences}, {"Attached", attached},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			c.run(&harness{T: t, s: open(t), now: epoch})
		})
	}
}

var epoch = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)

// A harness is one store under test, with a clock that ticks when told.
type harness struct {
	*testing.T
	s     store.Store
	now   time.Time
	lease godocker.Lease
}

// tick lets a second pass and returns the time.
func (h *harness) tick() time.Time {
	h.now = h.now.Add(time.Second)
	return h.now
}

func (h *harness) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// code asserts the code of an error.
func (h *harness) code(err error, want godocker.Code, what string) {
	h.Helper()
	if !errors.Is(err, want) {
		h.Errorf("%s: error %v, want %s", what, err, want)
	}
}

// same compares; a want of nil stands for anything empty.
func (h *harness) same(what string, got, want any) {
	h.Helper()
	if v := reflect.ValueOf(got); want == nil && v.Kind() == reflect.Slice && v.Len() == 0 {
		return
	}
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		h.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// lead returns the lease of the leader, taken for as long as the test may last.
func (h *harness) lead() godocker.Lease {
	h.Helper()
	if h.lease.Holder == "" {
		l, ok, err := h.s.Acquire(h.Context(), "schedule", "leader", h.now, 1000*time.Hour)
		if err != nil || !ok {
			h.Fatalf("Acquire = %v, %v, %v", l, ok, err)
		}
		h.lease = l
	}
	return h.lease
}

// A plain task of a user.
func plain(user string) godocker.Task {
	return godocker.Task{
		Submitted:    epoch,
		User:         godocker.Owner{ID: user, UID: 1001, GID: 1002, Project: godocker.DefaultProject},
		Meta:         godocker.Meta{Name: "plain"},
		Requirements: godocker.Requirements{CPU: 1, RAM: 2},
		Container:    godocker.Container{Image: "debian"},
		Command:      godocker.Command{Script: "#!/bin/sh\ntrue\n"},
	}
}

// submit stores n plain tasks.
func (h *harness) submit(n int) []int64 {
	h.Helper()
	ts := make([]godocker.Task, n)
	for i := range ts {
		ts[i] = plain("ann")
		ts[i].Meta.Name = fmt.Sprintf("task-%d", i)
	}
	ids, err := h.s.Submit(h.Context(), ts)
	h.ok(err)
	if len(ids) != n {
		h.Fatalf("Submit of %d tasks returned %d ids", n, len(ids))
	}
	return ids
}

func (h *harness) claim(ids ...int64) []int64 {
	h.Helper()
	cs := make([]store.Claim, len(ids))
	for i, id := range ids {
		cs[i] = store.Claim{ID: id, Executor: "fake", Node: "n1"}
	}
	moved, err := h.s.Claim(h.Context(), h.lead(), h.tick(), cs)
	h.ok(err)
	return moved
}

func (h *harness) start(ks ...store.AttemptKey) []int64 {
	h.Helper()
	ss := make([]store.Start, len(ks))
	for i, k := range ks {
		ss[i] = store.Start{AttemptKey: k, Handle: fmt.Sprintf("h-%d-%d", k.ID, k.Attempt), EngineID: "e1", HostKey: "ssh-ed25519 AAAA", Digest: "i@sha256:1", IP: "10.0.0.1",
			Ports: []godocker.PortMapping{{Host: 30000, Container: 22}}}
	}
	moved, err := h.s.Started(h.Context(), h.tick(), ss)
	h.ok(err)
	return moved
}

func (h *harness) end(code int, ks ...store.AttemptKey) []int64 {
	h.Helper()
	es := make([]store.End, len(ks))
	now := h.tick()
	for i, k := range ks {
		es[i] = store.End{AttemptKey: k, ExitCode: &code, Ended: now}
	}
	moved, err := h.s.Ended(h.Context(), now, es)
	h.ok(err)
	return moved
}

func (h *harness) finish(fs ...store.Finish) []int64 {
	h.Helper()
	moved, err := h.s.Finish(h.Context(), h.tick(), fs)
	h.ok(err)
	return moved
}

// key names an attempt.
func key(id int64, attempt int) store.AttemptKey { return store.AttemptKey{ID: id, Attempt: attempt} }

func over(id int64, attempt int) store.Finish {
	code := 0
	return store.Finish{AttemptKey: key(id, attempt), Outcome: godocker.Succeeded, ExitCode: &code}
}

// through leads tasks from Pending to Over.
func (h *harness) through(ids ...int64) {
	h.Helper()
	h.claim(ids...)
	var ks []store.AttemptKey
	var fs []store.Finish
	for _, id := range ids {
		ks, fs = append(ks, key(id, 1)), append(fs, over(id, 1))
	}
	h.start(ks...)
	h.end(0, ks...)
	h.same("finished", h.finish(fs...), ids)
}

func (h *harness) task(id int64) godocker.Task {
	h.Helper()
	t, err := h.s.Task(h.Context(), id)
	h.ok(err)
	return t
}

func (h *harness) state(id int64, want godocker.State) {
	h.Helper()
	if got := h.task(id).State; got != want {
		h.Errorf("task %d is %s, want %s", id, got, want)
	}
}

// events returns all events, after checking that they have no gap.
func (h *harness) events() []godocker.Event {
	h.Helper()
	es, err := h.s.Events(h.Context(), 0, 0)
	h.ok(err)
	for i, e := range es {
		if e.Seq != int64(i+1) {
			h.Fatalf("event %d has number %d", i+1, e.Seq)
		}
	}
	last, err := h.s.LastEvent(h.Context())
	h.ok(err)
	if last != int64(len(es)) {
		h.Errorf("LastEvent = %d of %d events", last, len(es))
	}
	return es
}

// eventually waits for something that happens by itself.
func (h *harness) eventually(what string, cond func() bool) {
	h.Helper()
	for deadline := time.Now().Add(20 * time.Second); !cond(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			h.Fatalf("%s does not happen", what)
		}
	}
}
