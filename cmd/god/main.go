// Command god is the client. Called as godjob, godfile, godlogin or by another of its parts, with or
// without the suffix .py that older pipelines use, it is that part of itself.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"godocker"

	"github.com/spf13/cobra"
)

func main() { os.Exit(run()) }

func run() int {
	if ours := os.Getenv(askVariable); ours != "" && len(os.Args) == 2 {
		return answer(ours, os.Args[1])
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := command(filepath.Base(os.Args[0]))
	err := root.ExecuteContext(ctx)
	var code exitCode
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case ctx.Err() != nil:
		return 130
	}
	fmt.Fprintln(os.Stderr, words(err))
	return exitOf(err)
}

// exitCode is an error that says nothing and ends the program with the code of a
// task.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// exits is the one table from codes to exit status.
var exits = map[godocker.Code]int{
	godocker.Invalid:      2,
	godocker.TooLarge:     2,
	godocker.Unauthorized: 3,
	godocker.Denied:       4,
	godocker.QuotaReached: 4,
	godocker.NotFound:     5,
	godocker.Conflict:     6,
	godocker.RateLimited:  7,
	godocker.Unavailable:  7,
}

func exitOf(err error) int {
	if c, ok := exits[godocker.CodeOf(err)]; ok {
		return c
	}
	return 1
}

// words is an error as people read it.
func words(err error) string {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var lines []string
		for _, err := range several.Unwrap() {
			lines = append(lines, words(err))
		}
		return strings.Join(lines, "\n")
	}
	if e, ok := errors.AsType[*godocker.Error](err); ok {
		if len(e.Fields) > 1 {
			var b strings.Builder
			b.WriteString("The task was not accepted:")
			for _, f := range e.Fields {
				fmt.Fprintf(&b, "\n  %s: %s", f.Field, f.Message)
			}
			return b.String()
		}
		return e.Message
	}
	return err.Error()
}

// group makes a command that only has others below it refuse what it does not have;
// by itself it would print its help and report success.
func group(c *cobra.Command) *cobra.Command {
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return c.Help()
		}
		hint := ""
		if near := c.SuggestionsFor(args[0]); len(near) > 0 {
			hint = fmt.Sprintf("; did you mean %q?", near[0])
		}
		return godocker.Errorf(godocker.Invalid, "%s has no command %q%s", c.CommandPath(), args[0], hint)
	}
	c.Args, c.SuggestionsMinimumDistance = cobra.ArbitraryArgs, 2
	return c
}

// parts are the groups of commands; each is also called by its own name, as godjob.
func (a *client) parts() []*cobra.Command {
	return []*cobra.Command{a.login(), a.job(), a.batch(), a.file(), a.image(), a.project(), a.user(), a.usage(), a.queue(), a.node(), a.ssh(), a.attachTo(), a.key(), a.registry(), a.recipe(), a.contexts()}
}

// command returns what the program is under the given name.
func command(name string) *cobra.Command {
	name = strings.TrimSuffix(name, ".py")
	a := &client{older: name == "godjob" || name == "godbatch"}
	var root *cobra.Command
	for _, part := range a.parts() {
		if name == "god"+part.Name() {
			root = part
			_, rest, _ := strings.Cut(part.Use, " ")
			root.Use = strings.TrimSpace(name + " " + rest)
		}
	}
	if root == nil {
		root = group(&cobra.Command{Use: "god", Short: "Batch computing on containers"})
		root.AddCommand(a.parts()...)
		root.AddCommand(a.maintenance(), a.status(), a.audit(), a.cp(), a.forward(), a.sshConfig(), manual())
	}
	root.SilenceErrors, root.SilenceUsage = true, true
	root.Version = version
	root.PersistentFlags().StringVarP(&a.output, "output", "o", "table", "table, wide, json or yaml")
	_ = root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"table", "wide", "json", "yaml"}, cobra.ShellCompDirectiveNoFileComp))
	root.SetFlagErrorFunc(misused)
	explainArgs(root)
	a.complete(root)
	return root
}

func misused(c *cobra.Command, err error) error {
	return godocker.Errorf(godocker.Invalid, "%s; see: %s --help", err, c.CommandPath())
}

// explainArgs makes a wrong number of arguments a mistake like any other.
func explainArgs(c *cobra.Command) {
	if args := c.Args; args != nil {
		c.Args = func(c *cobra.Command, given []string) error {
			if err := args(c, given); err != nil {
				return misused(c, err)
			}
			return nil
		}
	}
	for _, inner := range c.Commands() {
		explainArgs(inner)
	}
}

// version is set when the program is built.
var version = "2.0.0-dev"
