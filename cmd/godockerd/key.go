package main

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"godocker"
	"godocker/internal/account"
	"godocker/internal/config"
	"godocker/store"

	"github.com/spf13/cobra"
)

// keyFlags is what the flags of user key say.
type keyFlags struct {
	name, expires string
	scopes        []string
	list          bool
	remove        int64
}

func (s *settings) userKey() *cobra.Command {
	var k keyFlags
	c := &cobra.Command{Use: "key NAME", Short: "Make and print a further API key for a person, or list or remove keys", Args: cobra.ExactArgs(1),
		Long: "Make and print a further API key for a person. With --list, show which keys there are;\n" +
			"with --remove, end one together with all tokens and sessions that came from it.",
		RunE: func(c *cobra.Command, args []string) error {
			key, err := k.key(args[0], time.Now())
			if err != nil {
				return err
			}
			if k.list {
				return s.withStore(c.Context(), func(st store.Store) error { return listKeys(c, st, args[0]) })
			}
			return s.change(c, func(st store.Store) (store.Act, error) {
				done := store.Act{Action: "user.key.add", Object: "user " + args[0], Detail: "key " + key.Name}
				if _, err := st.User(c.Context(), args[0]); err != nil {
					return done, err
				}
				if k.remove != 0 {
					done.Action, done.Detail = "user.key.delete", fmt.Sprintf("key %d", k.remove)
					return done, st.DeleteKey(c.Context(), args[0], k.remove)
				}
				return done, printKey(c, st, key)
			})
		}}
	f := c.Flags()
	f.StringVar(&k.name, "name", "key", "what to call the key")
	f.StringSliceVar(&k.scopes, "scope", nil, "what it may do: read, submit, or full, all that the person may (default)")
	f.StringVar(&k.expires, "expires", "", "how long it lives, such as 30d (default: forever)")
	f.BoolVar(&k.list, "list", false, "list the keys")
	f.Int64Var(&k.remove, "remove", 0, "remove the key with this number in the list")
	c.MarkFlagsMutuallyExclusive("list", "remove")
	return c
}

func (k *keyFlags) key(user string, now time.Time) (godocker.Key, error) {
	key := godocker.Key{User: user, Name: k.name}
	var err error
	if key.Scopes, err = godocker.ParseScopes(k.scopes); err != nil {
		return key, fmt.Errorf("--scope: %s", words(err))
	}
	if k.expires != "" {
		life, err := config.ParseLifespan(k.expires)
		if err != nil {
			return key, fmt.Errorf("--expires: %w", err)
		}
		key.Expires = now.Add(life)
	}
	return key, nil
}

// printKey makes a key and prints it: it can not be shown again.
func printKey(c *cobra.Command, st store.Store, k godocker.Key) error {
	key, _, err := account.NewKey(c.Context(), st, k, time.Now())
	if err == nil {
		fmt.Fprintln(c.OutOrStdout(), key)
	}
	return err
}

func listKeys(c *cobra.Command, st store.Store, user string) error {
	if _, err := st.User(c.Context(), user); err != nil {
		return err
	}
	ks, err := st.ListKeys(c.Context(), user)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(c.OutOrStdout(), 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "NUMBER\tNAME\tBEGINS\tSCOPES\tCREATED\tEXPIRES\tLAST USED")
	for _, k := range ks {
		scopes := make([]string, len(k.Scopes))
		for i, s := range k.Scopes {
			scopes[i] = string(s)
		}
		fmt.Fprintf(w, "%s\t%s\t%s…\t%s\t%s\t%s\t%s\n", strconv.FormatInt(k.ID, 10), k.Name, k.Prefix, strings.Join(scopes, ","),
			day(k.Created), day(k.Expires), day(k.LastUsed))
	}
	return w.Flush()
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format(time.DateOnly)
}
