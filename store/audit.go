package store

import (
	"context"
	"time"
)

// An Act is something that somebody did, or was refused, that is not plain work on
// their own tasks. It holds no secrets.
type Act struct {
	ID      int64
	At      time.Time
	Who     string // "" = nobody who is known; by the door "command" it is the account on the server's machine
	Door    string // how they came: "web", "api", "ssh" or "command"
	Address string // from where; "" = from the server itself
	Action  string // such as "user.change"
	Object  string // such as "user ann" or "task 12"
	Detail  string // what about it
	Refused string // why it was not done; "" = it was
}

// An ActQuery selects acts. Empty fields do not restrict it.
type ActQuery struct {
	Who         string
	Action      string // exactly, or those that begin so if it ends in a dot
	Object      string
	Text        string // part of object, detail or refusal, in any letter case
	From, Until time.Time
	Refused     bool  // only those that were refused
	Before      int64 // ids below this one; 0 = from the newest
	Limit       int
}

// Audit keeps who did what.
type Audit interface {
	// Record adds acts and numbers them.
	Record(ctx context.Context, as []Act) error
	// Acts returns them, newest first.
	Acts(ctx context.Context, q ActQuery) ([]Act, error)
	// ForgetActs removes those before a time, and the oldest above a number.
	ForgetActs(ctx context.Context, before time.Time, most int) error
}
