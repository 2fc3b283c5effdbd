package gateway

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"godocker"
	"godocker/internal/account"
	"godocker/store"
)

// prefix may stand before the number of a task, for what takes no number for a host.
const prefix = "task-"

// A way leads somebody to an attempt of a task.
type way struct {
	task godocker.Task
	as   account.Caller
}

// find returns the task that somebody calls ID, task-ID or by its name, or USER+ before
// that. What they may not act on does not exist for them.
func (g *Gateway) find(ctx context.Context, who []account.Caller, called string) (way, error) {
	missing := godocker.Errorf(godocker.NotFound, "task %.100q does not exist", called)
	name := called
	if user, rest, ok := strings.Cut(called, "+"); ok {
		for _, c := range who {
			if strings.EqualFold(c.User.ID, user) {
				who, name = []account.Caller{c}, rest
				break
			}
		}
	}
	if id, err := strconv.ParseInt(strings.TrimPrefix(name, prefix), 10, 64); err == nil {
		t, err := g.Store.Task(ctx, id)
		if err != nil && !errors.Is(err, godocker.NotFound) {
			return way{}, err
		}
		for _, c := range who {
			if err == nil && c.MayChange(&t) {
				return way{t, c}, nil
			}
		}
		return way{}, missing
	}
	if len(who) > 1 { // else somebody could bring others to a task of theirs
		return way{}, godocker.Errorf(godocker.Conflict, "this key belongs to several people: give the number of the task, or USER+NAME")
	}
	t, err := g.named(ctx, who[0].User.ID, name)
	if errors.Is(err, godocker.NotFound) {
		err = missing
	}
	return way{t, who[0]}, err
}

// mostNamed is how many tasks are looked at for one whose name is written with other
// letters, as ssh makes all letters of hosts small.
const mostNamed = 1000

// named returns the newest task of a user with a name that runs, an interactive one before
// all others.
func (g *Gateway) named(ctx context.Context, user, name string) (godocker.Task, error) {
	running := store.Query{States: []godocker.State{godocker.Running}, User: user, Name: name}
	var beside *godocker.Task
	for _, q := range []store.Query{running, {States: running.States, User: user, Limit: mostNamed}} {
		ts, err := g.Store.List(ctx, q)
		if err != nil {
			return godocker.Task{}, err
		}
		for i, t := range ts {
			switch {
			case !strings.EqualFold(t.Meta.Name, name):
			case t.Command.Interactive:
				return t, nil
			case beside == nil:
				beside = &ts[i]
			}
		}
	}
	if beside != nil {
		return *beside, nil
	}
	return godocker.Task{}, godocker.Errorf(godocker.NotFound, "none")
}
