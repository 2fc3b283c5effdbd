// Package executortest is the conformance suite for executor.Executor. What it
// asserts is the contract; a driver that needs an exception changes the contract
// first. What an engine cannot do by its own Capabilities is skipped, and said.
package executortest

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"godocker/executor"
)

// Harness adapts one driver to the suite.
type Harness struct {
	// New returns one more executor on the same engine, as another process
	// would have it; it registers its own cleanup on t.
	New func(t *testing.T) executor.Executor

	// Run returns an assignment that runs for d and exits with code. It sets
	// neither cluster, task nor attempt.
	Run func(d time.Duration, code int) executor.Assignment

	// Shell returns an assignment that runs a POSIX shell script. Nil for an
	// engine that only pretends: what needs a script is then skipped.
	Shell func(script string) executor.Assignment

	// Stubborn returns an assignment that runs for an hour whatever TERM it
	// gets. Nil = made with Shell.
	Stubborn func() executor.Assignment

	// Signalled returns an assignment that runs for an hour and ends with 7 on
	// USR1. Nil = made with Shell.
	Signalled func() executor.Assignment

	// Impossible returns an assignment that the engine refuses for good, and
	// a word that its refusal must hold.
	Impossible func() (a executor.Assignment, word string)

	// Full returns an executor without room for Run's assignment. Nil for an
	// engine that queues by itself.
	Full func(t *testing.T) executor.Executor

	// Hungry returns an assignment that uses more memory than its limit of
	// 64 MB. Nil = made with Shell.
	Hungry func() executor.Assignment

	// SeesGPU returns a shell command that ends with 0 where the attempt has the
	// gpu of that name. Nil for an engine without gpus, or without Shell.
	SeesGPU func(name string) string

	// SecretStays: the engine mounts a secret, so that the command cannot remove it, and
	// only root can read it.
	SecretStays bool

	// TmpEnds: an attempt that uses more temporary storage than it has is ended, in place
	// of its writes being refused.
	TmpEnds bool

	// NoDigest says that the engine learns of digests from registries alone, and
	// that there is none.
	NoDigest bool

	// Listen takes a port of a node; nil = the node is this machine.
	Listen func(node string) (net.Listener, error)

	// Node is the node for what is to run on a certain one; "" = any.
	Node string

	// Cluster is the cluster of its attempts. "" = one that no other run has.
	Cluster string

	// Settle is how long the engine may take to show a change.
	Settle time.Duration
}

// Run runs every test of the contract against h.
func Run(t *testing.T, h Harness) {
	if h.Listen == nil {
		h.Listen = func(string) (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }
	}
	s := suite{Harness: h, cluster: cmp.Or(h.Cluster, "t"+strings.ToLower(rand.Text()[:8]))}
	for _, test := range []struct {
		name string
		run  func(suite, *testing.T)
	}{
		{"ExitCodeIsReported", suite.exitCodes},
		{"StartIsIdempotent", suite.startTwice},
		{"StartAfterTheEndRunsNothing", suite.startAfterEnd},
		{"ConcurrentStartsRunOnce", suite.startTogether},
		{"AttemptsAreApart", suite.attemptsApart},
		{"TasksOfOneNumberAreApart", suite.namesakes},
		{"ManyAttempts", suite.many},
		{"HandleOutlivesTheProcess", suite.handleOutlives},
		{"CannotStart", suite.cannotStart},
		{"NoRoom", suite.noRoom},
		{"MayUse", suite.mayUse},
		{"Digest", suite.digest},
		{"UnknownHandleIsLost", suite.unknown},
		{"InspectAnswersInOrder", suite.inspectOrder},
		{"KillEnds", suite.kill},
		{"KillHasAGrace", suite.killGrace},
		{"KillTwice", suite.killTwice},
		{"RemoveEndsAndForgets", suite.remove},
		{"SuspendResume", suite.suspend},
		{"Signal", suite.signal},
		{"EndsAreTold", suite.ends},
		{"NodesHaveCapacity", suite.nodes},
		{"MemoryLimit", suite.memory},
		{"NoNetwork", suite.network},
		{"EnvironmentAndFolder", suite.environment},
		{"Mounts", suite.mounts},
		{"MountsInMounts", suite.mountsInMounts},
		{"Ports", suite.ports},
		{"GPUs", suite.gpus},
		{"TmpStorage", suite.tmp},
		{"NoPrivilege", suite.privilege},
		{"RootRights", suite.root},
		{"Secret", suite.secret},
		{"Join", suite.join},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(s, t) })
	}
}

// suite is a harness with names for its attempts that no other run has.
type suite struct {
	Harness
	cluster string
}

var lastTask atomic.Int64

// task gives an assignment an identity of its own.
func (s suite) task(a executor.Assignment) executor.Assignment {
	a.Cluster, a.Task, a.Attempt = s.cluster, lastTask.Add(1), 1
	a.Mark = fmt.Sprintf("%012x", a.Task)
	return a
}

// start starts an assignment that must start, and removes it after the test.
func (s suite) start(t *testing.T, e executor.Executor, a executor.Assignment) executor.Handle {
	t.Helper()
	got, err := e.Start(t.Context(), a)
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	if got.Handle == "" {
		t.Fatalf("Start = %+v, without a handle", got)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), s.Settle)
		defer cancel()
		if err := e.Remove(ctx, got.Handle); err != nil {
			t.Errorf("Remove: %v", err)
		}
	})
	return got.Handle
}

// inspect asks for one handle.
func (s suite) inspect(t *testing.T, e executor.Executor, h executor.Handle) executor.Status {
	t.Helper()
	got, err := e.Inspect(t.Context(), []executor.Handle{h})
	if err != nil {
		t.Fatalf("Inspect: %v", err)
	}
	if len(got) != 1 || got[0].Handle != h {
		t.Fatalf("Inspect(%q) = %+v, want one status for it", h, got)
	}
	return got[0]
}

// wait polls until the attempt is in the phase.
func (s suite) wait(t *testing.T, e executor.Executor, h executor.Handle, want executor.Phase) executor.Status {
	t.Helper()
	var got executor.Status
	s.until(t, func() bool {
		got = s.inspect(t, e, h)
		return got.Phase == want
	}, func() string { return "phase is " + string(got.Phase) + ", want " + string(want) })
	return got
}

// until polls a condition up to the harness's Settle.
func (s suite) until(t *testing.T, ok func() bool, complaint func() string) {
	t.Helper()
	tick := time.NewTicker(s.Settle / 200)
	defer tick.Stop()
	limit := time.After(s.Settle)
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("after %v: %s", s.Settle, complaint())
		}
	}
}
