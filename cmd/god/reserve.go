package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

// span are the flags that say when a reservation holds.
type span struct{ from, to string }

func (s *span) flags(c *cobra.Command) {
	c.Flags().StringVar(&s.from, "from", "", "when it begins, such as '2026-03-03 14:00' by this machine's clock, or 2026-03-03T14:00:00+01:00; otherwise now")
	c.Flags().StringVar(&s.to, "to", "", "when it ends; otherwise when it is removed")
}

// read fills in times with their zone, which the server may not share.
func (s *span) read(doc *api.ReservationChange) (err error) {
	if doc.From, err = moment("--from", s.from); err != nil {
		return err
	}
	doc.To, err = moment("--to", s.to)
	return err
}

func moment(flag, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	for _, form := range []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02 15:04:05", time.DateOnly, time.RFC3339} {
		if at, err := time.ParseInLocation(form, text, time.Local); err == nil {
			return at.Format(time.RFC3339), nil
		}
	}
	return "", godocker.Errorf(godocker.Invalid, "%s: want a time such as '2026-03-03 14:00', 2026-03-03 or 2026-03-03T14:00:00+01:00, got %q", flag, text)
}

func (a *client) nodeReserve() *cobra.Command {
	var s span
	var whom string
	var doc api.ReservationChange
	c := &cobra.Command{Use: "reserve NODE...", Short: "Keep machines for users and projects; * is all of them", Args: cobra.MinimumNArgs(1),
		Example: "  god node reserve node1 node2 --for ann,course --from '2026-03-03 14:00' --to '2026-03-03 17:00' --reason 'a course'",
		RunE: func(c *cobra.Command, nodes []string) error {
			doc.Nodes, doc.For = nodes, items(whom)
			if len(doc.For) == 0 {
				return godocker.Errorf(godocker.Invalid, "--for: want ids of users and projects, separated by commas; drain keeps machines for nobody")
			}
			return a.reserve(c, s, doc)
		}}
	c.Flags().StringVar(&whom, "for", "", "ids of users and projects whose tasks may start there, separated by commas")
	c.Flags().StringVarP(&doc.Reason, "reason", "m", "", "for people to read")
	c.Flags().StringVar(&doc.Executor, "executor", "", "the executor, if several have such machines")
	s.flags(c)
	return c
}

func (a *client) nodeDrain() *cobra.Command {
	var s span
	var doc api.ReservationChange
	c := &cobra.Command{Use: "drain NODE...", Short: "Start nothing on machines; what runs there goes on", Args: cobra.MinimumNArgs(1),
		Example: "  god node drain node1 --reason 'new disks'",
		RunE: func(c *cobra.Command, nodes []string) error {
			doc.Nodes, doc.For = nodes, []string{}
			if strings.TrimSpace(doc.Reason) == "" {
				return godocker.Errorf(godocker.Invalid, "--reason: say why, for those whose tasks have to wait")
			}
			return a.reserve(c, s, doc)
		}}
	c.Flags().StringVarP(&doc.Reason, "reason", "m", "", "for those whose tasks have to wait, such as: new disks")
	c.Flags().StringVar(&doc.Executor, "executor", "", "the executor, if several have such machines")
	s.flags(c)
	return c
}

func (a *client) reserve(c *cobra.Command, s span, doc api.ReservationChange) error {
	if err := s.read(&doc); err != nil {
		return err
	}
	srv, err := a.connect(c.Context())
	if err != nil {
		return err
	}
	r, err := srv.Reserve(c.Context(), doc)
	if err != nil {
		return err
	}
	if done, err := a.document(c.OutOrStdout(), r); done {
		return err
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "Reservation %d: %s %s\n", r.ID, nodesOf(r), holds(r))
	return err
}

func (a *client) nodeFree() *cobra.Command {
	return &cobra.Command{Use: "free ID|NODE...", Short: "Remove reservations and drains, by their numbers or by all their machines", Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			rs, err := srv.Reservations(c.Context())
			if err != nil {
				return err
			}
			ids, err := toFree(rs, args)
			if err != nil {
				return err
			}
			for _, id := range ids {
				if err := srv.DeleteReservation(c.Context(), id); err != nil {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "Reservation %d is removed\n", id)
			}
			return nil
		}}
}

// everyNode stands for all machines of an executor.
const everyNode = "*"

// toFree finds the reservations that are named, all before the first one is removed.
func toFree(rs []api.Reservation, args []string) (ids []int64, err error) {
	for _, arg := range args {
		found := false
		for _, r := range rs {
			if arg != strconv.FormatInt(r.ID, 10) && !slices.Contains(r.Nodes, arg) && (arg != everyNode || len(r.Nodes) > 0) {
				continue
			}
			found = true
			left := slices.DeleteFunc(slices.Clone(r.Nodes), func(n string) bool { return slices.Contains(args, n) })
			if !slices.Contains(args, strconv.FormatInt(r.ID, 10)) && len(left) > 0 {
				return nil, godocker.Errorf(godocker.Conflict, "reservation %d is of %s as well; name them too, or remove it by its number", r.ID, strings.Join(left, ", "))
			}
			if !slices.Contains(ids, r.ID) {
				ids = append(ids, r.ID)
			}
		}
		if !found {
			return nil, godocker.Errorf(godocker.NotFound, "there is no reservation %s, and none that names such a machine", arg)
		}
	}
	return ids, nil
}

func (a *client) nodeReservations() *cobra.Command {
	return &cobra.Command{Use: "reservations", Short: "List what machines are kept for, now and later", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			rs, err := srv.Reservations(c.Context())
			if err != nil {
				return err
			}
			return a.printReservations(c.OutOrStdout(), rs)
		}}
}

func (a *client) printReservations(w io.Writer, rs []api.Reservation) error {
	return a.table(w, rs, "ID\tNODES\tEXECUTOR\tFOR\tFROM\tTO\tBY\tREASON", func(t io.Writer) {
		for _, r := range rs {
			whom := strings.Join(r.For, ",")
			if whom == "" {
				whom = "nobody"
			}
			fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, nodesOf(r), r.Executor, oneLine(whom), clock(r.From.Time), clock(r.To.Time), r.By, oneLine(r.Reason))
		}
	})
}

func nodesOf(r api.Reservation) string {
	if len(r.Nodes) == 0 {
		return "all of " + r.Executor
	}
	return oneLine(strings.Join(r.Nodes, ","))
}

// holds says what a reservation means for its machines: "drained until ...: why".
func holds(r api.Reservation) string {
	text := "drained"
	if len(r.For) > 0 {
		text = "reserved for " + strings.Join(r.For, ",")
	}
	if !r.Active {
		text += " from " + clock(r.From.Time)
	}
	if !r.To.IsZero() {
		text += " until " + clock(r.To.Time)
	}
	if r.Reason != "" {
		text += ": " + r.Reason
	}
	return oneLine(text)
}

// completeNodes completes names of machines, and numbers of reservations if asked for.
func (a *client) completeNodes(numbers bool) completer {
	return a.ask(func(ctx context.Context, srv *api.Client, args []string) (words []string, err error) {
		ns, err := srv.Nodes(ctx)
		for _, n := range ns {
			if n.Name != "" && !slices.Contains(args, n.Name) && (!numbers || len(n.Reservations) > 0) {
				words = append(words, candidate(n.Name, n.Executor))
			}
		}
		if err != nil || !numbers {
			return words, err
		}
		rs, err := srv.Reservations(ctx)
		for _, r := range rs {
			words = append(words, candidate(strconv.FormatInt(r.ID, 10), nodesOf(r)+" "+holds(r)))
		}
		return words, err
	})
}
