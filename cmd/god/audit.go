package main

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

// pageOfActs is how many the server is asked for at once, which is the most it gives.
const pageOfActs = 1000

func (a *client) audit() *cobra.Command {
	var q struct {
		who, action, object, text, since, until string
		refused                                 bool
		limit                                   int
	}
	c := &cobra.Command{Use: "audit", Short: "Administrators: show who did what that is not plain work on their own tasks", Args: cobra.NoArgs,
		Example: "  god audit --action user. --since 2026-03-01\n  god audit --refused --who ann",
		RunE: func(c *cobra.Command, _ []string) error {
			if q.limit < 0 {
				return godocker.Errorf(godocker.Invalid, "--limit: want a number from 0, which is all, got %d", q.limit)
			}
			v := url.Values{"who": {q.who}, "action": {q.action}, "object": {q.object}, "q": {q.text}, "refused": {strconv.FormatBool(q.refused)}}
			for name, flag := range map[string]string{"from": "since", "to": "until"} {
				at, err := moment("--"+flag, c.Flag(flag).Value.String())
				if err != nil {
					return err
				}
				if t, err := time.Parse(time.RFC3339, at); err == nil {
					v.Set(name, strconv.FormatInt(t.Unix(), 10))
				}
			}
			return a.listActs(c, v, q.limit)
		}}
	f := c.Flags()
	f.StringVar(&q.who, "who", "", "only of this user")
	f.StringVar(&q.action, "action", "", "only this action, such as user.change, or with a dot at its end all that begin so")
	f.StringVar(&q.object, "object", "", "only about this, such as 'user ann'")
	f.StringVarP(&q.text, "search", "s", "", "only with this in what it is about, in any letter case")
	f.StringVar(&q.since, "since", "", "only from this time on, such as 2026-03-03 or '2026-03-03 14:00'")
	f.StringVar(&q.until, "until", "", "only before this time")
	f.BoolVar(&q.refused, "refused", false, "only what was refused")
	f.IntVarP(&q.limit, "limit", "n", 100, "how many at most, from the newest on; 0 = all")
	return c
}

// listActs prints at most so many acts, of as many pages as that takes; 0 = all.
func (a *client) listActs(c *cobra.Command, q url.Values, most int) error {
	srv, err := a.connect(c.Context())
	if err != nil {
		return err
	}
	acts := []api.Act{}
	for {
		size := pageOfActs
		if most > 0 {
			size = min(size, most-len(acts))
		}
		q.Set("limit", strconv.Itoa(size))
		page, err := srv.Acts(c.Context(), q)
		if err != nil {
			return err
		}
		acts = append(acts, page.Acts...)
		if page.Next == 0 || most > 0 && len(acts) >= most {
			break
		}
		q.Set("before", strconv.FormatInt(page.Next, 10))
	}
	return a.table(c.OutOrStdout(), acts, "TIME\tWHO\tFROM\tACTION\tABOUT\tDETAIL", func(t io.Writer) {
		for _, k := range acts {
			detail := k.Detail
			if k.Refused != "" {
				detail = "REFUSED: " + k.Refused + "  " + detail
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", clock(k.Date.Time), cmp.Or(oneLine(k.Who), "-"), oneLine(k.Door+" "+k.Address), k.Action, oneLine(k.Object), oneLine(detail))
		}
	})
}
