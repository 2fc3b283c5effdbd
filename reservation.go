package godocker

import (
	"slices"
	"time"
)

// A Reservation keeps nodes for some people and projects, or for nobody, which drains
// them. Whoever is not named starts no task there that could still run while it holds.
type Reservation struct {
	ID       int64
	Executor string    // "" = the default one
	Nodes    []string  // their names; none = all of the executor
	For      []string  // ids of users and of projects; none = nobody
	From     time.Time // zero = since ever
	To       time.Time // zero = until it is removed
	Reason   string    // for people to read
	By       string    // who made it
	Created  time.Time
}

// Covers reports whether a node of the reservation's executor is kept.
func (r *Reservation) Covers(node string) bool {
	return len(r.Nodes) == 0 || slices.Contains(r.Nodes, node)
}

// Admits reports whether tasks of a user in a project may start all the same.
func (r *Reservation) Admits(user, project string) bool {
	return slices.Contains(r.For, user) || slices.Contains(r.For, project)
}

// Overlaps reports whether it holds at some time from begin until before end.
func (r *Reservation) Overlaps(begin, end time.Time) bool {
	return (r.From.IsZero() || r.From.Before(end)) && (r.To.IsZero() || begin.Before(r.To))
}
