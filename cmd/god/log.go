package main

import (
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
	c := &cobra.Command{Use: "logs ID", Short: "Print what a task printed", Args: cobra.ExactArgs(1),
		Long: "Print what a task printed: its standard output here to standard output, its standard\nerror to standard error.",
		RunE: func(c *cobra.Command, args []string) error {
			srv, n, err := a.about(c, args[0])
			if err != nil {
				return err
			}
			var wrote atomic.Bool
			to := map[string]io.Writer{"stdout": noting{c.OutOrStdout(), &wrote}, "stderr": noting{c.ErrOrStderr(), &wrote}}
			switch stream {
			case "both":
			case "stdout", "stderr":
				to = map[string]io.Writer{stream: noting{c.OutOrStdout(), &wrote}}
			default:
				return godocker.Errorf(godocker.Invalid, "--stream %q: want stdout, stderr or both", stream)
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
		}}
	c.Flags().BoolVarP(&follow, "follow", "f", false, "go on until the task is over")
	c.Flags().StringVar(&stream, "stream", "both", "stdout, stderr or both")
	return c
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
