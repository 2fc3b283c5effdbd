// Package people changes what is kept of persons and projects. It checks what is sent,
// names the fields that are wrong, and leaves alone whatever the sender may not change.
package people

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/mail"
	"slices"
	"strings"

	"godocker"
	"godocker/api"
	"godocker/internal/account"
	"godocker/store"
)

// Store is what is needed of the store.
type Store interface {
	store.Users
	store.Projects
	List(ctx context.Context, q store.Query) ([]godocker.Task, error)
}

// A Registry keeps people and projects. Its methods may be called concurrently.
type Registry struct{ Store Store }

// CheckName says what is wrong with the id of a user or of a project, or returns nil.
func CheckName(id string) error {
	if !account.Name.MatchString(id) {
		return fmt.Errorf("%q: want letters, digits and . _ @ - , at most 64, the first one a letter, a digit or _", id)
	}
	return nil
}

// A form gathers what is wrong with what was sent.
type form []godocker.FieldError

func (f *form) bad(field, format string, args ...any) {
	*f = append(*f, godocker.FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

func (f *form) err() error { return godocker.FieldErrors(*f) }

const maxPriority = 100

func (f *form) priority(field string, to *int, sent *api.Number) {
	if sent == nil || !sent.Set {
		return
	}
	if v := sent.Value; v != math.Trunc(v) || v < 0 || v > maxPriority {
		f.bad(field, "want a whole number from 0 to %d, got %g", maxPriority, v)
		return
	}
	*to = int(sent.Value)
}

func (f *form) quota(field string, to *float64, sent *api.Number) {
	if sent == nil || !sent.Set {
		return
	}
	if sent.Value < 0 || sent.Value > 1e15 {
		f.bad(field, "want 0 for none, or more, got %g", sent.Value)
		return
	}
	*to = sent.Value
}

func (f *form) size(field string, to *int64, sent *api.Number) {
	v := float64(*to)
	f.quota(field, &v, sent)
	*to = int64(v)
}

// limits reads what tasks may hold at one time.
func (f *form) limits(of string, to *godocker.Limits, sent api.LimitsChange) {
	f.count(of+"max_running", &to.Tasks, sent.MaxRunning)
	f.quota(of+"max_running_cpu", &to.CPU, sent.MaxRunningCPU)
	f.quota(of+"max_running_ram", &to.RAM, sent.MaxRunningRAM)
	f.count(of+"max_running_gpus", &to.GPUs, sent.MaxRunningGPUs)
}

func (f *form) count(field string, to *int, sent *api.Number) {
	if sent == nil || !sent.Set {
		return
	}
	if v := sent.Value; v != math.Trunc(v) || v < 0 || v > math.MaxInt32 {
		f.bad(field, "want a whole number from 1 on, or 0 for no limit, got %g", v)
		return
	}
	*to = int(sent.Value)
}

// SaveUser changes a person and returns what is kept then. Everybody changes their own
// address and ssh key; administrators also what people are and may use. What is not
// sent stays, and so does what the sender may not change: clients send whole documents.
func (r *Registry) SaveUser(ctx context.Context, by godocker.User, id string, doc api.UserChange) (godocker.User, error) {
	if c := doc.Credentials; c != nil && c.Public != nil {
		if was, err := r.Store.User(ctx, id); err == nil && was.PublicKey == strings.TrimSpace(*c.Public) {
			doc.Credentials = nil // it came with the whole document, and may be of an older version
		}
	}
	var f form
	var checked godocker.User
	fill(&f, by.Admin, &checked, doc)
	if err := f.err(); err != nil {
		return godocker.User{}, err
	}
	if by.Admin && (doc.Admin != nil && !*doc.Admin || doc.Active != nil && !*doc.Active) {
		if err := r.anotherAdmin(ctx, id); err != nil {
			return godocker.User{}, err
		}
	}
	return r.Store.UpdateUser(ctx, id, func(u *godocker.User) error {
		fill(&f, by.Admin, u, doc)
		return nil
	})
}

func fill(f *form, admin bool, u *godocker.User, doc api.UserChange) {
	if doc.Email != nil {
		u.Email = strings.TrimSpace(*doc.Email)
		if a, err := mail.ParseAddress(u.Email); u.Email != "" && (err != nil || a.Address != u.Email) {
			f.bad("email", "%q is not an address such as ann@example.org", u.Email)
		}
	}
	if c := doc.Credentials; c != nil && c.Public != nil {
		keys, err := publicKeys(*c.Public)
		if err != nil {
			f.bad("credentials.public", "%s", err)
		}
		u.PublicKey = keys
	}
	if !admin {
		return
	}
	if doc.Admin != nil {
		u.Admin = *doc.Admin
	}
	if doc.Active != nil {
		u.Active = *doc.Active
	}
	if q := doc.Usage; q != nil {
		f.priority("usage.prio", &u.Priority, q.Prio)
		f.quota("usage.quota_time", &u.Quota.Time, q.QuotaTime)
		f.quota("usage.quota_cpu", &u.Quota.CPU, q.QuotaCPU)
		f.quota("usage.quota_ram", &u.Quota.RAM, q.QuotaRAM)
		f.quota("usage.quota_gpu", &u.Quota.GPU, q.QuotaGPU)
		f.size("usage.quota_disk", &u.Quota.Disk, q.QuotaDisk)
		f.limits("usage.", &u.Quota.Running, q.LimitsChange)
	}
}

// anotherAdmin refuses to leave the system without an administrator.
func (r *Registry) anotherAdmin(ctx context.Context, id string) error {
	us, err := r.Store.ListUsers(ctx)
	if err != nil {
		return err
	}
	was := false
	for _, u := range us {
		switch {
		case u.ID == id:
			was = u.Admin && u.Active
		case u.Admin && u.Active:
			return nil
		}
	}
	if was {
		return godocker.Errorf(godocker.Conflict, "%s is the last administrator; make somebody else one first", id)
	}
	return nil
}

// DeleteUser removes a person with their keys. Tasks that are over and the books stay.
// Nobody removes themselves.
func (r *Registry) DeleteUser(ctx context.Context, by godocker.User, id string) error {
	if id == by.ID {
		return godocker.Errorf(godocker.Conflict, "you cannot remove yourself; another administrator can")
	}
	if _, err := r.Store.User(ctx, id); err != nil {
		return err
	}
	if err := r.anotherAdmin(ctx, id); err != nil {
		return err
	}
	ts, err := r.Store.List(ctx, store.Query{User: id, States: active, Limit: 1})
	if err == nil && len(ts) > 0 {
		err = godocker.Errorf(godocker.Conflict, "%s has tasks that wait or run; kill them first", id)
	}
	if err != nil {
		return err
	}
	return r.Store.DeleteUser(ctx, id)
}

var active = []godocker.State{godocker.Pending, godocker.Starting, godocker.Running, godocker.Ending}

// isNew tells a form about a project that is being made.
const isNew = true

// CreateProject adds a project.
func (r *Registry) CreateProject(ctx context.Context, p godocker.Project, doc api.ProjectChange) (godocker.Project, error) {
	p.ID, p.Priority = strings.TrimSpace(p.ID), godocker.DefaultPriority
	if err := r.check(ctx, &p, doc, isNew); err != nil {
		return godocker.Project{}, err
	}
	if err := r.Store.CreateProject(ctx, p); err != nil {
		return godocker.Project{}, err
	}
	return r.Store.Project(ctx, p.ID)
}

// SaveProject changes a project. What is not sent stays, and so does what the sender may
// not change: who leads a project changes its description and its members, and stays a
// member; administrators change everything.
func (r *Registry) SaveProject(ctx context.Context, by godocker.User, id string, doc api.ProjectChange) (godocker.Project, error) {
	if !by.Admin {
		doc = api.ProjectChange{Description: doc.Description, Members: doc.Members}
	}
	checked := godocker.Project{ID: id}
	if err := r.check(ctx, &checked, doc, !isNew); err != nil {
		return godocker.Project{}, err
	}
	return r.Store.UpdateProject(ctx, id, func(p *godocker.Project) error {
		var f form
		if !by.Admin && !slices.Contains(p.Leaders, by.ID) {
			return godocker.Errorf(godocker.Denied, "%s does not lead the project %s", by.ID, id)
		}
		leaders := p.Leaders
		fillProject(&f, p, doc)
		for _, l := range p.Leaders {
			switch {
			case slices.Contains(p.Members, l):
			case doc.Leaders != nil:
				f.bad("leaders", "%q is not a member", l)
			case !by.Admin && slices.Contains(leaders, l):
				f.bad("members", "%s leads the project; only administrators take leaders away", l)
			}
		}
		if doc.Leaders == nil { // who is a member no more leads no more
			p.Leaders = slices.DeleteFunc(p.Leaders, func(l string) bool { return !slices.Contains(p.Members, l) })
		}
		return f.err()
	})
}

// DeleteProject removes a project that no waiting or running task is in.
func (r *Registry) DeleteProject(ctx context.Context, id string) error {
	if id == godocker.DefaultProject {
		return godocker.Errorf(godocker.Conflict, "the project %s always exists", id)
	}
	ts, err := r.Store.List(ctx, store.Query{Project: id, States: active, Limit: 1})
	if err == nil && len(ts) > 0 {
		err = godocker.Errorf(godocker.Conflict, "the project %s has tasks that wait or run", id)
	}
	if err != nil {
		return err
	}
	return r.Store.DeleteProject(ctx, id)
}

func (r *Registry) check(ctx context.Context, p *godocker.Project, doc api.ProjectChange, fresh bool) error {
	var f form
	if err := CheckName(p.ID); fresh && err != nil {
		f.bad("id", "%s", err)
	}
	fillProject(&f, p, doc)
	for _, m := range p.Members {
		_, err := r.Store.User(ctx, m)
		switch {
		case errors.Is(err, godocker.NotFound):
			f.bad("members", "no user %q yet: they appear at their first login, or by godockerd user add", m)
		case err != nil:
			return err
		}
	}
	for _, l := range p.Leaders {
		if fresh && !slices.Contains(p.Members, l) {
			f.bad("leaders", "%q is not a member", l)
		}
	}
	if p.ID == godocker.DefaultProject && (len(p.Members) > 0 || p.Quota != (godocker.Quota{})) {
		f.bad("id", "everybody is a member of the project %s, which has no quota", p.ID)
	}
	return f.err()
}

const maxDescription = 10_000

func fillProject(f *form, p *godocker.Project, doc api.ProjectChange) {
	if doc.Description != nil {
		if p.Description = *doc.Description; len(p.Description) > maxDescription {
			f.bad("description", "want at most %d characters", maxDescription)
		}
		if strings.ContainsFunc(p.Description, godocker.UnseenInText) {
			f.bad("description", "want no control or formatting characters but line feeds and tabs")
		}
	}
	if doc.Members != nil {
		p.Members = names(*doc.Members)
	}
	if doc.Leaders != nil {
		p.Leaders = names(*doc.Leaders)
	}
	f.priority("prio", &p.Priority, doc.Prio)
	f.quota("quota_cpu", &p.Quota.CPU, doc.QuotaCPU)
	f.quota("quota_ram", &p.Quota.RAM, doc.QuotaRAM)
	f.quota("quota_time", &p.Quota.Time, doc.QuotaTime)
	f.quota("quota_gpu", &p.Quota.GPU, doc.QuotaGPU)
	f.size("quota_disk", &p.Quota.Disk, doc.QuotaDisk)
	f.limits("", &p.Quota.Running, doc.LimitsChange)
	if doc.Volumes != nil {
		p.Volumes = nil
		for i, v := range *doc.Volumes {
			f.volume(fmt.Sprintf("volumes[%d]", i), v, p)
		}
	}
}

// names are those of people, each once.
func names(all []string) (out []string) {
	for _, m := range all {
		if m = strings.TrimSpace(m); m != "" && !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// reserved are names of volumes that the system gives a meaning.
var reserved = map[string]bool{"home": true, "go-docker": true, "god-ftp": true}

func (f *form) volume(field string, v api.Volume, p *godocker.Project) {
	out := godocker.Volume{Name: strings.TrimSpace(v.Name), ACL: godocker.Access(cmp.Or(v.ACL, string(godocker.ReadOnly))), Path: v.Path, Mount: v.Mount}
	for _, other := range p.Volumes {
		if other.Name == out.Name {
			f.bad(field+".name", "there are two volumes %q", out.Name)
		}
	}
	if out.Name == "" || reserved[out.Name] {
		f.bad(field+".name", "want a name other than home, go-docker and god-ftp, got %q", out.Name)
	}
	if out.ACL != godocker.ReadOnly && out.ACL != godocker.ReadWrite {
		f.bad(field+".acl", "want ro or rw, got %q", v.ACL)
	}
	if _, err := out.For("someone"); err != nil {
		f.bad(field, "%s", err)
	}
	p.Volumes = append(p.Volumes, out)
}
