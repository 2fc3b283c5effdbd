package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"godocker"

	"github.com/spf13/cobra"
)

// formerContext is the name under which a login is kept that no context has, when
// another takes its place.
const formerContext = "former"

func (a *client) contexts() *cobra.Command {
	c := group(&cobra.Command{Use: "context", Short: "Logins to several servers, of which one is used"})
	c.AddCommand(a.contextList(), contextUse(), contextAdd(), contextRemove())
	return c
}

func contextPath() (string, error) {
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".godocker_contexts"), err
}

// readContexts returns the logins by their names.
func readContexts() (map[string]account, error) {
	all := map[string]account{}
	path, err := contextPath()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return all, nil
}

func writeContexts(all map[string]account) error {
	path, err := contextPath()
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		return err
	}
	return replaceFile(path, text)
}

// namedAccount returns the login of a context.
func namedAccount(name string) (account, error) {
	all, err := readContexts()
	if err != nil {
		return account{}, err
	}
	acc, ok := all[name]
	if !ok {
		return acc, godocker.Errorf(godocker.NotFound, "there is no context %q; there are: %s", name, strings.Join(slices.Sorted(maps.Keys(all)), ", "))
	}
	return acc, nil
}

// contextLine is a context without its key.
type contextLine struct {
	Name    string `json:"name"`
	Server  string `json:"server"`
	User    string `json:"user"`
	Current bool   `json:"current"`
}

func (a *client) contextList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List the contexts; the one in use has a star", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			all, err := readContexts()
			if err != nil {
				return err
			}
			now, _ := load() // nobody may be logged in
			lines := []contextLine{}
			for _, name := range slices.Sorted(maps.Keys(all)) {
				acc := all[name]
				lines = append(lines, contextLine{name, acc.Server, acc.User, acc == now})
			}
			if now.Server != "" && !slices.ContainsFunc(lines, func(l contextLine) bool { return l.Current }) {
				lines = append(lines, contextLine{"", now.Server, now.User, true}) // a plain login
			}
			return a.table(c.OutOrStdout(), lines, "\tNAME\tSERVER\tUSER", func(t io.Writer) {
				for _, l := range lines {
					star := ""
					if l.Current {
						star = "*"
					}
					fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", star, l.Name, l.Server, l.User)
				}
			})
		}}
}

func contextAdd() *cobra.Command {
	var acc account
	c := &cobra.Command{Use: "add NAME", Short: "Log in to a server and remember it under a name; the one in use stays", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if strings.TrimSpace(args[0]) == "" || oneLine(args[0]) != args[0] {
				return godocker.Errorf(godocker.Invalid, "%q is no name of a context", args[0])
			}
			if err := acc.check(c); err != nil {
				return err
			}
			all, err := readContexts()
			if err != nil {
				return err
			}
			all[args[0]] = acc
			return writeContexts(all)
		}}
	acc.flags(c.Flags())
	return c
}

func contextUse() *cobra.Command {
	return &cobra.Command{Use: "use NAME", Short: "Make a context the one in use", Args: cobra.ExactArgs(1), ValidArgsFunction: completeContexts,
		RunE: func(c *cobra.Command, args []string) error {
			acc, err := namedAccount(args[0])
			if err != nil {
				return err
			}
			all, err := readContexts()
			if err != nil {
				return err
			}
			if now, err := loadFile(); err == nil && !slices.Contains(slices.Collect(maps.Values(all)), now) {
				all[formerContext] = now
				if err := writeContexts(all); err != nil {
					return err
				}
				fmt.Fprintf(c.ErrOrStderr(), "The login so far is kept as the context %s\n", formerContext)
			}
			return save(acc)
		}}
}

func contextRemove() *cobra.Command {
	return &cobra.Command{Use: "remove NAME", Short: "Forget a context; its key stays valid", Args: cobra.ExactArgs(1), ValidArgsFunction: completeContexts,
		RunE: func(_ *cobra.Command, args []string) error {
			if _, err := namedAccount(args[0]); err != nil {
				return err
			}
			all, err := readContexts()
			if err != nil {
				return err
			}
			delete(all, args[0])
			return writeContexts(all)
		}}
}

func completeContexts(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	all, err := readContexts()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return slices.Sorted(maps.Keys(all)), cobra.ShellCompDirectiveNoFileComp
}
