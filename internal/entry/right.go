package entry

import (
	"context"
	"errors"
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
	t, err := g.Store.Task(ctx, in.ID)
	switch {
	case errors.Is(err, godocker.NotFound):
		return false
	case err == nil && (t.State != godocker.Running || t.Attempt != in.Attempt || t.Mark() != in.Mark()):
		return false
	case err != nil:
		t = *in
	}
	who, err := g.Behind(ctx, p)
	if err != nil {
		return !errors.Is(err, godocker.Unauthorized) && !errors.Is(err, godocker.NotFound)
	}
	for _, c := range who {
		if c.User.ID == user && c.MayChange(&t) {
			return true
		}
	}
	return false
}

// Watch ends something when it may not go on, until ctx is done.
func (g *Guard) Watch(ctx context.Context, p account.Proof, user string, in *godocker.Task, end func()) {
	every := g.Every
	if every == 0 {
		every = 10 * time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if !g.Still(ctx, p, user, in) && ctx.Err() == nil {
				end()
				return
			}
		}
	}
}
