package swarm

import (
	"context"
	"strings"
	"time"

	"github.com/moby/moby/client"

	"godocker"
	"godocker/executor"
	"godocker/executor/dockerapi"
	"godocker/internal/image"
)

// pinFor is how long an answer of a registry holds for the tasks that follow.
const (
	pinFor   = time.Minute
	mostPins = 1000
	pinTime  = 15 * time.Second
)

// wanted is an image and who wants it: what a registry says to one it may not say to another.
type wanted struct{ image, auth string }

// pinned is an image by its digest; "" if the registry does not say.
type pinned struct {
	image string
	until time.Time
}

// Ask asks a registry by a manager.
func (s *Swarm) Ask(ctx context.Context, image string, login *executor.RegistryLogin) error {
	return dockerapi.Ask(ctx, s.api.Client, image, login)
}

// pin is the image by its digest, so that every node runs the same, and one that has it does
// not ask. Where the registry does not say, the nodes are left to find it.
func (s *Swarm) pin(ctx context.Context, a executor.Assignment, auth string) string {
	n, err := image.Parse(a.Image, "")
	if err != nil || strings.Contains(a.Image, "@") {
		return a.Image
	}
	w := wanted{a.Image, auth}
	s.mu.Lock()
	known, ok := s.images[w]
	s.mu.Unlock()
	if !ok || time.Now().After(known.until) || a.Pull == godocker.PullAlways {
		known = pinned{a.Image, time.Now().Add(pinFor)}
		ask, cancel := context.WithTimeout(ctx, pinTime)
		got, err := s.api.DistributionInspect(ask, a.Image, client.DistributionInspectOptions{EncodedRegistryAuth: auth})
		cancel()
		if d := got.Descriptor.Digest; err == nil && d != "" {
			known.image = n.Repository() + "@" + d.String()
		}
		if ctx.Err() != nil {
			return a.Image
		}
		s.mu.Lock()
		if len(s.images) >= mostPins {
			clear(s.images)
		}
		s.images[w] = known
		s.mu.Unlock()
	}
	return known.image
}

// digestOf is the digest of an image that was pinned, "" of another.
func digestOf(name string) string {
	if n, err := image.Parse(name, ""); err == nil && strings.Contains(name, "@") {
		return n.String()
	}
	return ""
}
