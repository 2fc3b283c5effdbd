package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

func isArray(k api.Task) bool { return k.Requirements.Array.NbTasks != nil }

// value is that of an element of an array.
func value(k api.Task) string {
	if k.ParentTaskID == nil || k.Requirements.Array.TaskID == nil {
		return ""
	}
	return fmt.Sprint(*k.Requirements.Array.TaskID)
}

func (a *client) listElements(c *cobra.Command, id int64, skip, limit int) error {
	if skip < 0 || limit < 1 {
		return godocker.Errorf(godocker.Invalid, "--skip wants 0 or more, and --limit 1 or more")
	}
	srv, err := a.connect(c.Context())
	if err != nil {
		return err
	}
	t, err := srv.Task(c.Context(), id)
	if err != nil {
		return err
	}
	if !isArray(t) {
		return godocker.Errorf(godocker.Invalid, "task %d is not an array", id)
	}
	return a.someElements(c, c.OutOrStdout(), srv, t, skip, limit)
}

// someElements prints at most n elements of an array from the first-th on, and how many
// come after them.
func (a *client) someElements(c *cobra.Command, w io.Writer, srv *api.Client, array api.Task, first, n int) error {
	ks, err := srv.Elements(c.Context(), array, first, n)
	if err != nil {
		return err
	}
	if done, err := a.document(w, ks); done {
		return err
	}
	if err := printElements(w, ks, a.output == "wide"); err != nil {
		return err
	}
	if more := len(array.Requirements.Array.Tasks) - first - n; more > 0 {
		fmt.Fprintf(w, "… and %d more: god job list --array %d --skip %d\n", more, array.ID, first+n)
	}
	return nil
}

func printElements(w io.Writer, ks []api.Task, wide bool) error {
	p := palette(colourful(w))
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "ID\tVALUE\t%s\tDURATION\tEXIT\tREASON", p.plain("STATUS"))
	if wide {
		fmt.Fprint(t, "\tEXECUTOR\tNODE")
	}
	fmt.Fprintln(t)
	for _, k := range ks {
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s", k.ID, value(k), p.state(k.Status, ""), length(k.Status.Duration), code(k.Status.ExitCode), reason(k.Status))
		if wide {
			fmt.Fprintf(t, "\t%s\t%s", oneLine(engine(k)), node(k))
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}
