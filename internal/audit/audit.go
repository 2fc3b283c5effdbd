// Package audit writes down who did what that is not plain work on their own tasks.
package audit

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"godocker"
	"godocker/store"
)

// A Ledger is where it is written down. Its methods may be called concurrently.
type Ledger struct {
	Store store.Audit
	Log   *slog.Logger
}

// writeTime is how long it may take, whatever becomes of whoever asked.
const writeTime = 10 * time.Second

// Write adds an act. That it cannot be written down stops nobody: it is logged.
func (l Ledger) Write(ctx context.Context, a store.Act) {
	a.Object, a.Detail, a.Refused = brief(a.Object), brief(a.Detail), brief(a.Refused)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTime)
	defer cancel()
	if err := l.Store.Record(ctx, []store.Act{a}); err != nil {
		l.Log.Error("what was done cannot be written down", "who", a.Who, "action", a.Action, "object", a.Object, "error", err)
	}
}

func brief(text string) string {
	const most = 1000
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return strings.Map(func(c rune) rune {
		if godocker.Unseen(c) {
			return ' '
		}
		return c
	}, text)
}
