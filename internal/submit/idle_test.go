package submit_test

import (
	"strings"
	"testing"
	"time"

	"godocker"
	"godocker/api"
	"godocker/executor"
	"godocker/internal/submit"
)

// What a task says of being idle, beside what the site says, and what comes of it.
func TestIdle(t *testing.T) {
	const suspend, end, none = godocker.IdleSuspend, godocker.IdleEnd, godocker.IdleNone
	site := func(after, most time.Duration, a godocker.IdleAction) func(*submit.Rules) {
		return func(r *submit.Rules) {
			r.Idle, r.MaxIdle, r.Sessions = godocker.Idle{After: after, Warn: 15 * time.Minute, Action: a}, most, true
			r.Can = map[string]executor.Capabilities{"docker": {Interactive: true, Suspend: true}}
		}
	}
	never := site(0, 0, suspend)
	for name, c := range map[string]struct {
		site   func(*submit.Rules)
		after  string
		action godocker.IdleAction
		batch  bool
		want   godocker.Idle
		field  string // that is wrong
		says   string
	}{
		"nobody says anything":    {site: never},
		"the site does":           {site: site(4*time.Hour, 0, end), want: godocker.Idle{After: 4 * time.Hour, Warn: 15 * time.Minute, Action: end}},
		"the task does":           {site: never, after: "2h", want: godocker.Idle{After: 2 * time.Hour, Warn: 15 * time.Minute, Action: suspend}},
		"a short time":            {site: never, after: "10m", action: end, want: godocker.Idle{After: 10 * time.Minute, Warn: 5 * time.Minute, Action: end}},
		"only what is done":       {site: site(4*time.Hour, 0, suspend), action: end, want: godocker.Idle{After: 4 * time.Hour, Warn: 15 * time.Minute, Action: end}},
		"the site does nothing":   {site: site(4*time.Hour, 0, none)},
		"but the task does":       {site: site(4*time.Hour, 0, none), after: "1h", want: godocker.Idle{After: time.Hour, Warn: 15 * time.Minute, Action: suspend}},
		"the task is left alone":  {site: site(4*time.Hour, 0, suspend), action: none, want: godocker.Idle{Action: none}},
		"as long as it may":       {site: site(time.Hour, 2*time.Hour, suspend), after: "2h", want: godocker.Idle{After: 2 * time.Hour, Warn: 15 * time.Minute, Action: suspend}},
		"a batch task":            {site: site(time.Hour, 2*time.Hour, suspend), batch: true},
		"too long":                {site: site(time.Hour, 2*time.Hour, suspend), after: "121m", field: "requirements.idle", says: "at most 2h"},
		"left alone, with a max":  {site: site(time.Hour, 2*time.Hour, suspend), action: none, field: "requirements.idle_action", says: "at most"},
		"no time":                 {site: never, action: end, field: "requirements.idle", says: "is missing"},
		"no length of time":       {site: never, after: "soon", field: "requirements.idle", says: "want a length of time"},
		"nothing at all":          {site: never, after: "0", field: "requirements.idle", says: "more than 0"},
		"another action":          {site: never, after: "1h", action: "freeze", field: "requirements.idle_action", says: "suspend, end or none"},
		"never, after a time":     {site: never, after: "1h", action: none, field: "requirements.idle_action", says: "none"},
		"of a batch task":         {site: never, after: "1h", batch: true, field: "requirements.idle", says: "interactive tasks alone"},
		"an action of a batch":    {site: never, action: end, batch: true, field: "requirements.idle_action", says: "interactive tasks alone"},
		"what cannot be done":     {site: cannot(site(0, 0, suspend)), after: "1h", field: "requirements.idle_action", says: "want end"},
		"the site's cannot be":    {site: cannot(site(time.Hour, 0, suspend))},
		"what can be done, there": {site: cannot(site(time.Hour, 0, suspend)), action: end, want: godocker.Idle{After: time.Hour, Warn: 15 * time.Minute, Action: end}},
	} {
		r, s := room(t, c.site)
		d := doc()
		d.Command.Interactive = !c.batch
		d.Requirements.Idle, d.Requirements.IdleAction = api.Text(c.after), string(c.action)
		if _, err := r.Submit(t.Context(), ann, d, now); fieldsOf(err) != c.field || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if c.field != "" {
			continue
		}
		got := submitted(t, r, s, ann, d)
		again, err := r.Again(t.Context(), ann, &got, now)
		if err != nil {
			t.Fatalf("%s, again: %v", name, err)
		}
		fresh, err := s.Task(t.Context(), again)
		if err != nil || got.Requirements.Idle != c.want || fresh.Requirements.Idle != c.want {
			t.Errorf("%s: %+v, and again %+v, %v", name, got.Requirements.Idle, fresh.Requirements.Idle, err)
		}
		if got.Requirements.Idle.On() != (c.want.After > 0) {
			t.Errorf("%s: %+v", name, got.Requirements.Idle)
		}
	}
}

// cannot takes from the executors the ability to suspend.
func cannot(change func(*submit.Rules)) func(*submit.Rules) {
	return func(r *submit.Rules) {
		change(r)
		r.Can = map[string]executor.Capabilities{"docker": {Interactive: true}}
	}
}
