package entry

import (
	"net/netip"
	"time"

	"godocker"
	"godocker/internal/account"
)

// Came logs that somebody entered a task, by which kind of door and with what proof; the
// function that it returns, that they left, and how many bytes went both ways.
func (h *Hall) Came(kind string, p account.Proof, user string, t *godocker.Task, from netip.Addr) (left func(bytes int64)) {
	began, with := time.Now(), "ssh key"
	switch {
	case p.APIKey != 0:
		with = "API key"
	case p.Session != "":
		with = "session"
	case p.User != "":
		with = "proxy"
	}
	log := h.Log.With("kind", kind, "task", t.ID, "user", user, "from", from)
	log.Info("somebody logged in to a task", "with", with)
	return func(bytes int64) {
		log.Info("somebody left a task", "seconds", int64(time.Since(began).Seconds()), "bytes", bytes)
	}
}
