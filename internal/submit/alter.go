package submit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"godocker"
	"godocker/api"
)

// A dynamic is a requirement that can be changed after the submission.
type dynamic struct {
	running bool // also while the task runs
	list    bool // of words
	array   bool // also of an array, which has elements that wait
	always  bool // even if the site does not list it
	set     func(to, from *godocker.Requirements)
}

var dynamics = map[string]dynamic{
	"cpu":         {set: func(to, from *godocker.Requirements) { to.CPU = from.CPU }},
	"ram":         {set: func(to, from *godocker.Requirements) { to.RAM = from.RAM }},
	"gpus":        {set: func(to, from *godocker.Requirements) { to.GPUs = from.GPUs }},
	"label":       {list: true, set: func(to, from *godocker.Requirements) { to.Labels = from.Labels }},
	"tmpstorage":  {set: func(to, from *godocker.Requirements) { to.TmpStorage = from.TmpStorage }},
	"executor":    {set: func(to, from *godocker.Requirements) { to.Executor = from.Executor }},
	"maxlifespan": {running: true, set: func(to, from *godocker.Requirements) { to.MaxLifespan = from.MaxLifespan }},
	"nice":        {array: true, always: true, set: func(to, from *godocker.Requirements) { to.Nice = from.Nice }},
	"retry":       {running: true, set: func(to, from *godocker.Requirements) { to.Retry = from.Retry }},
}

// Alter changes one requirement of a task that is not over, where the site lists it
// among its dynamic fields, and how nice it is anywhere. The new value must be one that the task could be submitted
// with. The errors name the fields.
func (r *Room) Alter(ctx context.Context, by godocker.User, t *godocker.Task, name string, value json.RawMessage, now time.Time) (godocker.Task, error) {
	rules := r.rules.Load()
	field, err := rules.dynamic(by, name)
	if err != nil {
		return godocker.Task{}, err
	}
	doc := api.FromTask(t, "", now)
	doc.Requirements.Retry = api.Num(float64(t.Requirements.Retry))
	if err := setJSON(&doc.Requirements, name, value, field.list); err != nil {
		return godocker.Task{}, err
	}
	owner, err := r.store.User(ctx, t.User.ID)
	if err != nil {
		return godocker.Task{}, err
	}
	c := check{ctx: ctx, rules: rules, doc: &doc}
	c.resources()
	c.limits()
	c.container()
	c.abilities(owner)
	of := "requirements." + name
	others := func(e godocker.FieldError) bool { return e.Field != of && !strings.HasPrefix(e.Field, of+".") }
	if err := godocker.FieldErrors(slices.DeleteFunc(c.errs, others)); err != nil {
		return godocker.Task{}, err
	}
	return r.store.Alter(ctx, now, t.ID, name, func(t *godocker.Task) error {
		array := t.Requirements.Array.Count > 0
		if t.State != godocker.Pending && !field.running && (!array || !field.array) {
			return godocker.Errorf(godocker.Conflict, "%s can be changed while the task waits, and task %d does not", of, t.ID)
		}
		if array && !field.running && !field.array {
			return godocker.Errorf(godocker.Conflict, "%s of an array cannot be changed: kill it, and submit it anew", of)
		}
		field.set(&t.Requirements, &c.task.Requirements)
		return nil
	})
}

func (r *Rules) dynamic(by godocker.User, name string) (dynamic, error) {
	adminOnly, listed := r.Dynamic[name]
	field, known := dynamics[name]
	listed = listed || field.always
	var may []string
	for other, d := range dynamics {
		if adminOnly, listed := r.Dynamic[other]; (listed || d.always) && (by.Admin || !adminOnly) {
			may = append(may, other)
		}
	}
	slices.Sort(may)
	switch {
	case listed && known && (by.Admin || !adminOnly):
		return field, nil
	case listed && known:
		return field, godocker.Errorf(godocker.Denied, "requirements.%s is changed by administrators", name)
	case len(may) == 0:
		return field, godocker.FieldErrors([]godocker.FieldError{{Field: "name", Message: "this site lets nothing be changed after the submission (dynamic_fields)"}})
	default:
		return field, godocker.FieldErrors([]godocker.FieldError{{Field: "name",
			Message: fmt.Sprintf("%q cannot be changed after the submission; want one of: %s", name, strings.Join(may, ", "))}})
	}
}

// setJSON sets one field of the document. Lists may come as words separated by commas.
func setJSON(r *api.Requirements, name string, value json.RawMessage, list bool) error {
	var words string
	if list && json.Unmarshal(value, &words) == nil {
		value, _ = json.Marshal(strings.Split(words, ","))
	}
	one, err := json.Marshal(map[string]json.RawMessage{name: value})
	if err == nil {
		err = json.Unmarshal(one, r)
	}
	if err != nil {
		return godocker.FieldErrors([]godocker.FieldError{{Field: "value", Message: fmt.Sprintf("%s is not a value of requirements.%s", short(string(value)), name)}})
	}
	return nil
}

func short(text string) string {
	const most = 100
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}
