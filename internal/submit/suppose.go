package submit

import (
	"context"
	"slices"
	"strings"

	"godocker"
	"godocker/api"
)

// Suppose returns what a task of a person would ask for, or why it would be refused. It
// asks for what is given, but for what the document changes.
func (r *Room) Suppose(ctx context.Context, owner godocker.User, was godocker.Asks, doc api.WhatIf) (godocker.Asks, error) {
	k := api.Task{Requirements: api.Requirements{CPU: api.Num(was.CPU), RAM: api.Num(was.RAM), GPUs: api.Num(float64(was.GPUs)), Label: was.Labels,
		Executor: was.Executor, Nice: api.Num(float64(was.Nice))}}
	q := &k.Requirements
	for into, n := range map[*api.Number]*api.Number{&q.CPU: doc.CPU, &q.RAM: doc.RAM, &q.GPUs: doc.GPUs, &q.Nice: doc.Nice} {
		if n != nil {
			*into = *n
		}
	}
	if was.CPU == 0 && doc.CPU == nil {
		q.CPU = api.Number{} // the site's default
	}
	if was.RAM == 0 && doc.RAM == nil {
		q.RAM = api.Number{}
	}
	if doc.Label != nil {
		q.Label = doc.Label
	}
	if doc.Executor != nil {
		q.Executor = string(*doc.Executor)
	}
	if doc.MaxLifespan != nil {
		q.MaxLifespan = *doc.MaxLifespan
	}
	k.User.Project = was.Project
	if doc.Project != nil {
		k.User.Project = string(*doc.Project)
	}
	c := check{ctx: ctx, rules: r.rules.Load(), doc: &k}
	c.resources()
	c.limits()
	c.labels()
	c.gpus()
	if err := c.project(r.store, owner); err != nil {
		return was, err
	}
	if err := godocker.FieldErrors(named(c.errs)); err != nil {
		return was, err
	}
	n := c.task.Requirements
	asks := was
	asks.Project, asks.CPU, asks.RAM, asks.GPUs, asks.Labels, asks.Executor, asks.Nice = c.task.User.Project, n.CPU, n.RAM, n.GPUs, n.Labels, n.Executor, n.Nice
	if doc.MaxLifespan != nil {
		asks.Lifespan = n.MaxLifespan
	}
	return asks, nil
}

// named gives fields the names that they have in a WhatIf.
func named(errs []godocker.FieldError) []godocker.FieldError {
	errs = slices.Clone(errs)
	for i := range errs {
		_, last, found := strings.Cut(errs[i].Field, ".")
		if found {
			errs[i].Field = last
		}
	}
	return errs
}
