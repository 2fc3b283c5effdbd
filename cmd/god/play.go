package main

import (
	"errors"
	"fmt"
	"sync"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"
)

func (a *client) batchPlay() *cobra.Command {
	var parallel int
	c := &cobra.Command{Use: "play", Short: "Hand in the tasks of the list in order, and wait for all of them", Args: cobra.NoArgs,
		Long: "Hand in the tasks of the list in order, at most --parallel at once, and wait for all of\n" +
			"them. The exit code is that of the first in the list that failed. Played again, it goes\n" +
			"on where it was interrupted.",
		RunE: func(c *cobra.Command, _ []string) error {
			if parallel < 1 {
				return godocker.Errorf(godocker.Invalid, "--parallel %d: want at least 1", parallel)
			}
			unlock, err := lockBatch("play", unix.LOCK_EX|unix.LOCK_NB)
			if err != nil {
				return err
			}
			defer unlock()
			l, err := readBatch()
			if err != nil {
				return err
			}
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			return play(c, srv, l.Items, parallel)
		}}
	c.Flags().IntVar(&parallel, "parallel", 1, "how many may wait or run at once")
	return c
}

// play runs the items that are not over yet, in order, and returns what the first of
// all that failed did.
func play(c *cobra.Command, srv *api.Client, items []batchItem, parallel int) error {
	slots := make(chan struct{}, parallel)
	failed := make([]error, len(items))
	var out sync.Mutex
	say := func(format string, args ...any) {
		out.Lock()
		defer out.Unlock()
		fmt.Fprintf(c.OutOrStdout(), format, args...)
	}
	var wg sync.WaitGroup
	for i := range items {
		if items[i].Over != "" {
			failed[i] = items[i].failure()
			continue
		}
		select {
		case slots <- struct{}{}:
		case <-c.Context().Done():
			failed[i] = c.Context().Err()
			continue
		}
		wg.Go(func() {
			defer func() { <-slots }()
			failed[i] = playOne(c, srv, &items[i], say)
		})
	}
	wg.Wait()
	var said []error
	var code error
	for _, err := range failed {
		var exit exitCode
		switch {
		case err == nil:
		case !errors.As(err, &exit):
			said = append(said, err)
		case code == nil:
			code = err
		}
	}
	if len(said) > 0 {
		return errors.Join(said...)
	}
	return code
}

// playOne hands in a task, unless it was before, and waits for its end.
func playOne(c *cobra.Command, srv *api.Client, item *batchItem, say func(string, ...any)) error {
	cancelled, err := false, error(nil)
	if item.Sent {
		item.ID, err = find(c, srv, item)
	}
	if err == nil && item.ID == 0 {
		err = changeBatch(func(l *batchList) error {
			l.change(item.Number, func(now *batchItem) {
				cancelled, now.Sent = now.Cancelled, true
			})
			return nil
		})
		if cancelled || err != nil {
			return err
		}
		item.ID, err = srv.Submit(c.Context(), item.Task)
	}
	if err != nil {
		return godocker.Errorf(godocker.CodeOf(err), "number %d of the list: %s", item.Number, words(err))
	}
	err = changeBatch(func(l *batchList) error {
		l.change(item.Number, func(now *batchItem) { cancelled, now.ID = now.Cancelled, item.ID })
		return nil
	})
	if err != nil {
		return err
	}
	say("Task added. Job id is %d\n", item.ID)
	if cancelled { // while it was handed in
		if _, err := srv.Kill(c.Context(), item.ID); err != nil && !errors.Is(err, godocker.Conflict) {
			return err
		}
	}
	s, err := srv.Wait(c.Context(), item.ID, nil)
	if err != nil {
		return err
	}
	item.Over, item.Exit = state(s), exitOfTask(s)
	say("Task %d: %s\n", item.ID, describe(s))
	err = changeBatch(func(l *batchList) error {
		l.change(item.Number, func(now *batchItem) { now.Over, now.Exit = item.Over, item.Exit })
		return nil
	})
	if err != nil {
		return err
	}
	return item.failure()
}

// failure is the exit code of a task of the list, if it is none of success.
func (i *batchItem) failure() error {
	if i.Exit == 0 {
		return nil
	}
	return exitCode(i.Exit)
}
