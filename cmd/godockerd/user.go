package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"godocker"
	"godocker/api"
	"godocker/auth/local"
	"godocker/internal/app"
	"godocker/internal/audit"
	"godocker/internal/people"
	"godocker/store"

	"github.com/spf13/cobra"
)

func (s *settings) user() *cobra.Command {
	c := &cobra.Command{Use: "user", Short: "Administer people"}
	c.AddCommand(s.userAdd(), s.userList(), s.userKey(), s.userSet(), s.userDisable(), s.userEnable())
	return c
}

// withStore calls f with the store open.
func (s *settings) withStore(ctx context.Context, f func(store.Store) error) error {
	conf, err := s.load()
	if err != nil {
		return err
	}
	st, err := app.OpenStore(ctx, conf, logger())
	if err != nil {
		return err
	}
	return errors.Join(f(st), st.Close())
}

func (s *settings) userAdd() *cobra.Command {
	var u godocker.User
	var password, inherit bool
	c := &cobra.Command{Use: "add NAME", Short: "Add a person and print an API key for them", Args: cobra.ExactArgs(1),
		Long: "Add a person and print an API key for them. Ids, groups and home directory are those\n" +
			"of the account of that name on this machine, where there is one; flags are for others.",
		RunE: func(c *cobra.Command, args []string) error {
			u.ID = args[0]
			if err := people.CheckName(u.ID); err != nil {
				return fmt.Errorf("user name %w", err)
			}
			if err := fromSystem(c, &u); err != nil {
				return err
			}
			if password {
				var err error
				if u.PasswordHash, err = readPassword(c); err != nil {
					return err
				}
			}
			return s.change(c, func(st store.Store) (store.Act, error) {
				return store.Act{Action: "user.add", Object: "user " + u.ID, Detail: audit.Changes(api.User{}, api.FromUser(&u, ""))}, addUser(c, st, u, inherit)
			})
		}}
	f := c.Flags()
	f.IntVar(&u.UID, "uid", 0, "numeric user id that tasks run as")
	f.IntVar(&u.GID, "gid", 0, "numeric group id (default: the user id)")
	f.IntSliceVar(&u.Groups, "groups", nil, "numeric ids of further groups")
	f.StringVar(&u.Home, "home", "", "home directory on the nodes")
	f.StringVar(&u.Email, "email", "", "address for notices")
	f.BoolVar(&u.Admin, "admin", false, "may administer the system")
	f.BoolVar(&password, "password-stdin", false, "read a password for the page from standard input")
	f.BoolVar(&inherit, "inherit", false, "take over the tasks of an earlier person of that name and uid")
	return c
}

// userSet changes what add said, flag by flag.
func (s *settings) userSet() *cobra.Command {
	var to godocker.User
	var password bool
	c := &cobra.Command{Use: "set NAME", Short: "Change what is known of a person; only what a flag names changes", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			for flag, id := range map[string]int{"uid": to.UID, "gid": to.GID} {
				if c.Flags().Changed(flag) && (id < 1 || id > maxID) {
					return fmt.Errorf("--%s: want a number from 1 to %d, got %d", flag, maxID, id)
				}
			}
			if password {
				var err error
				if to.PasswordHash, err = readPassword(c); err != nil {
					return err
				}
			}
			return s.changeUser(c, args[0], func(st store.Store) error {
				if limits, some := limitsOf(c); some {
					r := people.Registry{Store: st}
					if _, err := r.SaveUser(c.Context(), godocker.User{Admin: true}, args[0], api.UserChange{Usage: &api.UsageChange{LimitsChange: limits}}); err != nil {
						return err
					}
				}
				_, err := st.UpdateUser(c.Context(), args[0], func(u *godocker.User) error {
					if password {
						if err := s.own(u); err != nil {
							return err
						}
					}
					for flag, set := range map[string]func(){
						"uid": func() { u.UID = to.UID }, "gid": func() { u.GID = to.GID },
						"home": func() { u.Home = to.Home }, "email": func() { u.Email = to.Email },
						"groups": func() { u.Groups = to.Groups }, "admin": func() { u.Admin = to.Admin },
						"password-stdin": func() { u.PasswordHash = to.PasswordHash },
					} {
						if c.Flags().Changed(flag) {
							set()
						}
					}
					return nil
				})
				return err
			})
		}}
	f := c.Flags()
	f.IntVar(&to.UID, "uid", 0, "numeric user id that later tasks run as")
	f.IntVar(&to.GID, "gid", 0, "numeric group id of later tasks")
	f.IntSliceVar(&to.Groups, "groups", nil, "numeric ids of further groups")
	f.StringVar(&to.Home, "home", "", "home directory on the nodes")
	f.StringVar(&to.Email, "email", "", "address for notices")
	f.BoolVar(&to.Admin, "admin", false, "may administer the system; --admin=false takes it away")
	f.BoolVar(&password, "password-stdin", false, "read a new password for the page from standard input")
	addLimits(c)
	return c
}

// changeUser calls f, which changes a person, and writes down what is different then.
func (s *settings) changeUser(c *cobra.Command, name string, f func(store.Store) error) error {
	return s.change(c, func(st store.Store) (store.Act, error) {
		done := store.Act{Action: "user.change", Object: "user " + name}
		before, err := st.User(c.Context(), name)
		if err == nil {
			err = f(st)
		}
		if err != nil {
			return done, err
		}
		after, err := st.User(c.Context(), name)
		done.Detail = audit.Changes(api.FromUser(&before, ""), api.FromUser(&after, ""))
		if before.PasswordHash != after.PasswordHash {
			done.Detail = strings.TrimPrefix(done.Detail+", password", ", ")
		}
		return done, err
	})
}

// own makes a person one of this server, who is to have a password here. As long as
// there is a directory, its people are not.
func (s *settings) own(u *godocker.User) error {
	if u.Source == "local" {
		return nil
	}
	conf, err := s.load()
	if err != nil {
		return err
	}
	if conf.AuthPolicy != "local" {
		return fmt.Errorf("--password-stdin: %s is of the directory (%s), which checks their password", u.ID, u.Source)
	}
	u.Source = "local"
	return nil
}

// maxID is the greatest numeric id that engines take.
const maxID = 1<<31 - 1

// fromSystem takes what the machine knows of the account, as every login will.
func fromSystem(c *cobra.Command, u *godocker.User) error {
	switch account, err := local.System(c.Context(), u.ID); {
	case err == nil:
		if u.UID != 0 && u.UID != account.UID || u.GID != 0 && u.GID != account.GID || u.Home != "" && u.Home != account.Home || len(u.Groups) > 0 {
			fmt.Fprintf(c.ErrOrStderr(), "note: ids, groups and home are those of the account %s on this machine: uid %d, gid %d, %s\n", u.ID, account.UID, account.GID, account.Home)
		}
		u.UID, u.GID, u.Home, u.Groups = account.UID, account.GID, account.Home, account.Groups
	case !errors.Is(err, godocker.NotFound):
		return err
	}
	if u.GID == 0 {
		u.GID = u.UID
	}
	if u.UID > maxID || u.GID > maxID {
		return fmt.Errorf("--uid, --gid: want numbers from 1 to %d, got %d and %d", maxID, u.UID, u.GID)
	}
	if u.UID < 0 || u.GID < 0 {
		return fmt.Errorf("--uid, --gid: want numbers from 1 to %d, got %d and %d; tasks never run as 0 but by --root", maxID, u.UID, u.GID)
	}
	if u.UID < 1 || u.GID < 1 {
		return fmt.Errorf("no account %q on this machine: say which numeric id tasks of %s run as, with --uid (not 0)", u.ID, u.ID)
	}
	return nil
}

func readPassword(c *cobra.Command) (string, error) {
	line, err := bufio.NewReader(c.InOrStdin()).ReadString('\n')
	if err != nil && line == "" {
		return "", errors.New("--password-stdin: there is no password on standard input")
	}
	hash, err := local.Hash(strings.TrimRight(line, "\r\n"))
	return hash, err
}

func addUser(c *cobra.Command, st store.Store, u godocker.User, inherit bool) error {
	now := time.Now()
	if !inherit {
		ts, err := st.List(c.Context(), store.Query{User: u.ID, Limit: 1})
		if err == nil && len(ts) > 0 && ts[0].User.UID == u.UID {
			err = fmt.Errorf("there are tasks of an earlier %s: if it is the same person, say --inherit; otherwise take another name, or remove those tasks first", u.ID)
		}
		if err != nil {
			return err
		}
	}
	u.Active, u.Source, u.Priority, u.Created = true, "local", godocker.DefaultPriority, now
	if err := st.CreateUser(c.Context(), u); err != nil {
		return err
	}
	return printKey(c, st, godocker.Key{User: u.ID, Name: "first"})
}

func (s *settings) userDisable() *cobra.Command {
	return s.userActive("disable NAME", "Keep a person out, tokens and sessions included", false)
}

func (s *settings) userEnable() *cobra.Command {
	return s.userActive("enable NAME", "Let a disabled person in again", true)
}

func (s *settings) userActive(use, short string, active bool) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return s.changeUser(c, args[0], func(st store.Store) error {
				_, err := st.UpdateUser(c.Context(), args[0], func(u *godocker.User) error {
					u.Active = active
					return nil
				})
				return err
			})
		}}
}

func (s *settings) userList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List people", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.withStore(c.Context(), func(st store.Store) error {
				us, err := st.ListUsers(c.Context())
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(c.OutOrStdout(), 0, 4, 2, ' ', 0)
				fmt.Fprintln(w, "USER\tUID\tGID\tHOME\tADMIN\tACTIVE\tFILES")
				for _, u := range us {
					fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%t\t%t\t%s\n", u.ID, u.UID, u.GID, u.Home, u.Admin, u.Active, godocker.FormatSize(u.DiskUsed))
				}
				return w.Flush()
			})
		}}
}
