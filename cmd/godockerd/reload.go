package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"godocker/internal/app"
	"godocker/internal/config"

	"github.com/spf13/cobra"
)

// outcome is what a server leaves for the command that asked it to reload.
type outcome struct {
	app.Reloaded
	Error string `json:"error,omitempty"`
}

func reloadPath(c *config.Config, procid string) string {
	return filepath.Join(c.DataDir, "godockerd"+procid+".reload")
}

// reloads reads the configuration again at each SIGHUP, until ctx is done.
func (s *settings) reloads(ctx context.Context, a *app.App, procid string) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
		}
		var out outcome
		c, err := s.load()
		if err == nil {
			out.Reloaded, err = a.Reload(ctx, c)
		}
		if err != nil {
			out.Error = err.Error()
			logger().Error("the configuration was not read again", "error", err)
		}
		text, _ := json.Marshal(out)
		path := reloadPath(a.Config, procid)
		if err := errors.Join(os.WriteFile(path+".part", text, 0o600), os.Rename(path+".part", path)); err != nil {
			logger().Warn("the outcome of the reload was not written", "error", err)
		}
	}
}

const reloadTime = 20 * time.Second

func (s *settings) reload() *cobra.Command {
	return &cobra.Command{Use: "config-reload", Short: "Have the server read its configuration again, and say what changed", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, procid, pid, err := s.server()
			if err != nil {
				return err
			}
			if pid == 0 {
				return errors.New("the server does not run here; its next start reads the configuration" + others(conf, procid, "config-reload"))
			}
			path := reloadPath(conf, procid)
			_ = os.Remove(path)
			if err := syscall.Kill(pid, syscall.SIGHUP); err != nil {
				return err
			}
			out, err := awaitReload(c.Context(), path)
			if err != nil {
				return err
			}
			w := c.OutOrStdout()
			switch {
			case out.Error != "":
				return fmt.Errorf("nothing was changed: %s", out.Error)
			case len(out.Changed)+len(out.Restart) == 0:
				fmt.Fprintln(w, "Nothing has changed")
			}
			if len(out.Changed) > 0 {
				fmt.Fprintln(w, "In effect now:", strings.Join(out.Changed, ", "))
			}
			if len(out.Restart) > 0 {
				fmt.Fprintln(w, "In effect after a restart:", strings.Join(out.Restart, ", "))
			}
			return nil
		}}
}

// awaitReload waits for what the server says.
func awaitReload(ctx context.Context, path string) (out outcome, err error) {
	ctx, cancel := context.WithTimeout(ctx, reloadTime)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		text, err := os.ReadFile(path)
		if err == nil {
			_ = os.Remove(path)
			return out, json.Unmarshal(text, &out)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return out, errors.New("the server did not answer; see its log")
		}
	}
}
