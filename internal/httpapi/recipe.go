package httpapi

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/recipe"
)

type byRecipe struct {
	ID string `path:"id" doc:"number of the recipe" example:"3"`
}

// recipeDocument is what the caller sees of a recipe.
func recipeDocument(ctx context.Context, r *godocker.Recipe, leads func(project string) bool) (api.Recipe, error) {
	task, err := recipe.Task(r)
	if err != nil {
		return api.Recipe{}, err
	}
	return api.FromRecipe(r, task, mayChangeRecipe(callerOf(ctx), r, leads)), nil
}

func (s *Server) listRecipes(ctx context.Context, _ *empty) (*body[[]api.Recipe], error) {
	rs, leads, err := s.recipesOf(ctx)
	if err != nil {
		return nil, err
	}
	docs := make([]api.Recipe, len(rs))
	for i := range rs {
		if docs[i], err = recipeDocument(ctx, &rs[i], leads); err != nil {
			return nil, err
		}
	}
	return answer(docs), nil
}

func (s *Server) getRecipe(ctx context.Context, in *byRecipe) (*body[api.Recipe], error) {
	r, err := s.recipe(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	doc, err := recipeDocument(ctx, &r, s.leads(ctx))
	return answer(doc), err
}

func (s *Server) createRecipe(ctx context.Context, in *body[api.RecipeChange]) (*body[api.Recipe], error) {
	now := time.Now()
	r := godocker.Recipe{Owner: callerOf(ctx).User.ID, Created: now, Changed: now}
	if err := recipe.Change(&r, in.Body); err != nil {
		return nil, err
	}
	if err := s.mayShare(ctx, "", r.Project); err != nil {
		return nil, err
	}
	var err error
	if r.ID, err = s.Store.CreateRecipe(ctx, r, mostRecipes); err != nil {
		return nil, err
	}
	doc, err := recipeDocument(ctx, &r, s.leads(ctx))
	return answer(doc), err
}

// mostRecipes is how many one person may have.
const mostRecipes = 500

func (s *Server) saveRecipe(ctx context.Context, in *struct {
	ID   string `path:"id" doc:"number of the recipe" example:"3"`
	Body api.RecipeChange
}) (*body[api.Recipe], error) {
	r, err := s.changeable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Body.Project != nil {
		if err := s.mayShare(ctx, r.Project, *in.Body.Project); err != nil {
			return nil, err
		}
	}
	r, err = s.Store.UpdateRecipe(ctx, r.ID, func(r *godocker.Recipe) error {
		r.Changed = time.Now()
		err := recipe.Change(r, in.Body)
		if r.Owner == "" && r.Project == "" {
			r.Owner = callerOf(ctx).User.ID // or nobody would see it again
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	doc, err := recipeDocument(ctx, &r, s.leads(ctx))
	return answer(doc), err
}

func (s *Server) deleteRecipe(ctx context.Context, in *byRecipe) (*body[api.Message], error) {
	r, err := s.changeable(ctx, in.ID)
	if err == nil {
		err = s.Store.DeleteRecipe(ctx, r.ID)
	}
	return answer(api.Message{Msg: "Recipe " + in.ID + " is removed"}), err
}

// runRecipe submits a task of a recipe as the caller's own.
func (s *Server) runRecipe(ctx context.Context, in *struct {
	ID   string `path:"id" doc:"number of the recipe" example:"3"`
	Body api.RecipeRun
}) (*body[api.Added], error) {
	r, err := s.recipe(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	doc, err := recipe.Fill(&r, in.Body)
	if err != nil {
		return nil, err
	}
	id, err := s.Submit.Submit(ctx, submitterOf(callerOf(ctx)), doc, time.Now())
	if err != nil {
		return nil, err
	}
	return answer(api.Added{Msg: "Task added", ID: id}), nil
}

func recipeID(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, godocker.Errorf(godocker.NotFound, "recipe %.20s does not exist", s)
	}
	return n, nil
}

// maxPreferences is how much is kept for the page, in bytes.
const maxPreferences = 16 << 10

func (s *Server) preferences(ctx context.Context, in *byUser) (*body[map[string]any], error) {
	u, err := s.person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	text, err := s.Store.Preferences(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	doc := map[string]any{}
	if text != "" {
		err = json.Unmarshal([]byte(text), &doc)
	}
	return answer(doc), err
}

func (s *Server) savePreferences(ctx context.Context, in *struct {
	ID   string `path:"id"`
	Body map[string]any
}) (*body[map[string]any], error) {
	u, err := s.person(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Body == nil {
		in.Body = map[string]any{}
	}
	text, err := json.Marshal(in.Body)
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxPreferences:
		return nil, godocker.Errorf(godocker.TooLarge, "want at most %d bytes of preferences, got %d", maxPreferences, len(text))
	}
	return answer(in.Body), s.Store.SavePreferences(ctx, u.ID, string(text))
}
