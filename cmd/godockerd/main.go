// Command godockerd is the server: the rooms, the doors and their administration.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"godocker"
	"godocker/internal/app"
	"godocker/internal/config"

	"github.com/spf13/cobra"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends at once
	if err := command().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "godockerd:", words(err))
		return 1
	}
	return 0
}

// words is an error as people read it.
func words(err error) string {
	if e, ok := errors.AsType[*godocker.Error](err); ok {
		return e.Message
	}
	return err.Error()
}

// settings is what every command needs to know.
type settings struct{ path string }

// places are where the configuration is looked for, after --config and GOD_CONFIG.
var places = []string{"go-d.ini", "/etc/godocker/go-d.ini"}

func command() *cobra.Command {
	var s settings
	root := &cobra.Command{
		Use:           "godockerd",
		Short:         "Batch computing on containers: the server",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().StringVarP(&s.path, "config", "c", "", "configuration file (default $GOD_CONFIG, then ./go-d.ini, then /etc/godocker/go-d.ini)")
	root.AddCommand(s.serve(), s.run(), s.once(), s.start(), s.stop(), s.status(), s.init(), s.user(), s.project(), s.check(), s.reload(), s.clean(), s.simulate(), version(), openapi())
	return root
}

// find returns the path of the configuration file.
func (s *settings) find() (string, error) {
	for _, p := range []string{s.path, os.Getenv("GOD_CONFIG")} {
		if p != "" {
			return p, nil
		}
	}
	for _, p := range places {
		if _, err := os.Stat(p); err == nil {
			return p, nil
		}
	}
	return "", errors.New("no configuration: name one with --config or GOD_CONFIG, or make one with: godockerd init --config go-d.ini")
}

// load reads the configuration and warns about what has no effect. With an error may
// come what could be read.
func (s *settings) load() (*config.Config, error) {
	path, err := s.find()
	if err != nil {
		return nil, err
	}
	c, err := config.Load(path, os.Environ())
	if err != nil {
		return c, err
	}
	for _, w := range c.Warnings() {
		fmt.Fprintln(os.Stderr, "warning:", w)
	}
	return c, nil
}

// logger writes to standard error at the level that GOD_LOGLEVEL names.
func logger() *slog.Logger {
	level := slog.LevelInfo
	if l := os.Getenv("GOD_LOGLEVEL"); l != "" && level.UnmarshalText([]byte(l)) != nil {
		fmt.Fprintln(os.Stderr, "warning: GOD_LOGLEVEL is not DEBUG, INFO, WARN or ERROR")
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

func version() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		Run: func(c *cobra.Command, _ []string) { fmt.Fprintln(c.OutOrStdout(), app.Version) }}
}

func openapi() *cobra.Command {
	return &cobra.Command{Use: "openapi", Short: "Print the description of the REST interface", Hidden: true, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			text, err := app.OpenAPI()
			if err != nil {
				return err
			}
			var b bytes.Buffer
			if err := json.Indent(&b, text, "", " "); err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), b.String())
			return err
		}}
}

func (s *settings) check() *cobra.Command {
	return &cobra.Command{Use: "check-config", Short: "Say what is wrong with the configuration", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := s.load()
			if conf == nil {
				return err
			}
			if err := errors.Join(err, conf.Check(), app.CheckPlugins(c.Context(), conf)); err != nil {
				return err
			}
			path, _ := s.find()
			fmt.Fprintf(c.OutOrStdout(), "%s is right\n", path)
			return nil
		}}
}
