package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"godocker"
	"godocker/api"

	"github.com/spf13/cobra"
)

func (a *client) recipe() *cobra.Command {
	c := group(&cobra.Command{Use: "recipe", Short: "Recipes: tasks to be started again with other inputs"})
	c.AddCommand(a.recipeList(), a.recipeRun())
	return c
}

func (a *client) recipeList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List one's own recipes and those of one's projects", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			rs, err := srv.Recipes(c.Context())
			if err != nil {
				return err
			}
			return a.table(c.OutOrStdout(), rs, "ID\tNAME\tPROJECT\tOWNER\tINPUTS", func(t io.Writer) {
				for _, r := range rs {
					fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\n", r.ID, oneLine(r.Name), r.Project, r.Owner, inputsOf(r))
				}
			})
		}}
}

func inputsOf(r api.Recipe) string {
	var names []string
	for _, i := range r.Inputs {
		name := i.Name
		if i.Kind != string(godocker.InputText) {
			name += " (" + i.Kind + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

func (a *client) recipeRun() *cobra.Command {
	var run api.RecipeRun
	var set []string
	var wait bool
	c := &cobra.Command{Use: "run NAME", Short: "Submit a task of a recipe", Args: cobra.ExactArgs(1),
		Long:    "Submit a task of a recipe, which is named by its name or its id. For an input that is a\nfile, the value is the name of a file here.",
		Example: "  god recipe run align --set SAMPLE=mouse7 --set READS=reads.csv",
		RunE: func(c *cobra.Command, args []string) error {
			values, err := assignments(set)
			if err != nil {
				return err
			}
			srv, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			r, err := findRecipe(c, srv, args[0])
			if err != nil {
				return err
			}
			if run.Inputs, run.Files, err = inputs(r, values); err != nil {
				return err
			}
			id, err := srv.RunRecipe(c.Context(), r.ID, run)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "Task added. Job id is %d\n", id)
			if wait {
				return await(c, srv, id)
			}
			return nil
		}}
	f := c.Flags()
	f.StringArrayVar(&set, "set", nil, "NAME=VALUE: an input; of a file, its name here")
	f.StringVarP(&run.Name, "name", "n", "", "name of the task")
	f.StringVarP(&run.Project, "project", "p", "", "project that it counts for")
	f.BoolVar(&run.Notify.Email, "notify", false, "send an e-mail when it starts and when it is over")
	f.BoolVar(&wait, "wait", false, "wait for the end and exit with the task's exit code")
	return c
}

// findRecipe returns the recipe with a name or an id, which goes first.
func findRecipe(c *cobra.Command, srv *api.Client, word string) (api.Recipe, error) {
	rs, err := srv.Recipes(c.Context())
	if err != nil {
		return api.Recipe{}, err
	}
	var found []api.Recipe
	for _, r := range rs {
		if strconv.FormatInt(r.ID, 10) == word {
			return r, nil
		}
		if r.Name == word {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 0:
		return api.Recipe{}, godocker.Errorf(godocker.NotFound, "there is no recipe %q; god recipe list shows them", word)
	case 1:
		return found[0], nil
	}
	return api.Recipe{}, godocker.Errorf(godocker.Invalid, "%d recipes are called %q; want the id of one, as god recipe list shows it", len(found), word)
}

// inputs reads the files among the values. What the recipe does not know the server
// refuses.
func inputs(r api.Recipe, values map[string]string) (map[string]api.Text, map[string]api.File64, error) {
	texts, files := map[string]api.Text{}, map[string]api.File64{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		isFile := slices.ContainsFunc(r.Inputs, func(i api.RecipeInput) bool {
			return i.Name == name && i.Kind == string(godocker.InputFile)
		})
		if !isFile {
			texts[name] = api.Text(values[name])
			continue
		}
		content, err := os.ReadFile(values[name])
		if err != nil {
			return nil, nil, godocker.Errorf(godocker.Invalid, "--set %s: %w", name, err)
		}
		files[name] = api.File64{Name: filepath.Base(values[name]), Content: content}
	}
	return texts, files, nil
}
