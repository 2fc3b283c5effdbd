package watch

import (
	"context"
	"crypto/ed25519"
	"errors"
	"time"

	"golang.org/x/crypto/ssh"

	"godocker"
	"godocker/internal/runner/spec"
	"godocker/store"
)

// How often it is looked whether people can log in: soon at first, as somebody waits, and
// then less, as the script may take its time.
const (
	readyFirst = 20 * time.Millisecond
	readyLast  = 2 * time.Second
)

// expect watches an interactive attempt until people can log in, which its runner tells in
// the task's folder, and whether they do from then on. The folder is the owner's, so the
// word is signed with the host key.
func (r *Room) expect(ctx context.Context, t *godocker.Task) {
	key := store.AttemptKey{ID: t.ID, Attempt: t.Attempt}
	host := publicKey(t.HostKey)
	if !t.Command.Interactive || host == nil || !t.Ready.IsZero() && !t.Requirements.Idle.On() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.expected[key] != nil {
		return
	}
	ctx, r.expected[key] = context.WithCancel(ctx)
	one := *t
	r.waiting.Go(func() {
		defer r.forgetReady(key)
		if one.Ready.IsZero() && !r.untilReady(ctx, key, r.Dirs.Path(&one), host) {
			return
		}
		r.attend(ctx, &one, host)
	})
}

// untilReady waits until people can log in, and writes that down. It is false if they
// never can.
func (r *Room) untilReady(ctx context.Context, key store.AttemptKey, folder string, host ed25519.PublicKey) bool {
	for pause := readyFirst; ; pause = min(pause+pause/8, readyLast) {
		if spec.Ready(folder, key.ID, key.Attempt, host) {
			err := r.Store.Ready(ctx, time.Now(), key)
			if err == nil || ctx.Err() != nil || errors.Is(err, godocker.Conflict) {
				return err == nil
			}
			r.Log.Warn("it could not be recorded that people can log in to a task; trying again", "task", key.ID, "error", err)
		}
		wait := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			wait.Stop()
			return false
		case <-wait.C:
		}
	}
}

// forgetReady ends the watch over an attempt.
func (r *Room) forgetReady(k store.AttemptKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if end := r.expected[k]; end != nil {
		end()
		delete(r.expected, k)
	}
}

// publicKey reads a key as authorized_keys has it; nil if it is none.
func publicKey(text string) ed25519.PublicKey {
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(text))
	if err != nil {
		return nil
	}
	crypto, ok := key.(ssh.CryptoPublicKey)
	if !ok {
		return nil
	}
	public, _ := crypto.CryptoPublicKey().(ed25519.PublicKey)
	return public
}
