package notify

import (
	"fmt"
	"strings"

	"godocker"
)

// isIdle reports whether an event tells that an interactive task is idle, or is frozen or
// ended for that.
func isIdle(e godocker.Event) bool {
	return e.Kind == godocker.EventDetail && (e.Text == godocker.TextIdle || e.Text == godocker.TextFrozen || strings.HasPrefix(e.Text, godocker.TextEnded))
}

// idleMessage says how to come back.
func idleMessage(cluster string, t *godocker.Task, e godocker.Event) Message {
	i := t.Requirements.Idle
	after := godocker.FormatLifespan(i.After)
	m := Message{ID: fmt.Sprintf("%d.%d@%s.godocker", t.ID, e.Seq, cluster), To: t.User.Email}
	name := fmt.Sprintf("task %d(%s)", t.ID, t.Meta.Name)
	back := fmt.Sprintf("god ssh %d\n", t.ID)
	switch e.Text {
	case godocker.TextIdle:
		m.Subject = fmt.Sprintf("Task %d: idle", t.ID)
		m.Body = fmt.Sprintf("Nothing happens in your %s. It is %s in %s, when nothing happened for %s, unless somebody types something or a program computes.\n\nTo go on with it:\n\n    %s",
			name, i.Then(), godocker.FormatLifespan(i.Warn), after, back)
	case godocker.TextFrozen:
		m.Subject = fmt.Sprintf("Task %d: frozen", t.ID)
		m.Body = fmt.Sprintf("Nothing happened in your %s for %s, and it was frozen. Its programs are where they were, and so are its files. It holds its place until it goes on or you end it.\n\nTo go on with it:\n\n    %s\nTo end it:\n\n    god job kill %d\n",
			name, after, back, t.ID)
	default:
		m.Subject = fmt.Sprintf("Task %d: ended", t.ID)
		m.Body = fmt.Sprintf("Nothing happened in your %s for %s, and it was ended. Its files are kept.\n\nTo begin it again:\n\n    god job reschedule %d\n", name, after, t.ID)
	}
	return m
}
