package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"godocker"
	"godocker/api"

	"go.yaml.in/yaml/v3"
)

// document prints v as JSON or YAML if that was asked for. The YAML has the keys
// of the JSON.
func (a *client) document(w io.Writer, v any) (done bool, err error) {
	switch a.output {
	case "table", "wide":
		return false, nil
	case "json":
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return true, enc.Encode(v)
	case "yaml":
		text, err := json.Marshal(v)
		if err != nil {
			return true, err
		}
		var node yaml.Node // JSON is YAML; a node keeps the order of the keys
		if err := yaml.Unmarshal(text, &node); err != nil {
			return true, err
		}
		plain(&node)
		enc := yaml.NewEncoder(w)
		enc.SetIndent(2)
		return true, enc.Encode(&node)
	default:
		return true, godocker.Errorf(godocker.Invalid, "--output %q: want table, wide, json or yaml", a.output)
	}
}

// table prints v as document does, or else as a table with a head and the rows that are
// written into it, with tabs between the columns.
func (a *client) table(w io.Writer, v any, head string, rows func(t io.Writer)) error {
	if done, err := a.document(w, v); done {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, head)
	rows(t)
	return t.Flush()
}

// plain takes the style of JSON out of a document.
func plain(n *yaml.Node) {
	n.Style = 0
	if n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "\n") {
		n.Style = yaml.LiteralStyle
	}
	for _, c := range n.Content {
		plain(c)
	}
}

func (a *client) printTasks(w io.Writer, ts []api.Task) error {
	if done, err := a.document(w, ts); done {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	wide, p := a.output == "wide", palette(colourful(w))
	fmt.Fprintf(t, "ID\tNAME\t%s\tSUBMITTED\tDURATION\tEXIT", p.plain("STATUS"))
	if wide {
		fmt.Fprint(t, "\tUSER\tPROJECT\tIMAGE\tEXECUTOR\tNODE\tREASON")
	}
	fmt.Fprintln(t)
	for _, k := range ts {
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s", k.ID, oneLine(k.Meta.Name), p.state(k.Status, elements(k)), clock(k.Date.Time), length(k.Status.Duration), code(k.Status.ExitCode))
		if wide {
			fmt.Fprintf(t, "\t%s\t%s\t%s\t%s\t%s\t%s", k.User.ID, k.User.Project, k.Container.Image, oneLine(engine(k)), node(k), reason(k.Status))
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

func (a *client) printTask(w io.Writer, k api.Task) error {
	if done, err := a.document(w, k); done {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(t, "%s:\t%s\n", name, value)
		}
	}
	row("Task", fmt.Sprint(k.ID))
	row("Name", oneLine(k.Meta.Name))
	row("Description", oneLine(k.Meta.Description))
	row("Tags", strings.Join(k.Meta.Tags, ", "))
	row("User", k.User.ID+" (project "+k.User.Project+")")
	row("Status", palette(colourful(w)).state(k.Status, ""))
	if v := value(k); v != "" {
		row("Array", fmt.Sprintf("%d, of which it has the value %s", *k.ParentTaskID, v))
	}
	row("Elements", array(k))
	row("Reason", reason(k.Status))
	if k.Container.Status != "" && k.Container.Status != reason(k.Status) {
		row("Doing", k.Container.Status)
	}
	row("Exit code", code(k.Status.ExitCode))
	row("Submitted", clock(k.Date.Time))
	if k.Status.DateRunning != nil {
		row("Started", clock(k.Status.DateRunning.Time))
	}
	row("Over", clock(k.Status.DateOver.Time))
	row("Duration", length(k.Status.Duration))
	row("Asked for", fmt.Sprintf("%g cpu, %g GB", k.Requirements.CPU.Value, k.Requirements.RAM.Value))
	if k.Requirements.Nice.Value > 0 {
		row("Nice", fmt.Sprintf("%g", k.Requirements.Nice.Value))
	}
	if k.Requirements.WebPort.Value > 0 {
		row("Web port", fmt.Sprintf("%g", k.Requirements.WebPort.Value))
	}
	row("Idle", idle(k))
	row("Used", used(k))
	if k.Status.Disk > 0 {
		row("Files", godocker.FormatSize(k.Status.Disk))
	}
	row("Fetches", strings.Join(k.Requirements.URIs, " "))
	row("Image", oneLine(k.Container.Image))
	row("Image that ran", oneLine(k.Container.Digest))
	row("Executor", oneLine(engine(k)))
	row("Node", node(k))
	row("Ports", ports(k))
	for _, v := range k.Container.Volumes {
		row("Volume", fmt.Sprintf("%s (%s) %s at %s", v.Name, v.ACL, v.Path, v.Mount))
	}
	return t.Flush()
}

// idle says when an interactive task is idle, what is done then, and whether it soon is.
func idle(k api.Task) string {
	r := k.Requirements
	if r.Idle == "" {
		return ""
	}
	then := map[string]string{"suspend": "frozen until somebody connects", "end": "ended"}[r.IdleAction]
	text := fmt.Sprintf("after %s without a keystroke and cpu it is %s", r.Idle, then)
	if i := k.Status.Idle; i != nil && !i.Frozen {
		text += "; nothing happens in it now, of which its terminals were told at " + clock(i.Warned.Time)
	}
	return text
}

func (a *client) printFiles(w io.Writer, fs []api.File) error {
	return a.table(w, fs, "NAME\tTYPE\tSIZE", func(t io.Writer) {
		for _, f := range fs {
			fmt.Fprintf(t, "%s\t%s\t%s\n", oneLine(f.Name), f.Type, bytesWord(f.Size))
		}
	})
}

// oneLine keeps what others named from steering the terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if godocker.Unseen(r) {
			return '·'
		}
		return r
	}, s)
}

// state is where a task is: of one that is over, how it ended; of another, what was
// asked of it.
func state(s api.Status) string {
	final := s.Primary == string(godocker.Over) || s.Primary == string(godocker.Archived)
	switch {
	case final && s.Outcome != "":
		return s.Primary + " (" + strings.ReplaceAll(s.Outcome, "_", " ") + ")"
	case s.Secondary != nil && *s.Secondary != "":
		return s.Primary + " (" + *s.Secondary + ")"
	default:
		return s.Primary
	}
}

// elements is how far an array is.
func elements(k api.Task) string {
	a := k.Requirements.Array
	if a.NbTasks == nil || a.NbTasksOver == nil {
		return ""
	}
	return fmt.Sprintf(" %d/%d", *a.NbTasksOver, *a.NbTasks)
}

func array(k api.Task) string {
	a := k.Requirements.Array
	if a.NbTasks == nil || a.NbTasksOver == nil {
		return ""
	}
	text := fmt.Sprintf("%d of %d over", *a.NbTasksOver, *a.NbTasks)
	if a.NbRunning != nil && *a.NbRunning > 0 {
		text += fmt.Sprintf(", %d running", *a.NbRunning)
	}
	if a.NbFailed != nil && *a.NbFailed > 0 {
		text += fmt.Sprintf(", %d did not succeed", *a.NbFailed)
	}
	return text
}

// describe is the status of a task that is waited for.
func describe(s api.Status) string {
	if r := reason(s); r != "" {
		return state(s) + ": " + r
	}
	return state(s)
}

func reason(s api.Status) string {
	if s.Reason == nil {
		return ""
	}
	return oneLine(*s.Reason)
}

func code(c *int) string {
	if c == nil {
		return ""
	}
	return fmt.Sprint(*c)
}

func node(k api.Task) string {
	if k.Container.Meta == nil {
		return ""
	}
	return k.Container.Meta.Node.Name
}

// engine is the executor that has a task, else the one that it asks for.
func engine(k api.Task) string {
	asked, _, _ := strings.Cut(k.Requirements.Executor, ":")
	return cmp.Or(k.Container.Executor, asked)
}

// ports are where those of a task's container are reached.
func ports(k api.Task) string {
	all := make([]string, len(k.Container.PortMapping))
	for i, p := range k.Container.PortMapping {
		all[i] = fmt.Sprintf("%s -> %d", net.JoinHostPort(cmp.Or(p.IP, node(k)), strconv.Itoa(p.Host)), p.Container)
	}
	return oneLine(strings.Join(all, ", "))
}

func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04:05")
}

func length(seconds *float64) string {
	if seconds == nil {
		return ""
	}
	d := time.Duration(*seconds * float64(time.Second))
	if d < time.Minute {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

func bytesWord(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	v, i := float64(n)/unit, 0
	for ; v >= unit && i < 4; i++ {
		v /= unit
	}
	return fmt.Sprintf("%.1f %ciB", v, "KMGTP"[i])
}
