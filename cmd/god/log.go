package main

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

func (a *client) logs() *cobra.Command {
	var follow bool
	var stream string
	c := &cobra.Command{Use: "logs ID...", Short: "Print what tasks printed", Args: cobra.MinimumNArgs(1),
		Long: "Print what tasks printed: their standard output here to standard output, their standard\n" +
			"error to standard error. Of several, each has a heading on standard output.",
		RunE: func(c *cobra.Command, args []string) error {
			var ids []int64
			for _, arg := range args {
				n, err := id(arg)
				if err != nil {
					return err
				}
				ids = append(ids, n)
			}
			if stream != "both" && stream != "stdout" && stream != "stderr" {
				return godocker.Errorf(godocker.Invalid, "--stream %q: want stdout, stderr or both", stream)
			}
			if a.output != "table" {
				return godocker.Errorf(godocker.Invalid, "logs are printed as they are; they have no --output %s", a.output)
			}
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			var errs []error
			for i, n := range ids {
				if len(ids) > 1 {
					if i > 0 {
						fmt.Fprintln(c.OutOrStdout())
					}
					fmt.Fprintf(c.OutOrStdout(), "==> task %d <==\n", n)
				}
				if err := a.log(c, srv, n, stream, follow); err != nil {
					errs = append(errs, err)
				}
			}
			if len(errs) == 1 {
				return errs[0]
			}
			return errors.Join(errs...)
		}}
	c.Flags().BoolVarP(&follow, "follow", "f", false, "go on until the task is over")
	c.Flags().StringVar(&stream, "stream", "both", "stdout, stderr or both")
	return c
}

// log prints what one task printed. An array has no log; its elements are named.
func (a *client) log(c *cobra.Command, srv *api.Client, n int64, stream string, follow bool) error {
	t, err := srv.Task(c.Context(), n)
	if err != nil {
		return err
	}
	if isArray(t) {
		if err := a.someElements(c, c.ErrOrStderr(), srv, t, 0, 10); err != nil {
			return err
		}
		return godocker.Errorf(godocker.Invalid, "Task %d is an array; each of its elements has a log of its own, such as: god job logs %d", n, t.Requirements.Array.Tasks[0])
	}
	var wrote atomic.Bool
	to := map[string]io.Writer{"stdout": noting{c.OutOrStdout(), &wrote}, "stderr": noting{c.ErrOrStderr(), &wrote}}
	if stream != "both" {
		to = map[string]io.Writer{stream: to["stdout"]} // whichever alone was asked for
	}
	errs := make([]error, 0, len(to))
	var mu sync.Mutex
	var wg sync.WaitGroup
	for name, w := range to {
		wg.Go(func() {
			err := srv.FollowLog(c.Context(), n, name, follow, w)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, err)
			}
		})
	}
	wg.Wait()
	if len(errs) > 0 {
		return errs[0]
	}
	if wrote.Load() {
		return nil
	}
	return whyNothing(c, srv, n)
}

// noting remembers whether anything was written.
type noting struct {
	io.Writer
	wrote *atomic.Bool
}

func (n noting) Write(b []byte) (int, error) {
	n.wrote.Store(true)
	return n.Writer.Write(b)
}

// whyNothing says so if a task printed nothing because it did not start.
func whyNothing(c *cobra.Command, srv *api.Client, n int64) error {
	s, err := srv.Status(c.Context(), n)
	if err != nil || s.DateRunning != nil {
		return err
	}
	if s.Primary == string(godocker.Pending) {
		fmt.Fprintf(c.ErrOrStderr(), "Task %d has not started yet: it is %s\n", n, describe(s))
	} else if s.Primary != string(godocker.Running) {
		fmt.Fprintf(c.ErrOrStderr(), "Task %d never started: it is %s\n", n, describe(s))
	}
	return nil
}
