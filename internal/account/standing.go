package account

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	"godocker"
	"godocker/auth"
)

// told remembers what a directory last said of people.
type told struct {
	mu   sync.Mutex
	said map[string]verdict
}

type verdict struct {
	until time.Time // ask again then
	out   bool
}

// askAgain is how long a directory that could not be asked is left alone about
// somebody.
const askAgain = 30 * time.Second

// due returns what holds of somebody. ask is true for one caller, who is to find out
// what holds now; the others go by what was said last.
func (t *told) due(user string, now time.Time) (v verdict, ask bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v = t.said[user]
	if now.Before(v.until) {
		return v, false
	}
	if t.said == nil {
		t.said = map[string]verdict{}
	}
	t.said[user] = verdict{now.Add(askAgain), v.out}
	return v, true
}

func (t *told) answer(user string, until time.Time, out bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.said == nil {
		t.said = map[string]verdict{}
	}
	t.said[user] = verdict{until, out}
}

// standing returns a stored user as they are now, or refuses somebody who is disabled
// here, or disabled or unknown in the directory that they are from. The directory is
// asked now and then, and while it does not answer, what it said last holds.
func (d *Desk) standing(ctx context.Context, u godocker.User, now time.Time) (godocker.User, error) {
	if !u.Active {
		return u, errWrong
	}
	dir, ok := d.people.(auth.Directory)
	if !ok || dir.Recheck() == 0 || u.Source != dir.Source() {
		return u, nil
	}
	v, ask := d.told.due(u.ID, now)
	if !ask {
		return u, out(v)
	}
	known, err := dir.Lookup(ctx, u.ID)
	switch {
	case errors.Is(err, godocker.NotFound), err == nil && (!known.Active || known.ID != u.ID):
		d.told.answer(u.ID, now.Add(dir.Recheck()), true)
		return u, errWrong
	case err != nil: // which the plug-in reports
		return u, out(v)
	}
	d.told.answer(u.ID, now.Add(dir.Recheck()), false)
	return d.carry(ctx, dir, known, u)
}

func out(v verdict) error {
	if v.out {
		return errWrong
	}
	return nil
}

// carry stores what the directory decides, if it changed.
func (d *Desk) carry(ctx context.Context, dir auth.Directory, known, u godocker.User) (godocker.User, error) {
	after := u
	if dir.Carry(known, &after); reflect.DeepEqual(after, u) {
		return u, nil
	}
	return d.store.UpdateUser(ctx, u.ID, func(u *godocker.User) error { dir.Carry(known, u); return nil })
}
