package watch

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker"
	"godocker/executor"
	"godocker/internal/jobdir"
	"godocker/internal/runner/spec"
	"godocker/store"
)

// A freezer is an engine of one container. Something may happen just before it freezes.
type freezer struct {
	executor.Executor
	did    []string
	before func()
}

func (f *freezer) Capabilities() executor.Capabilities { return executor.Capabilities{Suspend: true} }

func (f *freezer) Suspend(context.Context, executor.Handle) error {
	if f.before != nil {
		f.before()
	}
	f.did = append(f.did, "suspend")
	return nil
}

func (f *freezer) Resume(context.Context, executor.Handle) error {
	f.did = append(f.did, "resume")
	return nil
}

// A ledger takes note of what it is told.
type ledger struct {
	Store
	grants []store.Grant
	said   []store.Idle
	fails  int // how often it cannot be written to
}

func (l *ledger) Grant(_ context.Context, _ time.Time, g store.Grant) error {
	l.grants = append(l.grants, g)
	return nil
}

func (l *ledger) Idle(_ context.Context, _ time.Time, i store.Idle) (bool, error) {
	if l.fails--; l.fails >= 0 {
		return false, godocker.Errorf(godocker.Unavailable, "the database is away")
	}
	l.said = append(l.said, i)
	return true, nil
}

// A bench is an interactive task that runs, and its runner's key.
type bench struct {
	room   *Room
	engine *freezer
	ledger *ledger
	task   godocker.Task
	key    ed25519.PrivateKey
}

func newBench(t *testing.T) *bench {
	t.Helper()
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	host, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{engine: &freezer{}, ledger: &ledger{}, key: key}
	b.room = &Room{Store: b.ledger, Executors: map[string]executor.Executor{"e": b.engine}, Dirs: jobdir.New(t.TempDir(), 0o750), Idle: &IdleCount{}, Log: slog.New(slog.DiscardHandler)}
	b.task = godocker.Task{ID: 7, Life: godocker.Life{State: godocker.Running, Attempt: 1, Executor: "e", HostKey: string(ssh.MarshalAuthorizedKey(host))}}
	b.task.Command.Interactive = true
	b.task.Requirements.Idle = godocker.Idle{After: 2 * time.Hour, Warn: 15 * time.Minute, Action: godocker.IdleSuspend}
	if err := os.MkdirAll(filepath.Join(b.room.Dirs.Path(&b.task), spec.StateDir), 0o755); err != nil {
		t.Fatal(err)
	}
	return b
}

// says is what the runner does.
func (b *bench) says(t *testing.T, word int64, s godocker.IdleStage) {
	t.Helper()
	file := filepath.Join(b.room.Dirs.Path(&b.task), spec.IdleFile(1))
	if err := os.WriteFile(file, spec.SignIdle(7, 1, spec.Idle{Word: word, Stage: string(s)}, b.key), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Whoever comes back in the last moment is not kept waiting, and whoever dies between the
// freeze and its record freezes again.
func TestFreezeOfTheIdle(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T, b *bench)
		did    string
		frozen bool
		counts int64
	}{
		"nobody comes":          {func(*testing.T, *bench) {}, "suspend", true, 1},
		"it was frozen already": {func(_ *testing.T, b *bench) { b.task.Suspended = true }, "suspend", true, 1},
		"somebody comes":        {func(t *testing.T, b *bench) { b.engine.before = func() { b.says(t, 3, godocker.IdleUsed) } }, "suspend, resume", false, 0},
		"its owner took the word away": {func(t *testing.T, b *bench) {
			if err := os.Remove(filepath.Join(b.room.Dirs.Path(&b.task), spec.IdleFile(1))); err != nil {
				t.Fatal(err)
			}
		}, "suspend, resume", false, 0},
		"its owner asks": {func(t *testing.T, b *bench) { b.task.Wish.By = "ann"; b.says(t, 3, godocker.IdleUsed) }, "suspend", true, 0},
	} {
		b := newBench(t)
		b.task.Wish = godocker.Wish{Kind: godocker.WishSuspend, Asked: time.Now()}
		b.says(t, 2, godocker.IdleDue)
		c.change(t, b)
		if err := b.room.freeze(t.Context(), b.engine, &b.task); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		g := b.ledger.grants[0]
		if got := strings.Join(b.engine.did, ", "); got != c.did || g.Suspended != c.frozen || (g.Refusal == "") != c.frozen || b.room.Idle.Frozen.Load() != c.counts {
			t.Errorf("%s: %s; %+v, counted %d", name, got, g, b.room.Idle.Frozen.Load())
		}
	}
}

// What the runner says is written down, each word until it is, and what others say is not.
func TestAttend(t *testing.T) {
	b := newBench(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			b.room.attend(ctx, &b.task, b.key.Public().(ed25519.PublicKey))
		}()
		b.ledger.fails = 2
		b.says(t, 1, godocker.IdleWarned)
		time.Sleep(time.Minute) // of a clock that runs by itself
		b.says(t, 2, godocker.IdleDue)
		time.Sleep(time.Minute)
		_, other, _ := ed25519.GenerateKey(nil)
		b.key = other
		b.says(t, 3, godocker.IdleUsed)
		time.Sleep(time.Minute)
		cancel()
		<-done
	})
	var stages []godocker.IdleStage
	for _, i := range b.ledger.said {
		stages = append(stages, i.Stage)
	}
	if !slices.Equal(stages, []godocker.IdleStage{godocker.IdleWarned, godocker.IdleDue}) || b.ledger.said[1].Reason != "Frozen: idle for 2h" {
		t.Errorf("written down: %+v", b.ledger.said)
	}
}
