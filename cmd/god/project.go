package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

func (a *client) project() *cobra.Command {
	c := group(&cobra.Command{Use: "project", Short: "Projects: their members, volumes, quotas and use"})
	c.AddCommand(a.projectShow(), a.projectList(), a.projectListAll(), a.projectSave("create"), a.projectSave("update"), a.projectDelete(),
		a.projectMember("addmember"), a.projectMember("deletemember"), a.projectVolume(), a.projectReset(), a.projectUsage())
	return c
}

// onProject makes a command about one project, which may be named by a flag, as in
// older scripts, or by the first argument.
func (a *client) onProject(use, short string, rest int, run func(c *cobra.Command, srv *api.Client, id string, args []string) error) *cobra.Command {
	var flag string
	c := &cobra.Command{Use: use, Short: short, Args: cobra.RangeArgs(0, 1+rest),
		RunE: func(c *cobra.Command, args []string) error {
			id := flag
			if id == "" && len(args) > 0 {
				id, args = args[0], args[1:]
			}
			if id == "" || len(args) > rest {
				return godocker.Errorf(godocker.Invalid, "want %s", c.UseLine())
			}
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			return run(c, srv, id, args)
		}}
	c.Flags().StringVarP(&flag, "project", "p", "", "name of the project")
	return c
}

func (a *client) projectShow() *cobra.Command {
	return a.onProject("show NAME", "Show a project", 0, func(c *cobra.Command, srv *api.Client, id string, _ []string) error {
		p, err := srv.Project(c.Context(), id)
		if err != nil {
			return err
		}
		return a.printProject(c.OutOrStdout(), p)
	})
}

func (a *client) printProject(w io.Writer, p api.Project) error {
	if done, err := a.document(w, p); done {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "Project:\t%s\n", p.ID)
	if p.Description != "" {
		fmt.Fprintf(t, "Description:\t%s\n", oneLine(p.Description))
	}
	fmt.Fprintf(t, "Members:\t%s\n", members(p))
	fmt.Fprintf(t, "Priority:\t%d\n", p.Prio)
	fmt.Fprintf(t, "Quota:\t%s\n", quotas(p.QuotaTime, p.QuotaCPU, p.QuotaRAM, p.QuotaGPU, p.QuotaDisk))
	if text := limits(p.RunningLimits); text != "" {
		fmt.Fprintf(t, "At one time:\t%s\n", text)
	}
	fmt.Fprintf(t, "Disk:\t%s\n", size(p.Disk))
	for _, v := range p.Volumes {
		at := v.Mount
		if at == "" {
			at = v.Path
		}
		fmt.Fprintf(t, "Volume:\t%s (%s) %s at %s\n", v.Name, v.ACL, v.Path, at)
	}
	return t.Flush()
}

func members(p api.Project) string {
	if p.ID == godocker.DefaultProject {
		return "everybody"
	}
	return strings.Join(p.Members, ", ")
}

func (a *client) projectList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List one's own projects", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, name, err := a.person(c, "")
			if err != nil {
				return err
			}
			ps, err := srv.UserProjects(c.Context(), name)
			if err != nil {
				return err
			}
			return a.printProjects(c.OutOrStdout(), ps)
		}}
}

func (a *client) projectListAll() *cobra.Command {
	return &cobra.Command{Use: "listall", Short: "List all projects", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			ps, err := srv.Projects(c.Context())
			if err != nil {
				return err
			}
			return a.printProjects(c.OutOrStdout(), ps)
		}}
}

func (a *client) printProjects(w io.Writer, ps []api.Project) error {
	return a.table(w, ps, "PROJECT\tPRIORITY\tMEMBERS\tDESCRIPTION", func(t io.Writer) {
		for _, p := range ps {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", p.ID, strconv.Itoa(p.Prio), members(p), oneLine(p.Description))
		}
	})
}

// projectSave creates or updates.
func (a *client) projectSave(verb string) *cobra.Command {
	var description string
	var people []string
	q := &quotaFlags{}
	short := map[string]string{"create": "Add a project", "update": "Change a project; only what a flag names changes"}[verb]
	c := a.onProject(verb+" NAME", short, 0, func(c *cobra.Command, srv *api.Client, id string, _ []string) error {
		if err := q.read(c); err != nil {
			return err
		}
		doc := api.ProjectChange{ID: id, Prio: q.prio, QuotaTime: q.time, QuotaCPU: q.cpu, QuotaRAM: q.ram, QuotaGPU: q.gpu, QuotaDisk: q.disk, LimitsChange: q.running}
		if c.Flags().Changed("description") {
			doc.Description = &description
		}
		if c.Flags().Changed("members") {
			doc.Members = &people
		}
		var p api.Project
		var err error
		if verb == "create" {
			p, err = srv.CreateProject(c.Context(), doc)
		} else {
			p, err = srv.SaveProject(c.Context(), id, doc)
		}
		if err != nil {
			return err
		}
		return a.printProject(c.OutOrStdout(), p)
	})
	c.Flags().StringVarP(&description, "description", "d", "", "what it is for")
	c.Flags().StringSliceVarP(&people, "members", "m", nil, "names of users, separated by commas")
	q.add(c)
	return c
}

func (a *client) projectDelete() *cobra.Command {
	return a.onProject("delete NAME", "Remove a project that has no active tasks", 0, func(c *cobra.Command, srv *api.Client, id string, _ []string) error {
		if err := srv.DeleteProject(c.Context(), id); err != nil {
			return err
		}
		fmt.Fprintf(c.OutOrStdout(), "Project %s is removed\n", id)
		return nil
	})
}

// projectMember adds or takes away a member.
func (a *client) projectMember(verb string) *cobra.Command {
	var member string
	short := map[string]string{"addmember": "Add a member to a project", "deletemember": "Take a member away from a project"}[verb]
	c := a.onProject(verb+" NAME MEMBER", short, 1, func(c *cobra.Command, srv *api.Client, id string, args []string) error {
		if len(args) > 0 {
			member = args[0]
		}
		if member == "" {
			return godocker.Errorf(godocker.Invalid, "want the name of a member")
		}
		p, err := srv.Project(c.Context(), id)
		if err != nil {
			return err
		}
		now := slices.DeleteFunc(p.Members, func(m string) bool { return m == member })
		if verb == "addmember" {
			now = append(now, member)
		}
		if p, err = srv.SaveProject(c.Context(), id, api.ProjectChange{Members: &now}); err != nil {
			return err
		}
		return a.printProject(c.OutOrStdout(), p)
	})
	c.Flags().StringVarP(&member, "member", "m", "", "name of a user")
	return c
}

func (a *client) projectVolume() *cobra.Command {
	var v api.Volume
	var remove bool
	c := a.onProject("volume NAME --name VOLUME", "Add, change or remove a volume of a project", 0, func(c *cobra.Command, srv *api.Client, id string, _ []string) error {
		p, err := srv.Project(c.Context(), id)
		if err != nil {
			return err
		}
		had := len(p.Volumes)
		now := slices.DeleteFunc(p.Volumes, func(o api.Volume) bool { return o.Name == v.Name })
		switch {
		case remove && len(now) == had:
			return godocker.Errorf(godocker.NotFound, "project %s has no volume %q", id, v.Name)
		case !remove:
			now = append(now, v)
		}
		if p, err = srv.SaveProject(c.Context(), id, api.ProjectChange{Volumes: &now}); err != nil {
			return err
		}
		return a.printProject(c.OutOrStdout(), p)
	})
	f := c.Flags()
	f.StringVar(&v.Name, "name", "", "name of the volume")
	f.StringVar(&v.Path, "path", "", "folder on the nodes; $USERID is the user")
	f.StringVar(&v.Mount, "mount", "", "where tasks see it (default: the path)")
	f.StringVar(&v.ACL, "acl", "ro", "ro or rw")
	f.BoolVar(&remove, "remove", false, "remove it")
	_ = c.MarkFlagRequired("name")
	return c
}

func (a *client) projectReset() *cobra.Command {
	return a.onProject("quota_reset NAME", "Let a project's quota begin anew", 0, func(c *cobra.Command, srv *api.Client, id string, _ []string) error {
		if err := srv.ResetProject(c.Context(), id); err != nil {
			return err
		}
		fmt.Fprintf(c.OutOrStdout(), "The usage of project %s is reset\n", id)
		return nil
	})
}

func (a *client) projectUsage() *cobra.Command {
	return a.onProject("usage NAME", "What a project used lately", 0, func(c *cobra.Command, srv *api.Client, id string, _ []string) error {
		days, err := srv.ProjectUsage(c.Context(), id)
		if err != nil {
			return err
		}
		return a.printUsage(c.OutOrStdout(), days)
	})
}
