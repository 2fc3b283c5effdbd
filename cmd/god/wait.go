package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

func (a *client) wait() *cobra.Command {
	return &cobra.Command{Use: "wait ID...", Short: "Wait for tasks and exit with the exit code of the first named that failed", Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var ids []int64
			for _, arg := range args {
				n, err := id(arg)
				if err != nil {
					return err
				}
				if !slices.Contains(ids, n) {
					ids = append(ids, n)
				}
			}
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			return await(c, srv, ids...)
		}}
}

// await waits for the end of tasks, says why those that did not succeed did not, and
// returns the exit code of the first of them.
func await(c *cobra.Command, srv *api.Client, ids ...int64) error {
	p := newProgress(c.ErrOrStderr())
	over := 0
	all, err := srv.WaitAll(c.Context(), ids, func(n int64, s api.Status) {
		if final(s) {
			over++
		}
		if len(ids) == 1 {
			p.say(describe(s))
		} else {
			p.say(fmt.Sprintf("%d of %d over; task %d: %s", over, len(ids), n, describe(s)))
		}
	})
	p.clear()
	if err != nil {
		return err
	}
	code := 0
	for _, n := range ids {
		s := all[n]
		if s.Outcome == string(godocker.Succeeded) && exitOfTask(s) == 0 {
			continue
		}
		if code == 0 {
			code = exitOfTask(s)
		}
		if s.Reason != nil {
			fmt.Fprintf(c.ErrOrStderr(), "Task %d: %s\n", n, reason(s))
		}
	}
	if code != 0 {
		return exitCode(code)
	}
	return nil
}

// exitOfTask is what a program that waited for a task exits with. A task without an
// exit code, as it never started, counts as 1.
func exitOfTask(s api.Status) int {
	switch {
	case s.ExitCode != nil && *s.ExitCode == 0 && s.Outcome == string(godocker.Succeeded):
		return 0
	case s.ExitCode != nil && *s.ExitCode > 0 && *s.ExitCode < 256:
		return *s.ExitCode
	default:
		return 1
	}
}

// final reports whether a task is over, with or without its files.
func final(s api.Status) bool {
	return s.Primary == string(godocker.Over) || s.Primary == string(godocker.Archived)
}

func (a *client) jobStatus() *cobra.Command {
	var snakemake bool
	c := &cobra.Command{Use: "status ID", Short: "Print where a task is, in one line", Args: cobra.MinimumNArgs(1),
		Long: "Print where a task is, in one line.\n\n" +
			"With --snakemake it prints running, success or failed, which is what Snakemake's\n" +
			"--cluster-status asks for, and takes the answer of godjob create for an id, as Snakemake\n" +
			"does. While the server does not answer, the task is taken to run.",
		RunE: func(c *cobra.Command, args []string) error {
			named := strings.Fields(strings.Join(args, " "))
			if len(named) == 0 || !snakemake && len(named) > 1 {
				return godocker.Errorf(godocker.Invalid, "want the id of one task")
			}
			srv, n, err := a.about(c, named[len(named)-1])
			var s api.Status
			if err == nil {
				s, err = srv.Status(c.Context(), n)
			}
			switch {
			case snakemake && errors.Is(err, godocker.Unavailable):
				fmt.Fprintln(c.ErrOrStderr(), words(err))
				fmt.Fprintln(c.OutOrStdout(), "running")
				return nil
			case snakemake && errors.Is(err, godocker.NotFound):
				fmt.Fprintln(c.ErrOrStderr(), words(err))
				fmt.Fprintln(c.OutOrStdout(), "failed")
				return nil
			case err != nil:
				return err
			case snakemake:
				fmt.Fprintln(c.OutOrStdout(), forSnakemake(s))
				return nil
			}
			if done, err := a.document(c.OutOrStdout(), s); done {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), describe(s))
			return nil
		}}
	c.Flags().BoolVar(&snakemake, "snakemake", false, "print running, success or failed")
	return c
}

func forSnakemake(s api.Status) string {
	switch {
	case !final(s):
		return "running"
	case exitOfTask(s) == 0:
		return "success"
	default:
		return "failed"
	}
}
