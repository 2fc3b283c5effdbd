package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/audit"
	"godocker/internal/people"
	"godocker/store"

	"github.com/spf13/cobra"
)

// project is for the first project of an installation, and for scripts of its
// administrators; the rest is godproject's.
func (s *settings) project() *cobra.Command {
	c := &cobra.Command{Use: "project", Short: "Administer projects"}
	c.AddCommand(s.projectAdd(), s.projectSet(), s.projectList())
	return c
}

func (s *settings) projectAdd() *cobra.Command {
	var description string
	var members []string
	c := &cobra.Command{Use: "add NAME", Short: "Add a project", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return s.change(c, func(st store.Store) (store.Act, error) {
				r := people.Registry{Store: st}
				limits, _ := limitsOf(c)
				_, err := r.CreateProject(c.Context(), godocker.Project{ID: args[0], Created: time.Now()},
					api.ProjectChange{Description: &description, Members: &members, LimitsChange: limits})
				return store.Act{Action: "project.add", Object: "project " + args[0]}, err
			})
		}}
	c.Flags().StringVar(&description, "description", "", "what it is for")
	c.Flags().StringSliceVar(&members, "members", nil, "names of users, separated by commas")
	addLimits(c)
	return c
}

func (s *settings) projectSet() *cobra.Command {
	c := &cobra.Command{Use: "set NAME", Short: "Change what limits a project; only what a flag names changes", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return s.change(c, func(st store.Store) (store.Act, error) {
				done := store.Act{Action: "project.change", Object: "project " + args[0]}
				r := people.Registry{Store: st}
				before, err := st.Project(c.Context(), args[0])
				if err != nil {
					return done, err
				}
				limits, _ := limitsOf(c)
				after, err := r.SaveProject(c.Context(), godocker.User{Admin: true}, args[0], api.ProjectChange{LimitsChange: limits})
				done.Detail = audit.Changes(api.FromProject(&before), api.FromProject(&after))
				return done, err
			})
		}}
	addLimits(c)
	return c
}

func (s *settings) projectList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List projects", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.withStore(c.Context(), func(st store.Store) error {
				ps, err := st.ListProjects(c.Context(), "")
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(c.OutOrStdout(), 0, 4, 2, ' ', 0)
				fmt.Fprintln(w, "PROJECT\tPRIORITY\tMEMBERS")
				for _, p := range ps {
					fmt.Fprintf(w, "%s\t%d\t%s\n", p.ID, p.Priority, strings.Join(p.Members, ", "))
				}
				return w.Flush()
			})
		}}
}
