package godocker

import "time"

// A Ticket lets somebody in to a task, at one kind of door.
type Ticket struct {
	Digest  string // of what they show
	Kind    TicketKind
	Task    int64
	User    string
	Expires time.Time
}

// TicketKind says what a ticket is for.
type TicketKind string

// The kinds of tickets.
const (
	TicketWeb      TicketKind = "web"       // to enter the web port of a task, once
	TicketWebVisit TicketKind = "web-visit" // to stay there for a while
)
