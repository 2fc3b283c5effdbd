package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func (a *client) attachTo() *cobra.Command {
	var shell string
	c := &cobra.Command{Use: "attach ID", Short: "Open a shell beside a task that runs", Args: cobra.ExactArgs(1),
		Long: "Open a shell in a task that runs, beside its script: as its user, in its folder, within its limits. It goes\n" +
			"through the server, as everything that god does, and needs no ssh. In batch tasks it ends with the connection;\n" +
			"in interactive ones a shell with a name goes on, and is joined again by that name.",
		Example: "  god attach 12\n  god attach 12 --shell build",
		RunE: func(c *cobra.Command, args []string) error {
			if !term.IsTerminal(int(os.Stdin.Fd())) {
				return godocker.Errorf(godocker.Invalid, "standard input is no terminal; one command in a task that runs is run with: god ssh ID COMMAND")
			}
			srv, n, err := a.about(c, args[0])
			if err != nil {
				return err
			}
			if shell == "" {
				shell = strings.ToLower(rand.Text()[:8])
			}
			return sit(c.Context(), srv, n, shell)
		}}
	c.Flags().StringVar(&shell, "shell", "", "name of the shell, to begin or to join; by default a new one")
	return c
}

// sit gives a shell the person's terminal until it ends, and its end is this program's.
func sit(ctx context.Context, srv *api.Client, task int64, shell string) error {
	fd := int(os.Stdin.Fd())
	width, height, _ := term.GetSize(fd)
	t, err := srv.Terminal(ctx, task, shell, width, height)
	if err != nil {
		return err
	}
	defer t.Close()
	old, err := term.MakeRaw(fd)
	if err != nil {
		return err
	}
	defer func() { _ = term.Restore(fd, old) }()
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, syscall.SIGWINCH)
	defer signal.Stop(resized)
	go func() {
		for range resized {
			if width, height, err := term.GetSize(fd); err == nil {
				_ = t.Resize(ctx, width, height)
			}
		}
	}()
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := os.Stdin.Read(buf)
			if n > 0 && t.Type(ctx, buf[:n]) != nil || err != nil {
				return
			}
		}
	}()
	code, err := t.Follow(ctx, func(text []byte) error { _, err := os.Stdout.Write(text); return err })
	if errors.Is(err, godocker.Unavailable) {
		_ = term.Restore(fd, old)
		fmt.Fprintf(os.Stderr, "\nIf task %d is interactive, this shell goes on there. Come back with: god attach %d --shell %s\n", task, task, shell)
	}
	if err == nil && code != 0 {
		return exitCode(code)
	}
	return err
}
