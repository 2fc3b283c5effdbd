package dispatch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/fetch"
	"godocker/internal/loop"
)

// A Fetcher gets files from other machines; see fetch.Fetcher.
type Fetcher interface {
	Fetch(ctx context.Context, u godocker.URI, w io.Writer, most int64, progress func(got, size int64)) (int64, error)
}

// Fetches says what may be fetched for a task before it starts.
type Fetches struct {
	Fetcher Fetcher
	Most    int64         // bytes of all files of a task; 0 = none are fetched
	Limit   time.Duration // for all of them
}

const (
	fetchTries    = 5 // of each file
	fetchPause    = 2 * time.Second
	fetchesAtOnce = 8 // of one user, so that nobody keeps the network to himself
	sayEvery      = 2 * time.Second
)

// fetch gets the task's files into its folder. What is there already stays: after a
// crash only the rest is fetched. Whoever wants the task no more ends it by ctx.
func (r *Room) fetch(ctx context.Context, t *godocker.Task, say func(string)) error {
	uris := t.Requirements.URIs
	if len(uris) == 0 {
		return nil
	}
	release, err := r.turn(ctx, t.User.ID, say)
	if err != nil {
		return err
	}
	defer release()
	limited, cancel := context.WithTimeout(ctx, r.Fetches.Limit)
	defer cancel()
	left := r.Fetches.Most
	for i, text := range uris {
		u, err := godocker.ParseURI(text)
		if err != nil {
			return fmt.Errorf("%w: %w", executor.ErrCannotStart, err)
		}
		g := &getting{u: u, most: left, count: fmt.Sprintf(" (file %d of %d)", i+1, len(uris)), say: say}
		n, err := r.insistOn(limited, t, g)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case limited.Err() != nil:
			err = fmt.Errorf("the files of the task did not come within %s", godocker.FormatLifespan(r.Fetches.Limit))
		}
		if err != nil {
			return fmt.Errorf("%w: could not fetch %s: %w", executor.ErrCannotStart, u.Shown(), err)
		}
		left = max(left-n, 0)
	}
	return nil
}

// turn waits until the user may fetch something.
func (r *Room) turn(ctx context.Context, user string, say func(string)) (release func(), err error) {
	r.mu.Lock()
	if r.fetching == nil {
		r.fetching = map[string]chan struct{}{}
	}
	slots := r.fetching[user]
	if slots == nil {
		slots = make(chan struct{}, fetchesAtOnce)
		r.fetching[user] = slots
	}
	r.mu.Unlock()
	if len(slots) == cap(slots) {
		say(fmt.Sprintf("Waiting to fetch its files: %d of your tasks are fetching theirs", fetchesAtOnce))
	}
	select {
	case slots <- struct{}{}:
		return func() { <-slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// getting is one file that is being got.
type getting struct {
	u     godocker.URI
	most  int64
	count string
	say   func(string)
	said  time.Time
}

func (g *getting) progress(got, size int64) {
	if time.Since(g.said) < sayEvery {
		return
	}
	g.said = time.Now()
	text := "Fetching " + g.u.Name + ": " + godocker.FormatSize(got)
	if size > 0 {
		text += " of " + godocker.FormatSize(size)
	}
	g.say(text + g.count)
}

// insistOn gets one file, and tries again what may pass.
func (r *Room) insistOn(ctx context.Context, t *godocker.Task, g *getting) (size int64, err error) {
	for n, pause := 1, fetchPause; ; n, pause = n+1, 2*pause {
		if size, err = r.get(ctx, t, g); err == nil || ctx.Err() != nil {
			return size, err
		}
		if e, ok := errors.AsType[*fetch.Error](err); ok && !e.Again || n == fetchTries {
			return 0, err
		}
		g.say(fmt.Sprintf("Fetching %s: %s; trying again%s", g.u.Name, err, g.count))
		g.said = time.Now()
		if !loop.Pause(ctx, pause) {
			return 0, ctx.Err()
		}
	}
}

// get gets one file, unless it is there, and returns its size.
func (r *Room) get(ctx context.Context, t *godocker.Task, g *getting) (size int64, err error) {
	size, there, err := r.Dirs.Has(t, g.u.Name)
	if err != nil || there {
		return size, ours(err)
	}
	g.progress(0, 0)
	err = r.Dirs.Receive(t, g.u.Name, func(w io.Writer) (err error) {
		if r.Fetches.Most == 0 {
			return &fetch.Error{Why: "this site fetches no files"}
		}
		size, err = r.Fetches.Fetcher.Fetch(ctx, g.u, w, g.most, g.progress)
		return err
	})
	return size, ours(err)
}

// ours tells troubles with the task's folder from those of the network, without the
// names of files of the server's.
func ours(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*fetch.Error](err); ok {
		return e
	}
	if no, ok := errors.AsType[syscall.Errno](err); ok {
		err = no
	}
	return fmt.Errorf("it could not be written: %w", err)
}
