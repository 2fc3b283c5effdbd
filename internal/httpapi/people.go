package httpapi

import (
	"context"
	"fmt"
	"slices"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/audit"
	"godocker/internal/people"
	"godocker/internal/usage"
)

func (s *Server) registry() *people.Registry { return &people.Registry{Store: s.Store} }

type byUser struct {
	ID string `path:"id"`
}

func (s *Server) listUsers(ctx context.Context, _ *empty) (*body[[]api.User], error) {
	us, err := s.Store.ListUsers(ctx)
	docs := []api.User{}
	for i := range us {
		docs = append(docs, api.FromUser(&us[i], ""))
	}
	return answer(docs), err
}

func (s *Server) getUser(ctx context.Context, in *byUser) (*body[api.User], error) {
	u, err := s.person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.userDocument(ctx, u)
}

func (s *Server) userDocument(ctx context.Context, u godocker.User) (*body[api.User], error) {
	keys, err := s.Store.ListKeys(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	return answer(api.FromUser(&u, newest(keys))), nil
}

type userInput struct {
	ID   string `path:"id"`
	Body api.UserChange
}

func (s *Server) saveUser(ctx context.Context, in *userInput) (*body[api.User], error) {
	before, err := s.person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	u, err := s.registry().SaveUser(ctx, submitterOf(callerOf(ctx)), before.ID, in.Body)
	if err != nil {
		return nil, err
	}
	note(ctx, "", audit.Changes(api.FromUser(&before, ""), api.FromUser(&u, "")))
	return s.userDocument(ctx, u)
}

func (s *Server) deleteUser(ctx context.Context, in *byUser) (*body[api.Message], error) {
	if err := s.registry().DeleteUser(ctx, callerOf(ctx).User, in.ID); err != nil {
		return nil, err
	}
	return answer(api.Message{Msg: "User " + in.ID + " is removed"}), nil
}

func (s *Server) userUsage(ctx context.Context, in *byUser) (*body[[]api.DayUsage], error) {
	u, err := s.person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.usage(ctx, u.ID, "")
}

func (s *Server) allUsage(ctx context.Context, _ *empty) (*body[[]api.PartUsage], error) {
	parts, err := usage.Parts(ctx, s.Store, s.Window, time.Now())
	if err != nil {
		return nil, err
	}
	docs := make([]api.PartUsage, len(parts))
	for i, p := range parts {
		docs[i] = api.PartUsage{User: p.User, Project: p.Project, CPU: p.CPU, RAM: p.RAM, Time: p.Time, GPU: p.GPU}
	}
	return answer(docs), nil
}

// resetUser lets a person begin their quota anew; see resetProject. What their projects
// used stays.
func (s *Server) resetUser(ctx context.Context, in *byUser) (*body[api.Message], error) {
	u, err := s.person(ctx, in.ID)
	if err == nil {
		err = s.Store.ResetUserUsage(ctx, u.ID, time.Time{})
	}
	if err != nil {
		return nil, err
	}
	return answer(api.Message{Msg: "The usage of " + u.ID + " is reset"}), nil
}

func (s *Server) usage(ctx context.Context, user, project string) (*body[[]api.DayUsage], error) {
	days, err := usage.Days(ctx, s.Store, user, project, s.Window, time.Now())
	if err != nil {
		return nil, err
	}
	docs := make([]api.DayUsage, len(days))
	for i, d := range days {
		docs[i] = dayUsage(d)
	}
	return answer(docs), nil
}

func (s *Server) userProjects(ctx context.Context, in *byUser) (*body[[]api.Project], error) {
	u, err := s.person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.projectsOf(ctx, u.ID)
}

// projectsOf lists the projects of a member, the default one first, or all of them.
func (s *Server) projectsOf(ctx context.Context, member string) (*body[[]api.Project], error) {
	ps, err := s.Store.ListProjects(ctx, member)
	if err != nil {
		return nil, err
	}
	first := godocker.Project{ID: godocker.DefaultProject, Priority: godocker.DefaultPriority}
	if i := slices.IndexFunc(ps, func(p godocker.Project) bool { return p.ID == godocker.DefaultProject }); i >= 0 {
		first = ps[i]
		ps = slices.Delete(ps, i, i+1)
	}
	docs := []api.Project{api.FromProject(&first)}
	for i := range ps {
		docs = append(docs, api.FromProject(&ps[i]))
	}
	return answer(docs), nil
}

type byProjectID struct {
	ID string `path:"id"`
}

func (s *Server) listProjects(ctx context.Context, _ *empty) (*body[[]api.Project], error) {
	c := callerOf(ctx)
	if c.Admin() {
		return s.projectsOf(ctx, "")
	}
	return s.projectsOf(ctx, c.User.ID)
}

// project returns a project that the caller may know of: one they are a member of, or
// any for administrators.
func (s *Server) project(ctx context.Context, id string) (godocker.Project, error) {
	missing := godocker.Errorf(godocker.NotFound, "project %s does not exist", id)
	c := callerOf(ctx)
	p, err := s.Store.Project(ctx, id)
	switch {
	case godocker.CodeOf(err) == godocker.NotFound && id == godocker.DefaultProject:
		return godocker.Project{ID: id, Priority: godocker.DefaultPriority}, nil
	case godocker.CodeOf(err) == godocker.NotFound:
		return p, missing
	case err == nil && !c.Admin() && id != godocker.DefaultProject && !slices.Contains(p.Members, c.User.ID):
		return p, missing
	}
	return p, err
}

func (s *Server) getProject(ctx context.Context, in *byProjectID) (*body[api.Project], error) {
	p, err := s.project(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(api.FromProject(&p)), nil
}

func (s *Server) createProject(ctx context.Context, in *body[api.ProjectChange]) (*body[api.Project], error) {
	note(ctx, "project "+in.Body.ID, "")
	p, err := s.registry().CreateProject(ctx, godocker.Project{ID: in.Body.ID, Created: time.Now()}, in.Body)
	if err != nil {
		return nil, err
	}
	return answer(api.FromProject(&p)), nil
}

type projectInput struct {
	ID   string `path:"id"`
	Body api.ProjectChange
}

func (s *Server) saveProject(ctx context.Context, in *projectInput) (*body[api.Project], error) {
	before, err := s.project(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	p, err := s.registry().SaveProject(ctx, submitterOf(callerOf(ctx)), before.ID, in.Body)
	if err != nil {
		return nil, err
	}
	note(ctx, "", audit.Changes(api.FromProject(&before), api.FromProject(&p)))
	return answer(api.FromProject(&p)), nil
}

func (s *Server) deleteProject(ctx context.Context, in *byProjectID) (*body[api.Message], error) {
	if err := s.registry().DeleteProject(ctx, in.ID); err != nil {
		return nil, err
	}
	return answer(api.Message{Msg: "Project " + in.ID + " is removed"}), nil
}

// resetProject lets a project begin its quota anew. It also counts what ran before the
// window, whose length may be changed.
func (s *Server) resetProject(ctx context.Context, in *byProjectID) (*body[api.Message], error) {
	p, err := s.project(ctx, in.ID)
	if err == nil {
		err = s.Store.ResetUsage(ctx, p.ID, time.Time{})
	}
	if err != nil {
		return nil, err
	}
	return answer(api.Message{Msg: "The usage of project " + p.ID + " is reset"}), nil
}

func (s *Server) projectUsage(ctx context.Context, in *byProjectID) (*body[[]api.DayUsage], error) {
	p, err := s.project(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.usage(ctx, "", p.ID)
}

// memberUsage adds up the days by who used it. Who does not lead the project sees their
// own part, and the rest as one.
func (s *Server) memberUsage(ctx context.Context, in *byProjectID) (*body[[]api.MemberUsage], error) {
	p, err := s.project(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	c := callerOf(ctx)
	all := c.Admin() || slices.Contains(p.Leaders, c.User.ID)
	parts, err := usage.Members(ctx, s.Store, p.ID, s.Window, time.Now(), func(user string) string {
		if all || user == c.User.ID {
			return user
		}
		return ""
	})
	docs := []api.MemberUsage{}
	for _, u := range parts {
		docs = append(docs, api.MemberUsage{User: u.User, DayUsage: dayUsage(u)})
	}
	return answer(docs), err
}

func dayUsage(u godocker.Usage) api.DayUsage {
	y, m, d := u.Day.Date()
	return api.DayUsage{Date: fmt.Sprintf("%d_%d_%d", y, m, d), CPU: u.CPU, RAM: u.RAM, Time: u.Time, GPU: u.GPU}
}
