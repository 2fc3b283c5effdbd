package godocker

import "time"

// Maintenance keeps new tasks out, and waiting ones from starting; what runs goes on.
type Maintenance struct {
	On      bool
	Reason  string // in words, for those who are kept waiting
	By      string // who switched it
	Changed time.Time
}

// A Process is a server that works for the installation.
type Process struct {
	Name    string // unique among those at work
	Host    string
	PID     int
	Roles   []string
	Version string
	Started time.Time
	Seen    time.Time // when it last said that it is there
}
