// Package auth defines how people prove who they are, and where the facts about
// them come from: user and group ids, home directory. API keys and tokens are not
// its business; internal/account keeps those.
package auth

import (
	"context"
	"time"

	"godocker"
)

// Authenticator knows people. All methods may be called concurrently.
type Authenticator interface {
	// Login checks a password and returns who it is, under the name that the
	// authenticator gives them: it may differ from user in the case of letters.
	// A wrong password and an unknown user are the same error,
	// godocker.Unauthorized; a directory that cannot be asked is
	// godocker.Unavailable.
	Login(ctx context.Context, user, password string) (godocker.User, error)

	// Lookup returns what is known about a user now. An unknown user is
	// godocker.NotFound; one who is known and locked out is not Active. A
	// directory that cannot be asked is godocker.Unavailable.
	Lookup(ctx context.Context, user string) (godocker.User, error)
}

// A Directory is an Authenticator whose people are kept elsewhere, where they can
// vanish or change without this system being told.
type Directory interface {
	Authenticator

	// Source is godocker.User.Source of its people. Nobody else is its business.
	Source() string

	// Recheck is how long an answer of Lookup may be relied on; 0 = its people
	// need not be looked up again.
	Recheck() time.Duration

	// Carry writes into what is stored of a user what the directory decides.
	Carry(known godocker.User, stored *godocker.User)
}
