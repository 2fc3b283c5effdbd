package main

import (
	"context"
	"errors"
	"fmt"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

// wishes makes a command that asks the same about several tasks; each is answered
// for, as tell puts the server's answer in words.
func (a *client) wishes(use, short string, ask func(*api.Client, context.Context, int64) (api.TaskStatus, error), tell func(n int64, s api.TaskStatus) string) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			var errs []error
			for _, arg := range args {
				n, err := id(arg)
				var s api.TaskStatus
				if err == nil {
					s, err = ask(srv, c.Context(), n)
				}
				if err == nil && s.Status.Wish != nil && s.Status.Wish.Refused != "" {
					err = godocker.Errorf(godocker.Conflict, "task %d: %s", n, oneLine(s.Status.Wish.Refused))
				}
				if err != nil {
					errs = append(errs, err)
					continue
				}
				fmt.Fprintln(c.OutOrStdout(), tell(n, s))
			}
			return errors.Join(errs...)
		}}
}

// settled reports whether the second word of a status says that something is done.
func settled(s api.TaskStatus, word string) bool {
	return s.Status.Secondary != nil && *s.Status.Secondary == word
}

func (a *client) kill() *cobra.Command {
	return a.wishes("kill ID...", "Kill tasks", (*api.Client).Kill, func(n int64, s api.TaskStatus) string {
		if s.Status.Primary == string(godocker.Over) {
			return fmt.Sprintf("Task %d is killed", n)
		}
		return fmt.Sprintf("Task %d will be killed", n)
	})
}

func (a *client) suspend() *cobra.Command {
	return a.wishes("suspend ID...", "Freeze tasks, or hold them back while they wait", (*api.Client).Suspend, func(n int64, s api.TaskStatus) string {
		if settled(s, "suspended") {
			return fmt.Sprintf("Task %d is suspended", n)
		}
		return fmt.Sprintf("Task %d will be suspended", n)
	})
}

func (a *client) resume() *cobra.Command {
	return a.wishes("resume ID...", "Let suspended tasks go on", (*api.Client).Resume, func(n int64, s api.TaskStatus) string {
		if settled(s, "resumed") {
			return fmt.Sprintf("Task %d is resumed", n)
		}
		return fmt.Sprintf("Task %d will be resumed", n)
	})
}

func (a *client) reschedule() *cobra.Command {
	return a.wishes("reschedule ID...", "Begin tasks again; those that are over get a new id", (*api.Client).Reschedule, func(n int64, s api.TaskStatus) string {
		if s.ID != n {
			return fmt.Sprintf("Task added. Job id is %d", s.ID)
		}
		return fmt.Sprintf("Task %d will be rescheduled", n)
	})
}

func (a *client) killAll() *cobra.Command {
	var login, tag string
	c := &cobra.Command{Use: "killall", Short: "Kill all of your tasks", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			if login == "" {
				acc, err := load()
				if err != nil {
					return err
				}
				login = acc.User
			}
			m, err := srv.KillAll(c.Context(), login, tag)
			if err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), m.Msg)
			return nil
		}}
	c.Flags().StringVar(&login, "login", "", "administrators: the tasks of this user")
	c.Flags().StringVarP(&tag, "tag", "t", "", "only tasks with this tag")
	return c
}
