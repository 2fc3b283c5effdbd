package submit

import (
	"cmp"
	"slices"
	"strings"

	"godocker"
)

// idle decides when the task is idle, and what is done then: as it says, or else as the
// site does. It is decided once: what the site changes later is for later tasks.
func (c *check) idle() {
	const field, actionField = "requirements.idle", "requirements.idle_action"
	r, site := &c.doc.Requirements, c.rules.Idle
	after := c.lifespan(field, string(r.Idle))
	action := godocker.IdleAction(strings.TrimSpace(r.IdleAction))
	says := after > 0 || action != ""
	switch {
	case action != "" && !slices.Contains(godocker.IdleActions, action):
		c.bad(actionField, "want suspend, end or none, got %q", action)
		return
	case says && !c.doc.Command.Interactive:
		if r.Idle == "" {
			c.bad(actionField, "is for interactive tasks alone; leave it out")
		} else {
			c.bad(field, "is for interactive tasks alone; leave it out")
		}
		return
	case !c.doc.Command.Interactive:
		return
	case action == godocker.IdleNone && after > 0:
		c.bad(actionField, "want suspend or end for a task that can be idle; none and no idle time is for one that cannot")
		return
	case action == godocker.IdleNone && c.rules.MaxIdle > 0:
		c.bad(actionField, "want suspend or end: this site allows tasks to be idle for %s at most", godocker.FormatLifespan(c.rules.MaxIdle))
		return
	case c.rules.MaxIdle > 0 && after > c.rules.MaxIdle:
		c.bad(field, "want at most %s, which is what this site allows, got %s", godocker.FormatLifespan(c.rules.MaxIdle), r.Idle)
		return
	case action == godocker.IdleNone:
		c.task.Requirements.Idle = godocker.Idle{Action: action}
		return
	}
	own := site.Action
	if own == godocker.IdleNone && says {
		own = godocker.IdleSuspend
	}
	i := godocker.Idle{After: cmp.Or(after, site.After), Action: cmp.Or(action, own)}
	switch {
	case i.After == 0 && r.Idle != "": // what is wrong with that is said
		return
	case i.After == 0 && says:
		c.bad(field, "is missing: after what time the task is idle, as this site does not say")
		return
	case !i.On():
		return
	case i.Action == godocker.IdleSuspend && !c.canSuspend():
		if says {
			c.bad(actionField, "want end: the executor of the task cannot suspend tasks")
		}
		return
	}
	i.Warn = min(site.Warn, i.After/2)
	c.task.Requirements.Idle = i
}

// canSuspend reports whether tasks can be suspended where this one runs.
func (c *check) canSuspend() bool {
	name, _, _ := strings.Cut(c.doc.Requirements.Executor, ":")
	if name == "" && len(c.rules.KnownExecutors) > 0 {
		name = c.rules.KnownExecutors[0]
	}
	caps, known := c.rules.Can[name]
	return !known || caps.Suspend
}
