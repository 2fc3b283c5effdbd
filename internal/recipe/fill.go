package recipe

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"godocker"
	"godocker/api"
)

// Fill makes the document of a task of what somebody put in. Its errors name the fields
// of the run; whether the site takes the task is for its submission to say.
func Fill(r *godocker.Recipe, run api.RecipeRun) (api.Task, error) {
	k, err := Task(r)
	if err != nil {
		return api.Task{}, err
	}
	var f form
	env := maps.Clone(k.Command.Env)
	if env == nil {
		env = map[string]string{}
	}
	known := map[string]bool{}
	var files []api.File64
	for i := range r.Inputs {
		in := &r.Inputs[i]
		known[in.Name] = true
		env[in.Name] = ""
		if in.Kind == godocker.InputFile {
			if file, ok := f.file(in, run); ok {
				env[in.Name], files = file.Name, append(files, file)
			}
			continue
		}
		env[in.Name] = f.value(in, run)
	}
	for _, name := range slices.Sorted(maps.Keys(run.Inputs)) {
		if !known[name] {
			f.bad("inputs."+name, "the recipe has no such input; want some of: %s", strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
	}
	if err := godocker.FieldErrors(f); err != nil {
		return api.Task{}, err
	}
	return document(r, k, run, env, files), nil
}

func (f *form) value(in *godocker.Input, run api.RecipeRun) string {
	field, value := "inputs."+in.Name, in.Default
	if v, said := run.Inputs[in.Name]; said {
		value = strings.TrimSpace(string(v))
	}
	if _, isFile := run.Files[in.Name]; isFile {
		f.bad(field, "want a value, not a file")
	}
	switch {
	case value == "" && !in.Optional:
		f.bad(field, "is missing")
	case value != "":
		if err := check(in, value); err != nil {
			f.bad(field, "%s", err)
		}
	}
	return value
}

func (f *form) file(in *godocker.Input, run api.RecipeRun) (api.File64, bool) {
	field := "inputs." + in.Name
	if run.Inputs[in.Name] != "" {
		f.bad(field, "want a file, not a value")
	}
	file, there := run.Files[in.Name]
	if !there {
		if !in.Optional {
			f.bad(field, "is missing: want a file")
		}
		return file, false
	}
	if err := godocker.CheckFileName(file.Name); err != nil {
		f.bad(field, "%s", err)
	}
	return file, true
}

func document(r *godocker.Recipe, k api.RecipeTask, run api.RecipeRun, env map[string]string, files []api.File64) api.Task {
	q, c := k.Requirements, k.Container
	t := api.Task{Notify: run.Notify,
		User: api.Owner{Project: cmp.Or(strings.TrimSpace(run.Project), r.Project)},
		Meta: api.Meta{Name: cmp.Or(strings.TrimSpace(run.Name), k.Name, r.Name), Tags: k.Tags},
		Requirements: api.Requirements{CPU: q.CPU, RAM: q.RAM, GPUs: q.GPUs, Label: q.Label, TmpStorage: q.TmpStorage, Ports: q.Ports, URIs: q.URIs, WebPort: q.WebPort, Retry: q.Retry,
			MaxLifespan: q.MaxLifespan, Idle: q.Idle, IdleAction: q.IdleAction, Nice: q.Nice, Executor: q.Executor, Resources: q.Resources},
		Container: api.Container{Image: c.Image, Network: c.Network, PullPolicy: c.PullPolicy, Root: c.Root, Volumes: c.Volumes},
		Command:   api.Command{Interactive: k.Command.Interactive, Cmd: k.Command.Cmd, Env: env, Files: files}}
	t.Requirements.Array.Values = q.Array
	return t
}
