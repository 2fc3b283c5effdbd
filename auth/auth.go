// Package auth defines how people prove who they are, and where the facts about
// them come from: user and group ids, home directory. API keys and tokens are not
// its business; internal/account keeps those.
package auth

import (
	"context"

	"godocker"
)

// Authenticator knows people. All methods may be called concurrently.
type Authenticator interface {
	// Login checks a password and returns who it is. A wrong password and an
	// unknown user are the same error, godocker.Unauthorized; a directory
	// that cannot be asked is godocker.Unavailable.
	Login(ctx context.Context, user, password string) (godocker.User, error)

	// Lookup returns what is known about a user now. An unknown user is
	// godocker.NotFound.
	Lookup(ctx context.Context, user string) (godocker.User, error)
}
