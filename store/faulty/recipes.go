package faulty

import (
	"context"

	"godocker"
)

func (f *faulty) CreateRecipe(ctx context.Context, r godocker.Recipe, most int) (int64, error) {
	return get(f, "CreateRecipe", func() (int64, error) { return f.Store.CreateRecipe(ctx, r, most) })
}

func (f *faulty) Recipe(ctx context.Context, id int64) (godocker.Recipe, error) {
	return get(f, "Recipe", func() (godocker.Recipe, error) { return f.Store.Recipe(ctx, id) })
}

func (f *faulty) ListRecipes(ctx context.Context, owner string, projects []string) ([]godocker.Recipe, error) {
	return get(f, "ListRecipes", func() ([]godocker.Recipe, error) { return f.Store.ListRecipes(ctx, owner, projects) })
}

func (f *faulty) UpdateRecipe(ctx context.Context, id int64, change func(*godocker.Recipe) error) (godocker.Recipe, error) {
	return get(f, "UpdateRecipe", func() (godocker.Recipe, error) { return f.Store.UpdateRecipe(ctx, id, change) })
}

func (f *faulty) DeleteRecipe(ctx context.Context, id int64) error {
	return f.do("DeleteRecipe", func() error { return f.Store.DeleteRecipe(ctx, id) })
}

func (f *faulty) Preferences(ctx context.Context, user string) (string, error) {
	return get(f, "Preferences", func() (string, error) { return f.Store.Preferences(ctx, user) })
}

func (f *faulty) SavePreferences(ctx context.Context, user, document string) error {
	return f.do("SavePreferences", func() error { return f.Store.SavePreferences(ctx, user, document) })
}

func (f *faulty) Attached(ctx context.Context, id int64) (map[string][]byte, error) {
	return get(f, "Attached", func() (map[string][]byte, error) { return f.Store.Attached(ctx, id) })
}
