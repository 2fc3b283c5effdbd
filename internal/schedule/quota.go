package schedule

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"godocker"
	"godocker/internal/plan"
	"godocker/internal/usage"
)

// Quotas says what people and projects may use.
type Quotas struct {
	Store  QuotaStore
	Window int   // days that usage is counted over; 0 = quotas are not looked at
	Disk   int64 // bytes, of people without a quota of their own; 0 = no limit
	// Running is how many tasks people may have running at once who have no limit of
	// their own; 0 = any number.
	Running int

	seen map[plan.Account]verdict
}

// QuotaStore is where quotas and usage are kept.
type QuotaStore interface {
	usage.Store
	User(ctx context.Context, id string) (godocker.User, error)
	Project(ctx context.Context, id string) (godocker.Project, error)
}

// A verdict is why the tasks of an account may not start, "" if they may, since and until
// when that is believed.
type verdict struct {
	why     string
	limited bool // by any quota
	running godocker.Limits
	at      time.Time
	until   time.Time
}

// believe is how long an account is not looked at again while none of its tasks ends.
const believe = 5 * time.Second

// of looks up an account, unless that was done a moment ago. Nobody is turned away for
// what was true a moment ago, so that such is looked up anew.
func (s *Quotas) of(ctx context.Context, a plan.Account, now time.Time) (verdict, error) {
	v, known := s.seen[a]
	if known && !now.After(v.until) && (v.why == "" || v.at.Equal(now)) {
		return v, nil
	}
	v, err := s.look(ctx, a, now)
	if err != nil {
		return verdict{}, err
	}
	if s.seen == nil {
		s.seen = map[plan.Account]verdict{}
	}
	s.seen[a] = v
	return v, nil
}

// known returns the limits of the accounts that were looked up, as they are now.
func (s *Quotas) known() func(plan.Account) godocker.Limits {
	if s == nil {
		return nil
	}
	limits := map[plan.Account]godocker.Limits{}
	for a, v := range s.seen {
		if v.running != (godocker.Limits{}) {
			limits[a] = v.running
		}
	}
	return func(a plan.Account) godocker.Limits { return limits[a] }
}

// ended makes what is known of the accounts of a task outdated, as the books changed.
func (s *Quotas) ended(e godocker.Event) {
	if s == nil {
		return
	}
	for _, a := range []plan.Account{{ID: e.User}, {Project: true, ID: e.Project}} {
		if s.seen[a].limited {
			delete(s.seen, a)
		}
	}
}

func (s *Quotas) look(ctx context.Context, a plan.Account, now time.Time) (verdict, error) {
	quota, disk, err := s.account(ctx, a)
	v := verdict{limited: quota != godocker.Quota{}, running: quota.Running, at: now, until: now.Add(believe)}
	if err == nil && v.limited && s.Window > 0 {
		v.why, err = s.reached(ctx, a, quota, disk, now)
	}
	return v, err
}

// reached says which of its quotas an account has reached; "" if none.
func (s *Quotas) reached(ctx context.Context, a plan.Account, quota godocker.Quota, disk int64, now time.Time) (string, error) {
	if quota.Disk > 0 && disk >= quota.Disk {
		return fmt.Sprintf("The quota of %s is reached: the files of its tasks take %d of %d bytes of disk; archive some", a, disk, quota.Disk), nil
	}
	if quota.CPU+quota.RAM+quota.Time+quota.GPU == 0 {
		return "", nil
	}
	user, project := a.ID, ""
	if a.Project {
		user, project = "", a.ID
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

// account returns what limits an account, and the disk that it uses. An account that is gone
// has no limit.
func (s *Quotas) account(ctx context.Context, a plan.Account) (quota godocker.Quota, disk int64, err error) {
	switch {
	case a.Project && a.ID == godocker.DefaultProject:
	case a.Project:
		var p godocker.Project
		p, err = s.Store.Project(ctx, a.ID)
		quota, disk = p.Quota, p.DiskUsed
	default:
		var u godocker.User
		u, err = s.Store.User(ctx, a.ID)
		quota, disk = u.Quota, u.DiskUsed
		if quota.Disk == 0 {
			quota.Disk = s.Disk
		}
		if quota.Running.Tasks == 0 {
			quota.Running.Tasks = s.Running
		}
	}
	if errors.Is(err, godocker.NotFound) {
		return godocker.Quota{}, 0, nil
	}
	return quota, disk, err
}
