package api

import (
	"context"
	"net/http"
	"strconv"

	"godocker"
)

// Recipe is a task that people start again and again with other inputs.
type Recipe struct {
	ID          int64         `json:"id"`
	Owner       string        `json:"owner" doc:"empty: whoever leads its project"`
	Project     string        `json:"project" doc:"whose members see and use it; empty: only its owner"`
	Name        string        `json:"name"`
	Description string        `json:"description"`
	Inputs      []RecipeInput `json:"inputs"`
	Task        RecipeTask    `json:"task" doc:"what is submitted"`
	Created     Epoch         `json:"created"`
	Changed     Epoch         `json:"changed"`
	Mine        bool          `json:"mine" doc:"the caller may change and remove it"`
}

// RecipeInput is one thing that a recipe asks for. Its value is the variable of that name
// in the script's environment; of a file, its name in the task's folder.
type RecipeInput struct {
	Name     string   `json:"name" example:"SAMPLE"`
	Label    string   `json:"label,omitempty" doc:"for people; else the name"`
	Help     string   `json:"help,omitempty"`
	Kind     string   `json:"kind" enum:"text,choice,number,file"`
	Choices  []string `json:"choices,omitempty"`
	Default  string   `json:"default,omitempty"`
	Optional bool     `json:"optional,omitempty" doc:"may be left empty"`
	Min      *float64 `json:"min,omitempty" doc:"of a number"`
	Max      *float64 `json:"max,omitempty" doc:"of a number"`
}

// RecipeTask is the part of a task that a recipe fixes.
type RecipeTask struct {
	Name         string             `json:"name"`
	Tags         []string           `json:"tags"`
	Requirements RecipeRequirements `json:"requirements"`
	Container    RecipeContainer    `json:"container"`
	Command      RecipeCommand      `json:"command"`
}

// RecipeRequirements is what tasks of a recipe need.
type RecipeRequirements struct {
	CPU         Number          `json:"cpu,omitzero"`
	RAM         Number          `json:"ram,omitzero"`
	GPUs        Number          `json:"gpus,omitzero"`
	Label       []string        `json:"label,omitempty"`
	TmpStorage  *Text           `json:"tmpstorage,omitempty"`
	Array       *Text           `json:"array,omitempty" doc:"values of an array"`
	Ports       []Text          `json:"ports,omitempty"`
	URIs        []string        `json:"uris,omitempty"`
	WebPort     Number          `json:"web_port,omitzero"`
	Retry       Number          `json:"retry,omitzero"`
	MaxLifespan Text            `json:"maxlifespan,omitempty"`
	Idle        Text            `json:"idle,omitempty"`
	IdleAction  string          `json:"idle_action,omitempty"`
	Nice        Number          `json:"nice,omitzero"`
	Executor    string          `json:"executor,omitempty"`
	Resources   map[string]Text `json:"resources,omitempty"`
}

// RecipeContainer is what tasks of a recipe run in.
type RecipeContainer struct {
	Image      string   `json:"image"`
	Network    *bool    `json:"network,omitempty"`
	PullPolicy string   `json:"pull_policy,omitempty"`
	Root       bool     `json:"root,omitempty"`
	Volumes    []Volume `json:"volumes"`
}

// RecipeCommand is what tasks of a recipe do.
type RecipeCommand struct {
	Interactive bool              `json:"interactive,omitempty"`
	Cmd         string            `json:"cmd"`
	Env         map[string]string `json:"env,omitempty"`
}

// RecipeChange is a recipe as it is sent; what is left out stays.
type RecipeChange struct {
	Name        *string        `json:"name,omitempty"`
	Description *string        `json:"description,omitempty"`
	Project     *string        `json:"project,omitempty" doc:"empty: only its owner sees it"`
	Inputs      *[]RecipeInput `json:"inputs,omitempty"`
	Task        *RecipeTask    `json:"task,omitempty"`
}

// RecipeRun starts a task of a recipe.
type RecipeRun struct {
	Inputs  map[string]Text   `json:"inputs,omitempty" doc:"values by the names of inputs"`
	Files   map[string]File64 `json:"files,omitempty" doc:"files by the names of inputs"`
	Name    string            `json:"name,omitempty" doc:"of the task, if not the recipe's"`
	Project string            `json:"project,omitempty" doc:"that it counts for, if not the recipe's"`
	Notify  Notify            `json:"notify,omitzero"`
}

// FromRecipe returns the document of a recipe whose task is the given one.
func FromRecipe(r *godocker.Recipe, task RecipeTask, mine bool) Recipe {
	out := Recipe{ID: r.ID, Owner: r.Owner, Project: r.Project, Name: r.Name, Description: r.Description, Inputs: []RecipeInput{}, Task: task,
		Created: Epoch{r.Created}, Changed: Epoch{r.Changed}, Mine: mine}
	out.Task.Tags, out.Task.Container.Volumes = list(task.Tags), list(task.Container.Volumes)
	for _, i := range r.Inputs {
		out.Inputs = append(out.Inputs, RecipeInput{i.Name, i.Label, i.Help, string(i.Kind), i.Choices, i.Default, i.Optional, i.Least, i.Most})
	}
	return out
}

// Recipes returns one's own recipes and those of one's projects.
func (c *Client) Recipes(ctx context.Context) (rs []Recipe, err error) {
	err = c.call(ctx, http.MethodGet, "/recipe", nil, &rs)
	return rs, err
}

// RunRecipe submits a task of a recipe and returns its id.
func (c *Client) RunRecipe(ctx context.Context, id int64, run RecipeRun) (int64, error) {
	var added Added
	err := c.call(ctx, http.MethodPost, "/recipe/"+strconv.FormatInt(id, 10)+"/task", run, &added)
	return added.ID, err
}
