package recipe_test

import (
	"errors"
	"strings"
	"testing"

	"godocker"
	"godocker/api"
	"godocker/internal/recipe"

	"github.com/google/go-cmp/cmp"
)

func ptr[T any](v T) *T { return &v }

func align() api.RecipeChange {
	return api.RecipeChange{Name: ptr(" align "), Task: &api.RecipeTask{Name: "aligned", Container: api.RecipeContainer{Image: "debian:12"},
		Command: api.RecipeCommand{Cmd: "align", Env: map[string]string{"FIXED": "1"}}, Requirements: api.RecipeRequirements{CPU: api.Num(2), Idle: "2h", IdleAction: "end", Array: ptr(api.Text("1:3"))}},
		Inputs: &[]api.RecipeInput{{Name: "SAMPLE", Kind: "text"}, {Name: "MODE", Kind: "choice", Choices: []string{"fast", " exact", "fast", ""}, Default: "exact"},
			{Name: "N", Kind: "number", Min: ptr(1.0), Max: ptr(5.0), Optional: true}, {Name: "READS", Kind: "file"}}}
}

func made(t *testing.T) godocker.Recipe {
	t.Helper()
	r := godocker.Recipe{ID: 3, Project: "lab"}
	if err := recipe.Change(&r, align()); err != nil {
		t.Fatal(err)
	}
	return r
}

func fieldsOf(err error) string {
	var e *godocker.Error
	if !errors.As(err, &e) {
		return ""
	}
	var names []string
	for _, f := range e.Fields {
		names = append(names, f.Field)
	}
	return strings.Join(names, " ")
}

// What people put in becomes variables, letter by letter, and leaves the script alone.
func TestFill(t *testing.T) {
	r := made(t)
	evil := `"; rm -rf / #$(id)` + "`id`"
	got, err := recipe.Fill(&r, api.RecipeRun{Inputs: map[string]api.Text{"SAMPLE": api.Text(evil)}, Files: map[string]api.File64{"READS": {Name: "my reads.csv", Content: []byte("x")}}})
	if err != nil {
		t.Fatal(err)
	}
	want := api.Command{Cmd: "align", Env: map[string]string{"FIXED": "1", "SAMPLE": evil, "MODE": "exact", "N": "", "READS": "my reads.csv"},
		Files: []api.File64{{Name: "my reads.csv", Content: []byte("x")}}}
	if diff := cmp.Diff(want, got.Command); diff != "" {
		t.Error(diff)
	}
	if got.User.Project != "lab" || got.Meta.Name != "aligned" || got.Requirements.CPU.Value != 2 || *got.Requirements.Array.Values != "1:3" || got.Requirements.Idle != "2h" || got.Requirements.IdleAction != "end" || got.Container.Image != "debian:12" {
		t.Errorf("the task is %+v", got)
	}
	again, err := recipe.Task(&r)
	if err != nil || len(again.Command.Env) != 1 {
		t.Errorf("the recipe became %+v, %v", again, err)
	}
}

func TestWhatFillRefuses(t *testing.T) {
	r := made(t)
	file := map[string]api.File64{"READS": {Name: "r"}}
	for want, run := range map[string]api.RecipeRun{
		"inputs.SAMPLE inputs.READS": {},
		"inputs.MODE":                {Inputs: map[string]api.Text{"SAMPLE": "a", "MODE": "other"}, Files: file},
		"inputs.N":                   {Inputs: map[string]api.Text{"SAMPLE": "a", "N": "6"}, Files: file},
		"inputs.SAMPLE":              {Inputs: map[string]api.Text{"SAMPLE": "a\nb"}, Files: file},
		"inputs.READS":               {Inputs: map[string]api.Text{"SAMPLE": "a"}, Files: map[string]api.File64{"READS": {Name: "../r"}}},
		"inputs.PATH":                {Inputs: map[string]api.Text{"SAMPLE": "a", "PATH": "/"}, Files: file},
		"inputs.READS inputs.READS":  {Inputs: map[string]api.Text{"SAMPLE": "a", "READS": "r"}},
	} {
		if _, err := recipe.Fill(&r, run); fieldsOf(err) != want {
			t.Errorf("want %q: %v", want, err)
		}
	}
}

func TestWhatChangeRefuses(t *testing.T) {
	for want, change := range map[string]func(*api.RecipeChange){
		"name":              func(c *api.RecipeChange) { c.Name = ptr("a\nb") },
		"description":       func(c *api.RecipeChange) { c.Description = ptr("\x1b[31m") },
		"task.command.cmd":  func(c *api.RecipeChange) { c.Task.Command.Cmd = " " },
		"inputs[0].name":    func(c *api.RecipeChange) { (*c.Inputs)[0].Name = "LD_PRELOAD" },
		"inputs[1].name":    func(c *api.RecipeChange) { (*c.Inputs)[1].Name = "SAMPLE" },
		"inputs[1].choices": func(c *api.RecipeChange) { (*c.Inputs)[1].Choices, (*c.Inputs)[1].Default = nil, "" },
		"inputs[1].default": func(c *api.RecipeChange) { (*c.Inputs)[1].Default = "third" },
		"inputs[2].min":     func(c *api.RecipeChange) { (*c.Inputs)[2].Min = ptr(9.0) },
		"inputs[0].kind":    func(c *api.RecipeChange) { (*c.Inputs)[0].Kind = "date" },
		"inputs":            func(c *api.RecipeChange) { (*c.Inputs)[0].Name = "FIXED" },
	} {
		c := align()
		change(&c)
		if err := recipe.Change(&godocker.Recipe{}, c); fieldsOf(err) != want {
			t.Errorf("want %q: %v", want, err)
		}
	}
}
