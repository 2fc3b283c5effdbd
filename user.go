package godocker

import (
	"slices"
	"strings"
	"time"
)

// DefaultProject is the project of tasks that name none. It has no quota, and
// everybody is a member.
const DefaultProject = "default"

// DefaultPriority is the priority of users and projects unless set; the range is
// 0 to 100, and more is sooner.
const DefaultPriority = 50

// A User is a person known to the system. Secrets are kept as digests only.
type User struct {
	ID           string
	UID          int
	GID          int
	Groups       []int
	Email        string
	Home         string
	Admin        bool
	Active       bool
	Guest        bool
	Source       string // the authentication plug-in that knows the person
	PublicKey    string // ssh public key
	PasswordHash string // local authentication only; a slow hash
	Priority     int
	Quota        Quota
	DiskUsed     int64 // bytes of the folders of tasks that are over; kept by the store
	Created      time.Time
	LastSeen     time.Time
}

// A Scope limits what an API key can do.
type Scope string

// The scopes. A key without scopes can do whatever its user can, which people call
// ScopeFull.
const (
	ScopeFull   Scope = "full"
	ScopeRead   Scope = "read"
	ScopeSubmit Scope = "submit"
	ScopeAdmin  Scope = "admin" // as ScopeFull
)

// ParseScopes reads what people say that a key may do: nothing and full stand for
// everything, and become no scopes.
func ParseScopes(words []string) ([]Scope, error) {
	var out []Scope
	full := len(words) == 0
	for _, word := range words {
		switch s := Scope(strings.TrimSpace(word)); s {
		case ScopeFull:
			full = true
		case ScopeRead, ScopeSubmit, ScopeAdmin:
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		default:
			return nil, Errorf(Invalid, "there is no scope %.40q; want some of full, read, submit, admin", word)
		}
	}
	if full {
		return nil, nil
	}
	return out, nil
}

// A Key is an API key. The key itself is shown once, at its creation; what is
// kept is a digest to compare with.
type Key struct {
	ID       int64
	User     string
	Name     string
	Prefix   string // first characters, so that people recognise it
	Digest   string // SHA-256, hexadecimal
	Scopes   []Scope
	Created  time.Time
	Expires  time.Time // zero = never
	LastUsed time.Time
}

// A Session is a login to the page. What the browser holds is kept nowhere; what is
// kept is a digest to compare with.
type Session struct {
	ID       string // by which people name it; random
	User     string
	Digest   string // SHA-256, hexadecimal
	Key      int64  // the API key that opened it and that it ends with; 0 = a password
	Address  string // that it was opened from
	Agent    string // the browser, as it calls itself
	Created  time.Time
	Expires  time.Time
	LastUsed time.Time
}

// A Login is what a person logs in to a registry of images with.
type Login struct {
	User     string
	Registry string // its address, as image names have it
	Username string
	Secret   string // sealed; only who starts tasks opens it
	Created  time.Time
}

// A Project groups people who share data, quota and priority.
type Project struct {
	ID          string
	Description string
	Members     []string
	Leaders     []string // those of the members who may add and take away members
	Priority    int
	Quota       Quota
	Volumes     []Volume
	DiskUsed    int64 // bytes of the folders of its tasks that are over; kept by the store
	Created     time.Time
}

// Usage is what was used on one day, in UTC, by a user in a project.
type Usage struct {
	Day     time.Time
	User    string
	Project string
	Tasks   int
	CPU     float64 // cpu seconds asked for
	RAM     float64 // GB seconds asked for
	GPU     float64 // gpu seconds asked for
	Time    float64 // seconds of run time
	Nice    Amounts // the part of it that tasks used whose Requirements.Nice is above 0
}

// Amounts are what was used in the units of Usage.
type Amounts struct{ CPU, RAM, GPU, Time float64 }

// Add adds others.
func (a *Amounts) Add(b Amounts) {
	a.CPU += b.CPU
	a.RAM += b.RAM
	a.GPU += b.GPU
	a.Time += b.Time
}

// Add adds what another one says was used.
func (u *Usage) Add(v Usage) {
	u.Tasks += v.Tasks
	u.CPU += v.CPU
	u.RAM += v.RAM
	u.GPU += v.GPU
	u.Time += v.Time
	u.Nice.Add(v.Nice)
}

// Used is what the newest attempt of a task used up to its end, or up to now if it
// still runs, at the rates it asked for, on the day of that. The time that it was
// suspended does not count.
func (t *Task) Used(now time.Time) Usage {
	if !t.Ended.IsZero() {
		now = t.Ended
	}
	d := 0.0
	if !t.Started.IsZero() {
		d = t.Worked(now).Seconds()
	}
	u := Usage{
		Day: now.UTC().Truncate(24 * time.Hour), User: t.User.ID, Project: t.User.Project, Tasks: 1,
		CPU: d * t.Requirements.CPU, RAM: d * t.Requirements.RAM, GPU: d * float64(t.Requirements.GPUs), Time: d,
	}
	if t.Requirements.Nice > 0 {
		u.Nice = Amounts{CPU: u.CPU, RAM: u.RAM, GPU: u.GPU, Time: u.Time}
	}
	return u
}
