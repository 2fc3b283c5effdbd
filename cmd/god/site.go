package main

import (
	"fmt"
	"io"
	"strings"

	"godocker/api"

	"github.com/spf13/cobra"
)

func (a *client) maintenance() *cobra.Command {
	c := group(&cobra.Command{Use: "maintenance", Short: "Whether the site takes tasks and starts them"})
	c.AddCommand(a.maintenanceShow(), a.maintenanceSet("on", "Take no tasks and start none; those that run go on"), a.maintenanceSet("off", "Go on"))
	return c
}

func (a *client) maintenanceShow() *cobra.Command {
	return &cobra.Command{Use: "show", Short: "Say whether the site is in maintenance", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			m, err := srv.Maintenance(c.Context())
			if err != nil {
				return err
			}
			return a.printMaintenance(c, m)
		}}
}

func (a *client) maintenanceSet(use, short string) *cobra.Command {
	var reason string
	c := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			m, err := srv.SetMaintenance(c.Context(), use == "on", reason)
			if err != nil {
				return err
			}
			return a.printMaintenance(c, m)
		}}
	if use == "on" {
		c.Flags().StringVarP(&reason, "reason", "m", "", "for those who are kept waiting, such as: new disks, back at 14 h")
	}
	return c
}

func (a *client) printMaintenance(c *cobra.Command, m api.Maintenance) error {
	w := c.OutOrStdout()
	if done, err := a.document(w, m); done {
		return err
	}
	text := "Maintenance is off"
	if m.On {
		text = "Maintenance is on since " + clock(m.Date.Time) + ", by " + m.By
		if m.Reason != "" {
			text += ": " + oneLine(m.Reason)
		}
	}
	_, err := fmt.Fprintln(w, text)
	return err
}

func (a *client) status() *cobra.Command {
	return &cobra.Command{Use: "status", Short: "List the servers of the installation", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			ps, err := srv.Processes(c.Context())
			if err != nil {
				return err
			}
			return a.table(c.OutOrStdout(), ps, "PROCESS\tHOST\tPID\tROLES\tSTARTED\tSTATUS\tVERSION", func(t io.Writer) {
				for _, p := range ps {
					status := "at work"
					if !p.Alive {
						status = "not seen since " + clock(p.Seen.Time)
					}
					fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\t%s\t%s\n", p.Name, p.Host, p.PID, strings.Join(p.Roles, ","), clock(p.Started.Time), status, p.Version)
				}
			})
		}}
}
