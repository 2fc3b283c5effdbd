package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"godocker"
	"godocker/api"
	"godocker/internal/image"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func (a *client) registry() *cobra.Command {
	c := group(&cobra.Command{Use: "registry", Short: "Logins for registries of private images"})
	c.AddCommand(a.registryLogin(), a.registryList(), a.registryLogout())
	return c
}

func (a *client) registryLogin() *cobra.Command {
	var l api.RegistryLogin
	c := &cobra.Command{Use: "login REGISTRY", Short: "Keep a login at the server, which fetches private images with it", Args: cobra.ExactArgs(1),
		Long: "Keep a login at the server, which fetches private images with it. REGISTRY is an address\n" +
			"such as registry.example.org or docker.io. The password, or better an access token that\n" +
			"can only read, is asked for or read from standard input.",
		Example: "  god registry login registry.example.org -u bob\n  god registry login docker.io -u bob <token.txt",
		RunE: func(c *cobra.Command, args []string) (err error) {
			if l.Username == "" {
				return godocker.Errorf(godocker.Invalid, "want --username, your name at the registry")
			}
			if l.Password, err = askPassword(c); err != nil {
				return err
			}
			srv, user, err := a.person(c, "")
			if err != nil {
				return err
			}
			if err := srv.SaveRegistry(c.Context(), user, image.Registry(args[0]), l); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "The login for %s is kept; whether it is right shows when an image is fetched\n", image.Registry(args[0]))
			return nil
		}}
	c.Flags().StringVarP(&l.Username, "username", "u", "", "name at the registry")
	return c
}

// askPassword reads a line that a terminal does not show.
func askPassword(c *cobra.Command) (string, error) {
	var text string
	var err error
	if in, ok := c.InOrStdin().(*os.File); ok && term.IsTerminal(int(in.Fd())) {
		fmt.Fprint(c.ErrOrStderr(), "Password: ")
		var line []byte
		line, err = term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(c.ErrOrStderr())
		text = string(line)
	} else {
		text, err = bufio.NewReader(c.InOrStdin()).ReadString('\n')
	}
	if text = strings.TrimRight(text, "\r\n"); text == "" {
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return "", errors.Join(godocker.Errorf(godocker.Invalid, "want a password on standard input"), err)
	}
	return text, nil
}

func (a *client) registryList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List the registries that you have a login for", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, user, err := a.person(c, "")
			if err != nil {
				return err
			}
			all, err := srv.Registries(c.Context(), user)
			if err != nil {
				return err
			}
			return a.table(c.OutOrStdout(), all, "REGISTRY\tUSERNAME\tSINCE", func(t io.Writer) {
				for _, r := range all {
					fmt.Fprintf(t, "%s\t%s\t%s\n", oneLine(r.Registry), oneLine(r.Username), clock(r.Date.Time))
				}
			})
		}}
}

func (a *client) registryLogout() *cobra.Command {
	return &cobra.Command{Use: "logout REGISTRY", Short: "Have the server forget a login", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			srv, user, err := a.person(c, "")
			if err != nil {
				return err
			}
			return srv.DeleteRegistry(c.Context(), user, image.Registry(args[0]))
		}}
}
