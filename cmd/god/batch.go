package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"
)

func (a *client) batch() *cobra.Command {
	c := group(&cobra.Command{Use: "batch", Short: "A list of tasks that is played with some at once"})
	c.AddCommand(a.batchAdd(), a.batchShow(), a.batchPlay(), a.batchCancel(), a.batchClean())
	return c
}

func (a *client) batchAdd() *cobra.Command {
	var k ask
	c := &cobra.Command{Use: "add", Short: "Add a task to the list; the options are those of godjob create", Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			k.retrySet, k.webSet = c.Flags().Changed("retry"), c.Flags().Changed("web")
			k.leave(a, c.Flags())
			if err := k.stray(a, args); err != nil {
				return err
			}
			doc, err := k.document()
			if err != nil {
				return err
			}
			item := batchItem{Number: 1, Marker: "godbatch-" + strings.ToLower(rand.Text()[:10]), Task: doc}
			item.Task.Meta.Tags = append(item.Task.Meta.Tags, item.Marker)
			err = changeBatch(func(l *batchList) error {
				if n := len(l.Items); n > 0 {
					item.Number = l.Items[n-1].Number + 1
				}
				l.Items = append(l.Items, item)
				return nil
			})
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "Number %d of the list\n", item.Number)
			return nil
		}}
	k.flags(c.Flags())
	a.sizes(c.Flags())
	return c
}

func (a *client) batchShow() *cobra.Command {
	return &cobra.Command{Use: "show", Short: "Show the list and what became of its tasks", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := readBatch()
			if err != nil {
				return err
			}
			return a.table(c.OutOrStdout(), l.Items, "NUMBER\tNAME\tIMAGE\tTASK\tSTATUS", func(t io.Writer) {
				for _, item := range l.Items {
					task := ""
					if item.ID != 0 {
						task = fmt.Sprint(item.ID)
					}
					fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\n", item.Number, oneLine(item.Task.Meta.Name), oneLine(item.Task.Container.Image), task, item.status())
				}
			})
		}}
}

func (i *batchItem) status() string {
	switch {
	case i.Over != "":
		return i.Over
	case i.Cancelled:
		return "cancelled"
	case i.ID != 0:
		return "handed in"
	default:
		return "waiting"
	}
}

func (a *client) batchCancel() *cobra.Command {
	return &cobra.Command{Use: "cancel", Short: "Kill the tasks of the list that were handed in, and hand in no more", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			var errs []error
			err = changeBatch(func(l *batchList) error {
				for i := range l.Items {
					item := &l.Items[i]
					if item.Over == "" {
						item.Cancelled = true
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			l, err := readBatch()
			if err != nil {
				return err
			}
			for _, item := range l.Items {
				if item.Over != "" || !item.Sent {
					continue
				}
				n, err := find(c, srv, &item)
				if err == nil && n != 0 {
					_, err = srv.Kill(c.Context(), n)
				}
				switch {
				case errors.Is(err, godocker.Conflict) || n == 0 && err == nil: // over already, or never there
				case err != nil:
					errs = append(errs, err)
				default:
					fmt.Fprintf(c.OutOrStdout(), "Task %d will be killed\n", n)
				}
			}
			return errors.Join(errs...)
		}}
}

func (a *client) batchClean() *cobra.Command {
	return &cobra.Command{Use: "clean", Short: "Empty the list; tasks that were handed in go on", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			unlock, err := lockBatch("play", unix.LOCK_EX|unix.LOCK_NB)
			if err != nil {
				return err
			}
			defer unlock()
			release, err := lockBatch("lock", unix.LOCK_EX)
			if err != nil {
				return err
			}
			defer release()
			return writeBatch(batchList{Items: []batchItem{}})
		}}
}

// find returns the id of a task that was sent, 0 if it never came to be.
func find(c *cobra.Command, srv *api.Client, item *batchItem) (int64, error) {
	if item.ID != 0 {
		return item.ID, nil
	}
	p, err := srv.List(c.Context(), map[string][]string{"tag": {item.Marker}, "fields": {"id"}, "limit": {"1"}})
	if err != nil || len(p.Tasks) == 0 {
		return 0, err
	}
	return p.Tasks[0].ID, nil
}
