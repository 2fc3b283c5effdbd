package main

import (
	"encoding/json"
	"fmt"
	"strconv"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

func (a *client) update() *cobra.Command {
	var task int64
	var name, value string
	var nice int
	c := &cobra.Command{Use: "update -i ID -r NAME -v VALUE | --nice N", Short: "Change a requirement of a task that waits or runs, such as maxlifespan", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("nice") {
				if name != "" {
					return godocker.Errorf(godocker.Invalid, "want one of --requirement and --nice")
				}
				name, value = "nice", strconv.Itoa(nice)
			}
			if task < 1 || name == "" {
				return godocker.Errorf(godocker.Invalid, "want --id, the id of a task, and --requirement, the name of what to change, or --nice")
			}
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			text, err := json.Marshal(value)
			if err == nil {
				_, err = srv.Alter(c.Context(), task, api.Alteration{Name: name, Value: text})
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "Task %d: %s is now %s\n", task, name, value)
			return nil
		}}
	f := c.Flags()
	f.Int64VarP(&task, "id", "i", 0, "this task")
	f.StringVarP(&name, "requirement", "r", "", "what to change; the site says what may be")
	f.StringVarP(&value, "value", "v", "", "to what")
	f.IntVar(&nice, "nice", 0, "the same as -r nice -v N: 0 to 100, while it waits; lets tasks pass that are less nice")
	return c
}

func (a *client) archive() *cobra.Command {
	var task int64
	var days int
	var tag string
	var purge bool
	c := &cobra.Command{Use: "archive -i ID | -d DAYS [-t TAG]", Short: "Remove the files of tasks that are over; with -p, their records too", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			one, many := c.Flags().Changed("id"), c.Flags().Changed("days")
			switch {
			case one == many:
				return godocker.Errorf(godocker.Invalid, "want one of --id and --days")
			case one && task < 1 || many && days < 0:
				return godocker.Errorf(godocker.Invalid, "want the id of a task, or a number of days from 0 on")
			}
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			var msg string
			if one {
				var s api.TaskStatus
				s, err = srv.Archive(c.Context(), task, purge)
				msg = fmt.Sprintf("%s (task %d)", s.Msg, task)
			} else {
				var m api.Many
				m, err = srv.ArchiveOld(c.Context(), days, tag, purge)
				msg = m.Msg
			}
			if err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), msg)
			return nil
		}}
	f := c.Flags()
	f.Int64VarP(&task, "id", "i", 0, "this task")
	f.IntVarP(&days, "days", "d", 0, "those of yours that are over for more than so many days")
	f.StringVarP(&tag, "tag", "t", "", "with --days: only tasks with this tag")
	f.BoolVarP(&purge, "purge", "p", false, "remove the records, too")
	return c
}
