package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

func (a *client) job() *cobra.Command {
	c := group(&cobra.Command{Use: "job", Short: "Submit, watch and kill tasks"})
	c.AddCommand(a.create(), a.list(), a.search(), a.show(), a.kill(), a.killAll(), a.suspend(), a.resume(), a.reschedule(), a.update(), a.archive(), a.wait(), a.why(), a.jobStatus(), a.submitScript(), a.top(), a.logs())
	return c
}

func id(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 {
		return 0, godocker.Errorf(godocker.Invalid, "%q is not the id of a task", s)
	}
	return n, nil
}

func (a *client) list() *cobra.Command {
	var project string
	var skip, limit int
	var of int64
	var all, xml bool
	c := &cobra.Command{Use: "list active|activeall|over|overall [REGEX]", Short: "List tasks, or the elements of an array", Args: cobra.MaximumNArgs(2),
		Example:   "  god job list active\n  god job list --array 12",
		ValidArgs: []string{"active", "activeall", "over", "overall"},
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("array") {
				if len(args) > 0 || project != "" || xml {
					return godocker.Errorf(godocker.Invalid, "--array lists all elements of one array; it goes with --skip, --limit and --all only")
				}
				if all {
					limit = godocker.MaxElements
				}
				return a.listElements(c, of, skip, limit)
			}
			if len(args) == 0 {
				return godocker.Errorf(godocker.Invalid, "want one of active, activeall, over and overall, or --array ID")
			}
			match, err := pattern(args[1:])
			if err != nil {
				return err
			}
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			if all {
				limit = 0
			}
			var ts []api.Task
			switch args[0] {
			case "active", "activeall":
				ts, err = srv.Active(c.Context(), project, args[0] == "activeall")
			case "over", "overall":
				ask := limit
				if limit > 0 {
					ask++ // to know whether there are more
				}
				ts, err = srv.Over(c.Context(), project, args[0] == "overall", skip, ask)
			default:
				return godocker.Errorf(godocker.Invalid, "list %q: want active, activeall, over or overall", args[0])
			}
			if err != nil {
				return err
			}
			if over := args[0] == "over" || args[0] == "overall"; over && limit > 0 && len(ts) > limit {
				ts = ts[:limit]
				fmt.Fprintf(c.ErrOrStderr(), "There are more: these are %d from the newest on; --skip %d shows the next ones, --all shows all.\n", limit, skip+limit)
			}
			if xml {
				return writeXML(c.OutOrStdout(), "jobs_list.xml", jobsXML(match.tasks(ts)))
			}
			return a.printTasks(c.OutOrStdout(), match.tasks(ts))
		}}
	c.Flags().BoolVarP(&xml, "xml", "x", false, "write jobs_list.xml into the working folder")
	c.Flags().StringVar(&project, "project", "", "only tasks of this project")
	c.Flags().Int64Var(&of, "array", 0, "the elements of this array, in the order of their values")
	c.Flags().IntVarP(&skip, "skip", "s", 0, "leave out the newest ones; the first elements")
	c.Flags().IntVarP(&limit, "limit", "l", 100, "show at most this many that are over; so many elements")
	c.Flags().BoolVarP(&all, "all", "a", false, "show all that are over; all elements")
	return c
}

func (a *client) search() *cobra.Command {
	var xml bool
	c := &cobra.Command{Use: "search REGEX", Short: "Find tasks of yours, whatever their state, by id, name, description, tag or image", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			match, err := pattern(args)
			if err != nil {
				return err
			}
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			active, err := srv.Active(c.Context(), "", false)
			if err != nil {
				return err
			}
			over, err := srv.Over(c.Context(), "", false, 0, 0)
			if err != nil {
				return err
			}
			ts := match.tasks(append(active, over...))
			slices.SortFunc(ts, func(x, y api.Task) int { return cmp.Compare(y.ID, x.ID) })
			ts = slices.CompactFunc(ts, func(x, y api.Task) bool { return x.ID == y.ID }) // one ended in between
			if xml {
				return writeXML(c.OutOrStdout(), "jobs_list.xml", jobsXML(ts))
			}
			return a.printTasks(c.OutOrStdout(), ts)
		}}
	c.Flags().BoolVarP(&xml, "xml", "x", false, "write jobs_list.xml into the working folder")
	return c
}

type matcher struct{ *regexp.Regexp }

func pattern(args []string) (matcher, error) {
	if len(args) == 0 {
		return matcher{}, nil
	}
	re, err := regexp.Compile(args[0])
	if err != nil {
		return matcher{}, godocker.Errorf(godocker.Invalid, "%q is not a regular expression: %w", args[0], err)
	}
	return matcher{re}, nil
}

// tasks returns those of which something that the owner chose matches, or the id.
func (m matcher) tasks(ts []api.Task) []api.Task {
	if m.Regexp == nil {
		return ts
	}
	out := []api.Task{}
	for _, t := range ts {
		words := append([]string{strconv.FormatInt(t.ID, 10), t.Meta.Name, t.Meta.Description, t.User.ID, t.Container.Image}, t.Meta.Tags...)
		if slices.ContainsFunc(words, m.MatchString) {
			out = append(out, t)
		}
	}
	return out
}

// about reads the id of a task and connects, for commands about one task. A bad id
// is refused before the server is asked.
func (a *client) about(c *cobra.Command, arg string) (*api.Client, int64, error) {
	n, err := id(arg)
	if err != nil {
		return nil, 0, err
	}
	srv, err := a.connect(c.Context())
	return srv, n, err
}

func (a *client) show() *cobra.Command {
	var xml bool
	c := &cobra.Command{Use: "show ID", Short: "Show one task", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			srv, n, err := a.about(c, args[0])
			if err != nil {
				return err
			}
			t, err := srv.Task(c.Context(), n)
			if err != nil {
				return err
			}
			if xml {
				return writeXML(c.OutOrStdout(), "jobs_infos.xml", jobXML(t))
			}
			if err := a.printTask(c.OutOrStdout(), t); err != nil || !isArray(t) || a.output == "json" || a.output == "yaml" {
				return err
			}
			fmt.Fprintln(c.OutOrStdout())
			return a.someElements(c, c.OutOrStdout(), srv, t, 0, 10)
		}}
	c.Flags().BoolVarP(&xml, "xml", "x", false, "write jobs_infos.xml into the working folder")
	return c
}
