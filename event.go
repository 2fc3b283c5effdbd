package godocker

import "time"

// An EventKind says what sort of change an event reports.
type EventKind string

// The kinds of events.
const (
	EventSubmitted EventKind = "submitted" // a task was stored
	EventMoved     EventKind = "moved"     // a task went From one state To another
	EventWished    EventKind = "wished"    // somebody asked for something; Text is the wish
	EventGranted   EventKind = "granted"   // a wish was carried out or refused; Text is the wish
	EventDetail    EventKind = "detail"    // what the task is doing changed; Text says it
	EventAltered   EventKind = "altered"   // what the task requires was changed; Text is the field
	EventTagged    EventKind = "tagged"    // the tags of a task were changed; Text is them, separated by line feeds
	EventPurged    EventKind = "purged"    // the task's record is gone
	EventReserved  EventKind = "reserved"  // what nodes are kept for changed; Text is the id of the reservation, and there is no task
	EventAsked     EventKind = "asked"     // there is a new question; Text is its id, and there is no task
	EventAnswered  EventKind = "answered"  // a question was answered; the same
)

// TextArray is the Text of the EventSubmitted of an array.
const TextArray = "array"

// TextNoRoom is what a task waits for that its executor refused as it is full.
const TextNoRoom = "Not enough resources available: the executor has no room now"

// TextReady is the Text of the EventDetail that tells that people can log in.
const TextReady = "Ready: people can log in"

// An Event is one change of one task, but for those that say otherwise. Seq grows by one from event to event in the
// order of commit, without a gap: whoever has seen n has missed nothing before n.
type Event struct {
	Seq     int64
	At      time.Time
	Kind    EventKind
	TaskID  int64
	User    string // owner of the task
	Project string
	From    State // "" unless Kind is EventMoved
	To      State // state after the event
	Attempt int
	Text    string
}
