package entry

import (
	"cmp"
	"context"
	"errors"
	"sync/atomic"
	"time"

	"godocker"
	"godocker/internal/account"
	"godocker/store"
)

// A Guard looks at whether people may be where they are. Its methods may be called
// concurrently.
type Guard struct {
	Store store.Tasks
	Desk  *account.Desk
	Hall  *Hall         // wakes tasks; nil = nobody does
	Every time.Duration // how often it looks; 0 = ten seconds
}

var errScope = godocker.Errorf(godocker.Unauthorized, "this key may not act on tasks")

// Behind returns those whom a proof proves somebody to be and who may act on tasks.
func (g *Guard) Behind(ctx context.Context, p account.Proof) ([]account.Caller, error) {
	who, err := g.Desk.Behind(ctx, p, time.Now())
	if err != nil {
		return nil, err
	}
	for _, c := range who {
		if !c.Can(godocker.ScopeSubmit) {
			return nil, errScope
		}
	}
	return who, nil
}

// Still reports whether a person with a proof may be in an attempt of a task, and it is
// there. While nobody can tell, they may.
func (g *Guard) Still(ctx context.Context, p account.Proof, user string, in *godocker.Task) bool {
	_, ok := g.still(ctx, p, user, in)
	return ok
}

// still returns the task as it is now, too.
func (g *Guard) still(ctx context.Context, p account.Proof, user string, in *godocker.Task) (t godocker.Task, ok bool) {
	t, err := g.Store.Task(ctx, in.ID)
	switch {
	case errors.Is(err, godocker.NotFound):
		return t, false
	case err == nil && (t.State != godocker.Running || t.Attempt != in.Attempt || t.Mark() != in.Mark()):
		return t, false
	case err != nil:
		t = *in
	}
	who, err := g.Behind(ctx, p)
	if err != nil {
		return t, !errors.Is(err, godocker.Unauthorized) && !errors.Is(err, godocker.NotFound)
	}
	for _, c := range who {
		if c.User.ID == user && c.MayChange(&t) {
			return t, true
		}
	}
	return t, false
}

// heardEvery is how often it is looked whether somebody types into a frozen task.
const heardEvery = time.Second

// Watch ends something when it may not go on, until ctx is done. Who is there while the task
// is frozen, as it is idle, wakes it by a key: heard is when something came from them last,
// in nanoseconds of Unix time.
func (g *Guard) Watch(ctx context.Context, p account.Proof, user string, in *godocker.Task, heard *atomic.Int64, end func()) {
	every := cmp.Or(g.Every, 10*time.Second)
	tick, soon := time.NewTicker(every), time.NewTicker(min(every, heardEvery))
	defer tick.Stop()
	defer soon.Stop()
	t, known := *in, false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if t, known = g.still(ctx, p, user, in); !known && ctx.Err() == nil {
				end()
				return
			}
		case <-soon.C:
		}
		if known && g.Hall != nil && t.Dozes() && heard.Load() > t.Frozen.UnixNano() {
			if err := g.Hall.Wake(ctx, &t); err != nil && ctx.Err() == nil {
				g.Hall.Log.Warn("a task into which somebody types is not woken yet", "task", t.ID, "error", err)
			}
		}
	}
}
