package store

import (
	"context"
	"time"

	"godocker"
)

// Users keeps people. An unknown id is godocker.NotFound, a known one at its
// creation godocker.Conflict. The functions given to UpdateUser and UpdateProject
// may run several times, must be quick and must not call the store.
type Users interface {
	// CreateUser counts DiskUsed itself, and so does CreateProject. A name whose
	// newest task ran with another uid is godocker.Conflict: it was somebody
	// else's, and so would the tasks be.
	CreateUser(ctx context.Context, u godocker.User) error
	User(ctx context.Context, id string) (godocker.User, error)
	ListUsers(ctx context.Context) ([]godocker.User, error)
	// UpdateUser changes a user in one transaction by the given function. Waiting
	// tasks of whom it disables are suspended, and resumed when it enables them.
	UpdateUser(ctx context.Context, id string, change func(*godocker.User) error) (godocker.User, error)
	DeleteUser(ctx context.Context, id string) error
	// TouchUser records that somebody was let in, to the minute. Who is gone is passed over.
	TouchUser(ctx context.Context, id string, at time.Time) error
}

// Keys keeps API keys by their digests.
type Keys interface {
	CreateKey(ctx context.Context, k godocker.Key) (int64, error)
	// KeyByDigest and KeyByID return a key together with its user.
	KeyByDigest(ctx context.Context, digest string) (godocker.Key, godocker.User, error)
	KeyByID(ctx context.Context, id int64) (godocker.Key, godocker.User, error)
	ListKeys(ctx context.Context, user string) ([]godocker.Key, error)
	DeleteKey(ctx context.Context, user string, id int64) error
	// TouchKey records the last use of a key, to the minute.
	TouchKey(ctx context.Context, id int64, at time.Time) error
}

// MostSessions is how many sessions of one user there are; a further one ends the
// oldest.
const MostSessions = 100

// Sessions keeps logins to the page by their digests. They end with their user and
// their key, and when UpdateUser makes their user inactive.
type Sessions interface {
	// CreateSession may be called again with the same session. It removes the
	// sessions of everybody that are over by Session.Created.
	CreateSession(ctx context.Context, n godocker.Session) error
	// SessionByDigest returns a session together with its user, also one that is
	// over.
	SessionByDigest(ctx context.Context, digest string) (godocker.Session, godocker.User, error)
	// ListSessions returns the sessions of a user, newest first.
	ListSessions(ctx context.Context, user string) ([]godocker.Session, error)
	DeleteSession(ctx context.Context, user, id string) error
	DeleteSessions(ctx context.Context, user string) error
	// TouchSession records the last use of a session, to the minute.
	TouchSession(ctx context.Context, id string, at time.Time) error
}

// Passes keeps what lets people in to tasks, by digests of what they show.
type Passes interface {
	// SavePass may be called again with the same pass. It removes those of
	// everybody that are over at the given time. An unknown user is
	// godocker.NotFound. Those of a person who is logged out everywhere are removed.
	SavePass(ctx context.Context, k godocker.Pass, now time.Time) error
	// Pass returns a pass, also one that is over; godocker.NotFound if there is
	// none of the kind.
	Pass(ctx context.Context, kind godocker.PassKind, digest string) (godocker.Pass, error)
	// TakePass is Pass, and removes it: of all who ask, one gets it.
	TakePass(ctx context.Context, kind godocker.PassKind, digest string) (godocker.Pass, error)
}

// MostPasses is how many passes of a kind somebody has; the first to be over go first.
const MostPasses = 200

// Logins keeps what people log in to registries of images with, their secrets sealed
// by whoever saves them, and which repositories take such a login.
type Logins interface {
	// SaveLogin replaces the login of the same user and registry. An unknown
	// user is godocker.NotFound.
	SaveLogin(ctx context.Context, l godocker.Login) error
	Logins(ctx context.Context, user string) ([]godocker.Login, error)
	DeleteLogin(ctx context.Context, user, registry string) error

	// Guard records whether some may not have the images of a repository. That
	// they may not must be known before one of them comes to a node.
	Guard(ctx context.Context, repository string, on bool) error
	Guarded(ctx context.Context, repository string) (bool, error)
}

// Projects keeps projects and the books of what was used.
type Projects interface {
	CreateProject(ctx context.Context, p godocker.Project) error
	Project(ctx context.Context, id string) (godocker.Project, error)
	// ListProjects returns all projects, or those a user is a member of.
	ListProjects(ctx context.Context, member string) ([]godocker.Project, error)
	UpdateProject(ctx context.Context, id string, change func(*godocker.Project) error) (godocker.Project, error)
	DeleteProject(ctx context.Context, id string) error
	// Usage returns the books of a user ("" = all) in a project ("" = all)
	// from a day on, by day, user and project.
	Usage(ctx context.Context, user, project string, from time.Time) ([]godocker.Usage, error)
	// ResetUsage makes up for what the books of a project say from a day on, with
	// lines of nobody (the user ""), so that its sum is nothing. The books of
	// its members stay.
	ResetUsage(ctx context.Context, project string, from time.Time) error
	// ResetUserUsage gives what the books of a user say from a day on to nobody (the
	// user ""), so that their sum is nothing and those of the projects stay.
	ResetUserUsage(ctx context.Context, user string, from time.Time) error
}

// Recipes keeps tasks that people start again and again. An unknown number is
// godocker.NotFound, and so is an unknown owner or project. When a user is removed,
// what they shared stays with its project, owned by nobody; when a project is, what was
// shared there stays its owner's alone.
type Recipes interface {
	// CreateRecipe adds one; it is godocker.Conflict if its owner would have more
	// than most then.
	CreateRecipe(ctx context.Context, r godocker.Recipe, most int) (int64, error)
	Recipe(ctx context.Context, id int64) (godocker.Recipe, error)
	// ListRecipes returns, by name, those that somebody owns and those shared in
	// one of the projects; all of them if the owner is "".
	ListRecipes(ctx context.Context, owner string, projects []string) ([]godocker.Recipe, error)
	// UpdateRecipe changes one, but for its ID and Created, by a function like
	// UpdateUser's.
	UpdateRecipe(ctx context.Context, id int64, change func(*godocker.Recipe) error) (godocker.Recipe, error)
	DeleteRecipe(ctx context.Context, id int64) error
}

// Preferences keeps how people like the page, which alone knows what it means. They go
// with their user.
type Preferences interface {
	Preferences(ctx context.Context, user string) (document string, err error)
	SavePreferences(ctx context.Context, user, document string) error
}
