// Package recipe makes tasks of recipes. What people put in becomes variables of the
// script's environment and files in its folder, and never a part of the script's text:
// no value is read as code, whatever it holds.
package recipe

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"godocker"
	"godocker/api"
)

// Greatest sizes of a recipe and of what is put in.
const (
	maxName        = 200
	maxDescription = 10_000
	maxInputs      = 40
	maxChoices     = 200
	maxText        = 4_000 // bytes of a value
	maxTask        = 2_000_000
)

type form []godocker.FieldError

func (f *form) bad(field, format string, args ...any) {
	*f = append(*f, godocker.FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

// Change applies what was sent to a recipe and says what is wrong with it.
func Change(r *godocker.Recipe, doc api.RecipeChange) error {
	var f form
	if doc.Name != nil {
		r.Name = strings.TrimSpace(*doc.Name)
	}
	if r.Name == "" || len(r.Name) > maxName || strings.ContainsFunc(r.Name, godocker.Unseen) {
		f.bad("name", "want a name of at most %d characters on one line", maxName)
	}
	if doc.Description != nil {
		r.Description = *doc.Description
	}
	if len(r.Description) > maxDescription || strings.ContainsFunc(r.Description, godocker.UnseenInText) {
		f.bad("description", "want at most %d characters, no control or formatting characters but line feeds and tabs", maxDescription)
	}
	if doc.Project != nil {
		r.Project = strings.TrimSpace(*doc.Project)
	}
	if doc.Task != nil {
		text, err := json.Marshal(doc.Task)
		if err != nil || len(text) > maxTask {
			f.bad("task", "want at most %d bytes", maxTask)
		}
		r.Task = string(text)
	}
	t, err := Task(r)
	switch {
	case err != nil:
		return err
	case strings.TrimSpace(t.Command.Cmd) == "" && !t.Command.Interactive:
		f.bad("task.command.cmd", "is empty: want the text of a script")
	}
	if doc.Inputs != nil {
		r.Inputs = f.inputs(*doc.Inputs)
	}
	for _, i := range r.Inputs {
		if _, taken := t.Command.Env[i.Name]; taken {
			f.bad("inputs", "%s is also a variable that the task sets itself", i.Name)
		}
	}
	return godocker.FieldErrors(f)
}

// Task is what a recipe submits.
func Task(r *godocker.Recipe) (t api.RecipeTask, err error) {
	if r.Task == "" {
		return t, nil
	}
	if err := json.Unmarshal([]byte(r.Task), &t); err != nil {
		return t, godocker.Errorf(godocker.Internal, "recipe %d cannot be read: %w", r.ID, err)
	}
	return t, nil
}

func (f *form) inputs(asked []api.RecipeInput) (out []godocker.Input) {
	if len(asked) > maxInputs {
		f.bad("inputs", "want at most %d, got %d", maxInputs, len(asked))
		return nil
	}
	names := map[string]bool{}
	for n, a := range asked {
		i := godocker.Input{Name: strings.TrimSpace(a.Name), Label: strings.TrimSpace(a.Label), Help: strings.TrimSpace(a.Help), Kind: godocker.InputKind(a.Kind),
			Default: a.Default, Optional: a.Optional, Least: a.Min, Most: a.Max}
		field := fmt.Sprintf("inputs[%d].", n)
		if err := godocker.CheckEnvName(i.Name); err != nil {
			f.bad(field+"name", "%s", err)
		} else if names[i.Name] {
			f.bad(field+"name", "there are two inputs %s", i.Name)
		}
		names[i.Name] = true
		for what, text := range map[string]string{"label": i.Label, "help": i.Help} {
			if len(text) > maxText || strings.ContainsFunc(text, godocker.Unseen) {
				f.bad(field+what, "want at most %d characters on one line", maxText)
			}
		}
		f.kind(field, &i, a)
		out = append(out, i)
	}
	return out
}

// kind checks what only some kinds of inputs have.
func (f *form) kind(field string, i *godocker.Input, a api.RecipeInput) {
	switch i.Kind {
	case godocker.InputChoice:
		for _, c := range a.Choices {
			if c = strings.TrimSpace(c); c != "" && !slices.Contains(i.Choices, c) {
				i.Choices = append(i.Choices, c)
			}
		}
		if len(i.Choices) == 0 || len(i.Choices) > maxChoices {
			f.bad(field+"choices", "want 1 to %d choices, got %d", maxChoices, len(i.Choices))
		}
	case godocker.InputNumber:
		if i.Least != nil && i.Most != nil && *i.Least > *i.Most {
			f.bad(field+"min", "want at most %g, which is the largest, got %g", *i.Most, *i.Least)
		}
	case godocker.InputFile:
		if i.Default != "" {
			f.bad(field+"default", "a file has none; leave it out")
		}
	case godocker.InputText:
	default:
		f.bad(field+"kind", "want one of text, choice, number, file, got %q", i.Kind)
		return
	}
	if i.Default != "" {
		if err := check(i, i.Default); err != nil {
			f.bad(field+"default", "%s", err)
		}
	}
}

// check says what is wrong with a value that is not empty.
func check(i *godocker.Input, value string) error {
	switch {
	case len(value) > maxText:
		return fmt.Errorf("want at most %d bytes, got %d", maxText, len(value))
	case strings.ContainsFunc(value, godocker.Unseen):
		return fmt.Errorf("want one line without control or formatting characters")
	case i.Kind == godocker.InputChoice && !slices.Contains(i.Choices, value):
		return fmt.Errorf("want one of %s, got %.100q", strings.Join(i.Choices, ", "), value)
	case i.Kind != godocker.InputNumber:
		return nil
	}
	n, err := strconv.ParseFloat(value, 64)
	switch {
	case err != nil || math.IsNaN(n) || math.IsInf(n, 0):
		return fmt.Errorf("want a number, got %.100q", value)
	case i.Least != nil && n < *i.Least:
		return fmt.Errorf("want at least %g, got %g", *i.Least, n)
	case i.Most != nil && n > *i.Most:
		return fmt.Errorf("want at most %g, got %g", *i.Most, n)
	}
	return nil
}
