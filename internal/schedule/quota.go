package schedule

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"godocker"
	"godocker/internal/usage"
)

// Quotas says what people and projects may use.
type Quotas struct {
	Store  QuotaStore
	Window int   // days that usage is counted over; 0 = quotas are not looked at
	Disk   int64 // bytes, of people without a quota of their own; 0 = no limit

	seen map[account]verdict
}

// QuotaStore is where quotas and usage are kept.
type QuotaStore interface {
	usage.Store
	User(ctx context.Context, id string) (godocker.User, error)
	Project(ctx context.Context, id string) (godocker.Project, error)
}

// An account is a person or a project.
type account struct {
	project bool
	id      string
}

// A verdict is why the tasks of an account may not start, "" if they may, since and until
// when that is believed.
type verdict struct {
	why     string
	limited bool // by any quota
	at      time.Time
	until   time.Time
}

// believe is how long an account is not looked at again while none of its tasks ends.
const believe = 5 * time.Second

// why says which quota keeps a task from starting; "" if none does.
func (s *Quotas) why(ctx context.Context, q godocker.Queued, now time.Time) (string, error) {
	if s == nil || s.Window == 0 {
		return "", nil
	}
	for _, a := range []account{{id: q.User}, {project: true, id: q.Project}} {
		v, known := s.seen[a]
		if !known || now.After(v.until) || v.why != "" && v.at != now { // nobody is turned away for what was true a moment ago
			var err error
			if v, err = s.look(ctx, a, now); err != nil {
				return "", err
			}
			if s.seen == nil {
				s.seen = map[account]verdict{}
			}
			s.seen[a] = v
		}
		if v.why != "" {
			return v.why, nil
		}
	}
	return "", nil
}

// ended makes what is known of the accounts of a task outdated, as the books changed.
func (s *Quotas) ended(e godocker.Event) {
	if s == nil {
		return
	}
	for _, a := range []account{{id: e.User}, {project: true, id: e.Project}} {
		if s.seen[a].limited {
			delete(s.seen, a)
		}
	}
}

func (s *Quotas) look(ctx context.Context, a account, now time.Time) (verdict, error) {
	quota, disk, err := s.of(ctx, a)
	v := verdict{limited: quota != godocker.Quota{}, at: now, until: now.Add(believe)}
	if err == nil && v.limited {
		v.why, err = s.reached(ctx, a, quota, disk, now)
	}
	return v, err
}

// reached says which of its quotas an account has reached; "" if none.
func (s *Quotas) reached(ctx context.Context, a account, quota godocker.Quota, disk int64, now time.Time) (string, error) {
	if quota.Disk > 0 && disk >= quota.Disk {
		return fmt.Sprintf("The quota of %s is reached: the files of its tasks take %d of %d bytes of disk; archive some", a, disk, quota.Disk), nil
	}
	if quota.CPU+quota.RAM+quota.Time+quota.GPU == 0 {
		return "", nil
	}
	user, project := a.id, ""
	if a.project {
		user, project = "", a.id
	}
	used, err := usage.Sum(ctx, s.Store, user, project, s.Window, now)
	if err != nil {
		return "", err
	}
	for _, c := range []struct {
		used, quota float64
		what        string
	}{{used.Time, quota.Time, "seconds of run time"}, {used.CPU, quota.CPU, "cpu seconds"}, {used.RAM, quota.RAM, "GB seconds"}, {used.GPU, quota.GPU, "gpu seconds"}} {
		if c.quota > 0 && c.used >= c.quota {
			return fmt.Sprintf("The quota of %s is reached: %.0f of %s %s were used in the last %d days",
				a, c.used, strconv.FormatFloat(c.quota, 'f', -1, 64), c.what, s.Window), nil
		}
	}
	return "", nil
}

func (a account) String() string {
	if a.project {
		return "the project " + a.id
	}
	return a.id
}

// of returns what limits an account, and the disk that it uses. An account that is gone
// has no limit.
func (s *Quotas) of(ctx context.Context, a account) (quota godocker.Quota, disk int64, err error) {
	switch {
	case a.project && a.id == godocker.DefaultProject:
	case a.project:
		var p godocker.Project
		p, err = s.Store.Project(ctx, a.id)
		quota, disk = p.Quota, p.DiskUsed
	default:
		var u godocker.User
		u, err = s.Store.User(ctx, a.id)
		quota, disk = u.Quota, u.DiskUsed
		if quota.Disk == 0 {
			quota.Disk = s.Disk
		}
	}
	if errors.Is(err, godocker.NotFound) {
		return godocker.Quota{}, 0, nil
	}
	return quota, disk, err
}
