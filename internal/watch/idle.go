package watch

import (
	"context"
	"crypto/ed25519"
	"errors"
	"sync/atomic"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/runner/spec"
	"godocker/store"
)

// IdleCount counts what became of idle tasks.
type IdleCount struct{ Frozen, Ended, Thawed atomic.Int64 }

// Bounds of how often it is looked what the runner of an attempt says about its use.
const (
	idleLookMin = 200 * time.Millisecond
	idleLookMax = 10 * time.Second
)

// attend writes down what the runner of an attempt says about its use, for as long as
// ctx lasts and the attempt runs.
func (r *Room) attend(ctx context.Context, t *godocker.Task, host ed25519.PublicKey) {
	idle := t.Requirements.Idle
	if !idle.On() {
		return
	}
	key, folder := store.AttemptKey{ID: t.ID, Attempt: t.Attempt}, r.Dirs.Path(t)
	pause := min(max(idle.Warn/20, idleLookMin), idleLookMax)
	tick := time.NewTicker(pause)
	defer tick.Stop()
	var heard int64
	for {
		if said, ok := spec.ReadIdle(folder, key.ID, key.Attempt, host); ok && said.Word != heard {
			err := r.heed(ctx, key, idle, said)
			switch {
			case err == nil:
				heard = said.Word
			case ctx.Err() != nil || errors.Is(err, godocker.Conflict):
				return
			default:
				r.Log.Warn("what was said about the use of a task could not be recorded; trying again", "task", key.ID, "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (r *Room) heed(ctx context.Context, key store.AttemptKey, idle godocker.Idle, said spec.Idle) error {
	done, err := r.Store.Idle(ctx, time.Now(), store.Idle{AttemptKey: key, Word: said.Word, Stage: godocker.IdleStage(said.Stage),
		Action: idle.Action, Reason: idle.Reason()})
	if err != nil || said.Stage != string(godocker.IdleDue) || idle.Action != godocker.IdleEnd {
		return err
	}
	if done {
		r.Idle.count(func(c *IdleCount) { c.Ended.Add(1) })
	}
	return r.load(ctx, store.Query{IDs: []int64{key.ID}, States: []godocker.State{godocker.Running}}) // the guard ends what is condemned
}

func (c *IdleCount) count(add func(*IdleCount)) {
	if c != nil {
		add(c)
	}
}

// stillIdle reports whether the runner of a frozen attempt had nothing else to say before
// it was frozen.
func (r *Room) stillIdle(t *godocker.Task) bool {
	said, ok := spec.ReadIdle(r.Dirs.Path(t), t.ID, t.Attempt, publicKey(t.HostKey))
	return ok && said.Stage == string(godocker.IdleDue)
}

// doze is freeze for an idle task. Who came back in the last moment is not kept waiting.
func (r *Room) doze(ctx context.Context, sus executor.Suspender, t *godocker.Task, g *store.Grant) error {
	err := sus.Suspend(ctx, executor.Handle(t.Handle))
	if g.Suspended = true; err != nil || r.stillIdle(t) {
		return err
	}
	g.Suspended, g.Refusal = false, "Something happens in the task again"
	return sus.Resume(ctx, executor.Handle(t.Handle))
}
