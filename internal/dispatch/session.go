package dispatch

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"godocker"
	"godocker/executor"
	"godocker/internal/runner/spec"
)

// session gives an interactive attempt what its runner must know to let its owner in, and
// nobody else but the gateway for those whom it lets in, and returns the public key by which people know it. Keys count as they
// are when the attempt starts.
func (r *Room) session(ctx context.Context, t *godocker.Task, a *executor.Assignment) (hostKey string, err error) {
	if !t.Command.Interactive {
		return "", nil
	}
	owner, err := r.Store.User(ctx, t.User.ID)
	if err != nil {
		return "", err
	}
	keys, err := r.Store.ListKeys(ctx, t.User.ID)
	if err != nil {
		return "", err
	}
	s := spec.Session{Warn: t.WarnBefore(r.MaxLifespan), WarnScript: t.Requirements.Resources[godocker.ResourceWarn] != ""}
	if idle := t.Requirements.Idle; idle.On() {
		s.IdleAfter, s.IdleWarn, s.IdleEnds = idle.After, idle.Warn, idle.Action == godocker.IdleEnd
	}
	if _, can := r.Executors[t.Executor].(executor.Signaler); !can && s.Warn > 0 {
		s.WarnIn = max(t.Limit(r.MaxLifespan)-s.Warn, time.Second)
	}
	for line := range strings.Lines(owner.PublicKey) {
		if line = strings.TrimSpace(line); line != "" {
			s.Keys = append(s.Keys, line)
		}
	}
	for _, k := range keys {
		if submits(k) && (k.Expires.IsZero() || k.Expires.After(time.Now())) {
			s.Passwords = append(s.Passwords, spec.Password{Digest: k.Digest, Expires: k.Expires})
		}
	}
	if len(s.Keys)+len(s.Passwords) == 0 {
		return "", fmt.Errorf("%w: %s could not log in, having neither a public key nor an API key that may submit tasks; give one with: god user update --sshkey FILE", executor.ErrCannotStart, owner.ID)
	}
	if s.HostKey, hostKey, err = r.HostKeys.Of(t.ID, t.Mark()); err != nil {
		return "", err
	}
	_, gateway, err := r.HostKeys.Entrance(t.ID, t.Mark())
	if err != nil {
		return "", err
	}
	s.Keys = append(s.Keys, gateway)
	text, err := json.Marshal(s)
	a.Secret = &executor.Secret{Path: spec.SessionFile, Content: text}
	return hostKey, err
}

// submits reports whether an API key may submit tasks, and so do in a session whatever
// a task can do.
func submits(k godocker.Key) bool {
	return len(k.Scopes) == 0 || slices.Contains(k.Scopes, godocker.ScopeSubmit) || slices.Contains(k.Scopes, godocker.ScopeAdmin)
}

// ports of the container that are reached by ports of the node.
func containerPorts(t *godocker.Task) []int {
	if t.Command.Interactive {
		return append(slices.Clone(t.Requirements.Ports), spec.SessionPort)
	}
	return t.Requirements.Ports
}
