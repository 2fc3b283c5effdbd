package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

// which are the active tasks that a command is about.
type which struct {
	project string
	all     bool
}

func (w *which) flags(c *cobra.Command) {
	c.Flags().StringVarP(&w.project, "project", "p", "", "only tasks of this project")
	c.Flags().BoolVarP(&w.all, "all", "a", false, "administrators: everybody's")
}

// tasks returns what runs, the first to start first, and then what waits, the first to
// come first.
func (w *which) tasks(c *cobra.Command, srv *api.Client) ([]api.Task, error) {
	ts, err := srv.Active(c.Context(), w.project, w.all)
	sortQueue(ts)
	return ts, err
}

func sortQueue(ts []api.Task) {
	slices.SortFunc(ts, func(x, y api.Task) int {
		return cmp.Or(cmp.Compare(rank(x.Status), rank(y.Status)), began(x.Status).Compare(began(y.Status)), cmp.Compare(x.ID, y.ID))
	})
}

func rank(s api.Status) int {
	if s.Primary == string(godocker.Running) {
		return 0
	}
	return 1
}

func began(s api.Status) time.Time {
	if s.DateRunning == nil || rank(s) > 0 {
		return time.Time{}
	}
	return s.DateRunning.Time
}

func (a *client) queue() *cobra.Command {
	var w which
	c := &cobra.Command{Use: "queue", Short: "Show what runs, and what waits in the order of the turns, and why", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			ts, err := w.tasks(c, srv)
			if err != nil {
				return err
			}
			if err := inTurn(c, srv, ts); err != nil {
				return err
			}
			if done, err := a.document(c.OutOrStdout(), ts); done {
				return err
			}
			if len(ts) == 0 && !w.all {
				return a.nothingOfYours(c, srv)
			}
			return printQueue(c.OutOrStdout(), ts)
		}}
	w.flags(c)
	return c
}

// nothingOfYours tells an administrator that others may have tasks.
func (a *client) nothingOfYours(c *cobra.Command, srv *api.Client) error {
	me, err := load()
	if err != nil {
		return err
	}
	u, err := srv.User(c.Context(), me.User)
	if err != nil {
		return err
	}
	hint := ""
	if u.Admin {
		hint = "; -a shows everybody's"
	}
	fmt.Fprintf(c.ErrOrStderr(), "Nothing of yours waits or runs%s\n", hint)
	return printQueue(c.OutOrStdout(), nil)
}

// inTurn brings what waits into the order of the turns. What is not told of comes after
// that; an array comes with the first of its elements.
func inTurn(c *cobra.Command, srv *api.Client, ts []api.Task) error {
	if !slices.ContainsFunc(ts, func(t api.Task) bool { return rank(t.Status) > 0 }) {
		return nil
	}
	places, err := srv.Queue(c.Context())
	if godocker.CodeOf(err) == godocker.Unavailable {
		fmt.Fprintf(c.ErrOrStderr(), "%s: what waits is shown in the order of its coming\n", err)
		return nil
	}
	if err != nil {
		return err
	}
	at := map[int64]int{}
	for _, p := range places {
		if p.Place > 0 {
			at[p.ID] = p.Place
		}
	}
	place := func(t api.Task) int {
		best := len(places) + 1
		for _, id := range append(t.Requirements.Array.Tasks, t.ID) {
			if p, known := at[id]; known {
				best = min(best, p)
			}
		}
		return best
	}
	slices.SortStableFunc(ts, func(x, y api.Task) int {
		if rank(x.Status) == 0 || rank(y.Status) == 0 {
			return cmp.Compare(rank(x.Status), rank(y.Status))
		}
		return cmp.Compare(place(x), place(y))
	})
	return nil
}

func printQueue(w io.Writer, ts []api.Task) error {
	p := palette(colourful(w))
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "ID\tNAME\tUSER\t%s\tCPU\tGB\tSUBMITTED\tWHERE OR WHY\n", p.plain("STATUS"))
	several := slices.ContainsFunc(ts, func(k api.Task) bool {
		return k.Container.Executor != "" && k.Container.Executor != ts[0].Container.Executor
	})
	for _, k := range ts {
		place := node(k)
		if several && place != "" {
			place += " (" + k.Container.Executor + ")"
		}
		if rank(k.Status) > 0 {
			place = cmp.Or(reason(k.Status), "its turn has not come yet")
		}
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%g\t%g\t%s\t%s\n", k.ID, oneLine(k.Meta.Name), k.User.ID, p.state(k.Status, elements(k)),
			k.Requirements.CPU.Value, k.Requirements.RAM.Value, clock(k.Date.Time), oneLine(place))
	}
	return t.Flush()
}

func (a *client) top() *cobra.Command {
	var w which
	every := 2 * time.Second
	c := &cobra.Command{Use: "top", Short: "Show what runs and waits, live on a terminal", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if every < 100*time.Millisecond {
				return godocker.Errorf(godocker.Invalid, "--every %s: want at least 100ms", every)
			}
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			f, ok := c.OutOrStdout().(*os.File)
			live := ok && onTerminal(f)
			for {
				ts, err := w.tasks(c, srv)
				if c.Context().Err() != nil && live {
					return nil
				}
				if err != nil {
					return err
				}
				if done, err := a.document(c.OutOrStdout(), ts); done {
					return err
				}
				if live {
					fmt.Fprint(f, "\x1b[H\x1b[2J")
				}
				if err := printTop(c.OutOrStdout(), ts, time.Now()); err != nil || !live {
					return err
				}
				select {
				case <-c.Context().Done():
					return nil
				case <-time.After(every):
				}
			}
		}}
	w.flags(c)
	c.Flags().DurationVar(&every, "every", every, "how often it looks, on a terminal")
	return c
}

// printTop shows the sum and each task with how long it runs or waits.
func printTop(w io.Writer, ts []api.Task, now time.Time) error {
	running := 0
	var cpu, ram float64
	for _, k := range ts {
		if rank(k.Status) == 0 && k.Requirements.Array.NbTasks == nil {
			running, cpu, ram = running+1, cpu+k.Requirements.CPU.Value, ram+k.Requirements.RAM.Value
		}
	}
	p := palette(colourful(w))
	fmt.Fprintf(w, "%d running on %g cpus and %g GB, %d active in all\n\n", running, cpu, ram, len(ts))
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "ID\tNAME\tUSER\t%s\tFOR\tCPU\tGB\tNODE\n", p.plain("STATUS"))
	for _, k := range ts {
		since := now.Sub(k.Date.Time).Seconds()
		if k.Status.Duration != nil {
			since = *k.Status.Duration
		}
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%g\t%g\t%s\n", k.ID, oneLine(k.Meta.Name), k.User.ID, p.state(k.Status, elements(k)), length(&since),
			k.Requirements.CPU.Value, k.Requirements.RAM.Value, node(k))
	}
	return t.Flush()
}

func (a *client) usage() *cobra.Command {
	var user, project string
	var all bool
	c := &cobra.Command{Use: "usage", Short: "Show what you used lately, day by day", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if user != "" && project != "" || all && (user != "" || project != "") {
				return godocker.Errorf(godocker.Invalid, "want one of --user, --project and --all")
			}
			if all {
				return a.usageOfAll(c)
			}
			srv, who, err := a.person(c, user)
			if err != nil {
				return err
			}
			var days []api.DayUsage
			if project != "" {
				days, err = srv.ProjectUsage(c.Context(), project)
			} else {
				days, err = srv.UserUsage(c.Context(), who)
			}
			if err != nil {
				return err
			}
			return a.printUsage(c.OutOrStdout(), days)
		}}
	c.Flags().StringVarP(&user, "user", "u", "", "administrators: what this person used")
	c.Flags().StringVarP(&project, "project", "p", "", "what this project used")
	c.Flags().BoolVarP(&all, "all", "a", false, "administrators: who used what, by person and project")
	return c
}

func (a *client) usageOfAll(c *cobra.Command) error {
	srv, err := a.connect(c.Context())
	if err != nil {
		return err
	}
	us, err := srv.AllUsage(c.Context())
	if err != nil {
		return err
	}
	return a.table(c.OutOrStdout(), us, "USER\tPROJECT\tCPU SECONDS\tGB SECONDS\tSECONDS\tGPU SECONDS", func(t io.Writer) {
		for _, u := range us {
			fmt.Fprintf(t, "%s\t%s\t%.0f\t%.0f\t%.0f\t%.0f\n", cmp.Or(u.User, "(begun anew)"), u.Project, u.CPU, u.RAM, u.Time, u.GPU)
		}
	})
}
