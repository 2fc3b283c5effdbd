package docker

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/moby/moby/api/types/jsonstream"
	"github.com/moby/moby/client"

	"godocker/executor"
	"godocker/executor/dockerapi"
)

// progressEvery is the least time between two reports on a pull.
const progressEvery = time.Second

// pulls lets all who wait for the same image, with the same login, share one pull of it.
type pulls struct {
	mu     sync.Mutex
	active map[wanted]*pull
}

// wanted is an image and who wants it: the login of one brings nothing to another.
type wanted struct {
	image string
	login executor.RegistryLogin
}

type pull struct {
	done    chan struct{}
	err     error
	cancel  context.CancelFunc
	waiters map[int]func(string)
	next    int
}

// pull returns when the image is there, or with ErrCannotStart when it cannot be
// had. The pull goes on until the last of its waiters gives up.
func (ps *pulls) pull(ctx context.Context, api *client.Client, a executor.Assignment) error {
	w := wanted{image: a.Image}
	if a.Login != nil {
		w.login = *a.Login
	}
	p, leave := ps.join(ctx, api, w, a.Progress)
	defer leave()
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (ps *pulls) join(ctx context.Context, api *client.Client, w wanted, progress func(string)) (*pull, func()) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	p := ps.active[w]
	if p == nil {
		own, cancel := context.WithCancel(context.WithoutCancel(ctx))
		p = &pull{done: make(chan struct{}), cancel: cancel, waiters: map[int]func(string){}}
		if ps.active == nil {
			ps.active = map[wanted]*pull{}
		}
		ps.active[w] = p
		go ps.run(own, api, w, p)
	}
	n := p.next
	p.next++
	if progress != nil {
		progress("pulling " + w.image)
	}
	p.waiters[n] = progress
	return p, func() { ps.leave(w, p, n) }
}

func (ps *pulls) leave(w wanted, p *pull, n int) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	delete(p.waiters, n)
	if len(p.waiters) == 0 {
		p.cancel()
		if ps.active[w] == p {
			delete(ps.active, w)
		}
	}
}

func (ps *pulls) run(ctx context.Context, api *client.Client, w wanted, p *pull) {
	err := transfer(ctx, api, w, func(text string) { ps.tell(p, text) })
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if ps.active[w] == p {
		delete(ps.active, w)
	}
	p.err = err
	close(p.done)
	p.cancel()
}

// tell holds the lock while it calls, so that no waiter is told after it has left.
func (ps *pulls) tell(p *pull, text string) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	for _, progress := range p.waiters {
		if progress != nil {
			progress(text)
		}
	}
}

func transfer(ctx context.Context, api *client.Client, w wanted, tell func(string)) error {
	var login *executor.RegistryLogin
	if w.login != (executor.RegistryLogin{}) {
		login = &w.login
	}
	auth, err := dockerapi.Encoded(login)
	if err != nil {
		return err
	}
	stream, err := api.ImagePull(ctx, w.image, client.ImagePullOptions{RegistryAuth: auth})
	if err != nil {
		return dockerapi.PullError(err)
	}
	defer stream.Close()
	layers := layers{}
	var last time.Time
	for m, err := range stream.JSONMessages(ctx) {
		if err != nil {
			return dockerapi.PullError(err)
		}
		if m.Error != nil {
			return dockerapi.PullError(m.Error)
		}
		if layers.add(m) && time.Since(last) >= progressEvery {
			last = time.Now()
			tell("pulling " + w.image + ": " + layers.text())
		}
	}
	return ctx.Err()
}

// layers are the parts of an image and how far each of them has come, in bytes.
type layers map[string]struct{ got, all int64 }

func (l layers) add(m jsonstream.Message) bool {
	if m.Progress == nil || m.Progress.Total <= 0 || m.Status != "Downloading" {
		return false
	}
	l[m.ID] = struct{ got, all int64 }{m.Progress.Current, m.Progress.Total}
	return true
}

func (l layers) text() string {
	var got, all int64
	for _, layer := range l {
		got, all = got+layer.got, all+layer.all
	}
	return fmt.Sprintf("%d %% of %.0f MB", got*100/max(all, 1), float64(all)/1e6)
}
