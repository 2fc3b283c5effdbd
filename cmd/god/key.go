package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

func (a *client) key() *cobra.Command {
	c := group(&cobra.Command{Use: "key", Short: "List, make and remove API keys"})
	login := c.PersistentFlags().String("login", "", "whose keys, for administrators (default: one's own)")
	c.AddCommand(a.keyList(login), a.keyAdd(login), a.keyRemove(login))
	return c
}

func (a *client) keyList(login *string) *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List API keys; what they are is not shown", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, user, err := a.person(c, *login)
			if err != nil {
				return err
			}
			ks, err := srv.Keys(c.Context(), user)
			if err != nil {
				return err
			}
			return a.printKeys(c.OutOrStdout(), ks)
		}}
}

func (a *client) printKeys(w io.Writer, ks []api.Key) error {
	return a.table(w, ks, "NUMBER\tNAME\tBEGINS\tSCOPES\tCREATED\tEXPIRES\tLAST USED", func(t io.Writer) {
		for _, k := range ks {
			fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, oneLine(k.Name), k.Prefix, strings.Join(k.Scopes, ","), clock(k.Created.Time), clock(k.Expires.Time), clock(k.Last.Time))
		}
	})
}

func (a *client) keyAdd(login *string) *cobra.Command {
	var n api.NewKey
	var expires string
	c := &cobra.Command{Use: "add NAME", Short: "Make an API key and print it: it cannot be shown again", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			n.Name = args[0]
			if _, err := godocker.ParseScopes(n.Scopes); err != nil {
				return godocker.Errorf(godocker.Invalid, "--scope: %s", words(err))
			}
			if expires != "" {
				life, err := godocker.ParseLifespan(expires)
				if err != nil || life <= 0 {
					return godocker.Errorf(godocker.Invalid, "--expires %q: want how long the key lives, such as 30d", expires)
				}
				n.Expires = api.Epoch{Time: time.Now().Add(life)}
			}
			srv, user, err := a.person(c, *login)
			if err != nil {
				return err
			}
			k, err := srv.AddKey(c.Context(), user, n)
			if err != nil {
				return err
			}
			if done, err := a.document(c.OutOrStdout(), k); done {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), k.Key)
			return nil
		}}
	c.Flags().StringSliceVar(&n.Scopes, "scope", nil, "what it may do: read, submit, or full, all that you may (default)")
	c.Flags().StringVar(&expires, "expires", "", "how long it lives, such as 30d (default: forever)")
	return c
}

func (a *client) keyRemove(login *string) *cobra.Command {
	return &cobra.Command{Use: "remove NUMBER…", Short: "Remove API keys, and end their tokens and sessions", Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var ids []int64
			for _, arg := range args {
				n, err := id(arg)
				if err != nil {
					return godocker.Errorf(godocker.Invalid, "%q is not the number of a key; see: god key list", arg)
				}
				ids = append(ids, n)
			}
			srv, user, err := a.person(c, *login)
			if err != nil {
				return err
			}
			for _, n := range ids {
				if err := srv.RemoveKey(c.Context(), user, n); err != nil {
					return err
				}
			}
			return nil
		}}
}
