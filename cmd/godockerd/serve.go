package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"godocker"
	"godocker/internal/app"
	"godocker/internal/config"

	"github.com/spf13/cobra"
)

func (s *settings) serve() *cobra.Command {
	var names []string
	c := &cobra.Command{Use: "serve", Short: "Run the server in the foreground", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			roles, err := rolesOf(names)
			if err != nil {
				return err
			}
			return s.work(c.Context(), roles, nil)
		}}
	c.Flags().StringSliceVar(&names, "role", nil, "run only these parts: web, scheduler, watcher, archiver, ssh")
	return c
}

func (s *settings) run() *cobra.Command {
	c := s.serve()
	c.Use, c.Short = "run", "The same as serve"
	return c
}

func rolesOf(names []string) ([]app.Role, error) {
	if len(names) == 0 {
		return app.Roles, nil
	}
	var roles []app.Role
	for _, n := range names {
		r := app.Role(strings.TrimSpace(n))
		if !slices.Contains(app.Roles, r) {
			return nil, fmt.Errorf("--role: there is no %q; want some of web, scheduler, watcher, archiver, ssh", n)
		}
		roles = append(roles, r)
	}
	return roles, nil
}

// quiet is how long nothing must happen for once to be done.
const quiet = 2 * time.Second

func (s *settings) once() *cobra.Command {
	return &cobra.Command{Use: "once", Short: "Do what there is to do now, without the web server, and end", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.work(c.Context(), []app.Role{app.Scheduler, app.Watcher, app.Archiver}, untilQuiet)
		}}
}

// untilQuiet returns when no task has changed for a while.
func untilQuiet(ctx context.Context, a *app.App) {
	for {
		wait, cancel := context.WithTimeout(ctx, quiet)
		_, err := a.Hub.After(wait, a.Hub.Last())
		cancel()
		if err != nil {
			return
		}
	}
}

// work runs the roles until ctx is done, or until the given function returns.
func (s *settings) work(ctx context.Context, roles []app.Role, until func(context.Context, *app.App)) error {
	c, err := s.load()
	if err != nil {
		return err
	}
	if err := c.Check(); err != nil {
		return err
	}
	procid := os.Getenv("GOD_PROCID")
	lock, err := claim(c, procid)
	if err != nil {
		return err
	}
	defer lock.release()
	log := logger()
	a, err := app.Open(ctx, c, procid, log)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if until != nil {
		go func() {
			defer cancel()
			until(ctx, a)
		}()
	}
	err = a.Run(ctx, roles, func() { go s.reloads(ctx, a, procid) })
	return errors.Join(err, a.Close())
}

// A pidFile says which process works here. It is locked for as long as the process
// lives, so a file that a crash left behind is in nobody's way.
type pidFile struct{ *os.File }

func pidPath(c *config.Config, procid string) string {
	return filepath.Join(c.DataDir, "godockerd"+procid+".pid")
}

func claim(c *config.Config, procid string) (*pidFile, error) {
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("data_dir: %w", err)
	}
	f, err := os.OpenFile(pidPath(c, procid), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("data_dir: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, godocker.Errorf(godocker.Conflict, "a server with this data_dir runs already; to run another beside it, set GOD_PROCID")
	}
	if err := f.Truncate(0); err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(f, "%d\n", os.Getpid())
	return &pidFile{f}, err
}

func (p *pidFile) release() {
	_ = p.Truncate(0) // the lock, not the text, is what counts
	_ = p.Close()
}

// running returns the process that holds the pid file, 0 if there is none.
func running(c *config.Config, procid string) int {
	f, err := os.Open(pidPath(c, procid))
	if err != nil {
		return 0
	}
	defer f.Close()
	if syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == nil {
		return 0
	}
	var pid int
	if _, err := fmt.Fscan(f, &pid); err != nil {
		return 0
	}
	return pid
}
