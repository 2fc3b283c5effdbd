package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

// why says why a task waits, and with flags what would be if it asked for something else.
func (a *client) why() *cobra.Command {
	var doc api.WhatIf
	var cpu, ram, gpus, nice float64
	var lifespan, executor, project string
	var labels []string
	c := &cobra.Command{Use: "why ID", Short: "Say why a task waits and when it starts; with flags, what if it asked for something else", Args: cobra.ExactArgs(1),
		Example: "  god job why 12\n  god job why 12 --ram 24 --maxlifespan 2h",
		RunE: func(c *cobra.Command, args []string) error {
			n, err := id(args[0])
			if err != nil {
				return err
			}
			for flag, set := range map[string]func(){
				"cpu": func() { doc.CPU = numberOf(cpu) }, "ram": func() { doc.RAM = numberOf(ram) }, "gpus": func() { doc.GPUs = numberOf(gpus) }, "nice": func() { doc.Nice = numberOf(nice) },
				"maxlifespan": func() { doc.MaxLifespan = textOf(lifespan) }, "executor": func() { doc.Executor = textOf(executor) }, "project": func() { doc.Project = textOf(project) },
				"label": func() { doc.Label = labels },
			} {
				if c.Flags().Changed(flag) {
					set()
				}
			}
			for flag, v := range map[string]float64{"cpu": cpu, "ram": ram, "gpus": gpus, "nice": nice} {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return godocker.Errorf(godocker.Invalid, "--%s: want a number", flag)
				}
			}
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			var w api.Why
			supposed := c.Flags().NFlag() > 0 && (doc.CPU != nil || doc.RAM != nil || doc.GPUs != nil || doc.Nice != nil || doc.MaxLifespan != nil || doc.Executor != nil || doc.Project != nil || doc.Label != nil)
			if supposed {
				w, err = srv.WhatIf(c.Context(), n, doc)
			} else {
				w, err = srv.Why(c.Context(), n)
			}
			if err != nil {
				return err
			}
			if done, err := a.document(c.OutOrStdout(), w); done {
				return err
			}
			return printWhy(c.OutOrStdout(), w, supposed, time.Now())
		}}
	f := c.Flags()
	f.Float64Var(&cpu, "cpu", 0, "what if it asked for so many cpus")
	f.Float64Var(&ram, "ram", 0, "what if it asked for so many GB")
	f.Float64Var(&gpus, "gpus", 0, "what if it asked for so many gpus")
	f.Float64Var(&nice, "nice", 0, "what if it were so nice")
	f.StringVar(&lifespan, "maxlifespan", "", "what if it asked to run for so long, such as 2h")
	f.StringVar(&executor, "executor", "", "what if it asked for this executor")
	f.StringVar(&project, "project", "", "what if it were of this project")
	f.StringArrayVar(&labels, "label", nil, "what if it asked for nodes with this label, name==value; '' takes its labels away")
	return c
}

func numberOf(v float64) *api.Number {
	n := api.Num(v)
	return &n
}

func textOf(s string) *api.Text {
	t := api.Text(s)
	return &t
}

func printWhy(w io.Writer, y api.Why, supposed bool, now time.Time) error {
	var b strings.Builder
	pending := y.State == string(godocker.Pending)
	switch {
	case !pending:
		fmt.Fprintf(&b, "Task %d does not wait: %s\n", y.ID, lowerFirst(y.Reason))
	case y.Starts && supposed:
		fmt.Fprintln(&b, "It would start now")
	case y.Starts:
		fmt.Fprintln(&b, "It starts now")
	default:
		fmt.Fprintln(&b, oneLine(y.Reason))
	}
	for _, f := range y.Facts {
		fmt.Fprintf(&b, "  - %s\n", oneLine(f))
	}
	if pending && !y.Starts {
		if y.Ahead > 0 {
			fmt.Fprintf(&b, "Tasks whose turns come first: %d of %d that wait\n", y.Ahead, y.Waiting)
		}
		fmt.Fprint(&b, expected(y, now))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// expected says when a task is likely to start, and what that is worth.
func expected(y api.Why, now time.Time) string {
	if y.Earliest.IsZero() {
		return ""
	}
	text := "Likely to start: from " + moments(y.Earliest.Time, now) + " on"
	if !y.Latest.IsZero() {
		text = "Likely to start: " + moments(y.Earliest.Time, now) + " to " + moments(y.Latest.Time, now)
	}
	if y.Made > 0 {
		text += fmt.Sprintf(" (%d %% of %d estimates held)", 100*y.Held/y.Made, y.Made)
	}
	return text + "\n"
}

// moments writes a time of today without its day.
func moments(t, now time.Time) string {
	t = t.Local()
	switch {
	case !t.After(now.Add(time.Second)):
		return "now"
	case t.YearDay() == now.YearDay() && t.Year() == now.Year():
		return t.Format("15:04:05")
	default:
		return t.Format("2006-01-02 15:04")
	}
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
