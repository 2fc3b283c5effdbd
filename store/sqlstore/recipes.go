package sqlstore

import (
	"context"

	"godocker"
)

func queryRecipes(q querier, tail string, args ...any) ([]godocker.Recipe, error) {
	var rs []godocker.Recipe
	err := q.query(`SELECT id, owner, project, name, description, inputs, task, created, changed FROM recipes `+tail, args, func(scan func(...any) error) error {
		var r godocker.Recipe
		var inputs string
		var created, changed int64
		if err := scan(&r.ID, &r.Owner, &r.Project, &r.Name, &r.Description, &inputs, &r.Task, &created, &changed); err != nil {
			return err
		}
		r.Created, r.Changed = fromMicros(created), fromMicros(changed)
		err := fromJSON(inputs, &r.Inputs)
		rs = append(rs, r)
		return err
	})
	return rs, err
}

func oneRecipe(q querier, id int64, tail string) (godocker.Recipe, error) {
	rs, err := queryRecipes(q, `WHERE id = ?`+tail, id)
	if err != nil || len(rs) > 0 {
		return append(rs, godocker.Recipe{})[0], err
	}
	return godocker.Recipe{}, godocker.Errorf(godocker.NotFound, "recipe %d does not exist", id)
}

// CreateRecipe adds a recipe and returns its number, unless its owner has as many as they
// may. Its project, if it has one, must exist.
func (s *Store) CreateRecipe(ctx context.Context, r godocker.Recipe, most int) (id int64, err error) {
	err = s.write(ctx, func(t *txn) error {
		if _, err := oneUser(t, r.Owner, t.d.forUpdate); err != nil {
			return err
		}
		if err := t.known(r.Project); err != nil {
			return err
		}
		var has int
		if _, err := one(t, `SELECT COUNT(*) FROM recipes WHERE owner = ?`, []any{r.Owner}, &has); err != nil {
			return err
		}
		if has >= most {
			return godocker.Errorf(godocker.Conflict, "%s has %d recipes, and may have no more: remove one first", r.Owner, has)
		}
		if _, err := one(t, `UPDATE counters SET recipe = recipe + 1 WHERE id = 1 RETURNING recipe`, nil, &id); err != nil {
			return err
		}
		return t.exec(`INSERT INTO recipes (id, owner, project, name, description, inputs, task, created, changed) VALUES (`+list(9)+`)`,
			id, r.Owner, r.Project, r.Name, r.Description, toJSON(r.Inputs), r.Task, micros(r.Created), micros(r.Changed))
	})
	return id, err
}

// known makes sure that a project stays until the transaction ends; "" is none.
func (t *txn) known(project string) error {
	if project == "" {
		return nil
	}
	_, err := oneProject(t, project, t.d.forUpdate)
	return err
}

// Recipe returns one.
func (s *Store) Recipe(ctx context.Context, id int64) (r godocker.Recipe, err error) {
	err = s.read(ctx, func(q querier) (err error) {
		r, err = oneRecipe(q, id, "")
		return err
	})
	return r, err
}

// ListRecipes returns those of a user and of projects by name; everybody's for "".
func (s *Store) ListRecipes(ctx context.Context, owner string, projects []string) (rs []godocker.Recipe, err error) {
	where, args := "", []any{}
	if owner != "" {
		where, args = `WHERE owner = ? `, append(args, owner)
		for _, p := range projects {
			args = append(args, p)
		}
		if len(projects) > 0 {
			where += `OR project IN (` + list(len(projects)) + `) `
		}
	}
	err = s.read(ctx, func(q querier) (err error) {
		rs, err = queryRecipes(q, where+`ORDER BY name, id`, args...)
		return err
	})
	return rs, err
}

// UpdateRecipe changes a recipe, as UpdateUser does a user.
func (s *Store) UpdateRecipe(ctx context.Context, id int64, change func(*godocker.Recipe) error) (r godocker.Recipe, err error) {
	err = s.write(ctx, func(t *txn) error {
		if r, err = oneRecipe(t, id, t.d.forUpdate); err != nil {
			return err
		}
		if err := change(&r); err != nil {
			return err
		}
		if err := t.known(r.Project); err != nil {
			return err
		}
		r.ID = id
		return t.exec(`UPDATE recipes SET owner = ?, project = ?, name = ?, description = ?, inputs = ?, task = ?, changed = ? WHERE id = ?`,
			r.Owner, r.Project, r.Name, r.Description, toJSON(r.Inputs), r.Task, micros(r.Changed), id)
	})
	return r, err
}

// DeleteRecipe removes one.
func (s *Store) DeleteRecipe(ctx context.Context, id int64) error {
	return s.write(ctx, func(t *txn) error {
		n, err := t.change(`DELETE FROM recipes WHERE id = ?`, id)
		if err == nil && n == 0 {
			err = godocker.Errorf(godocker.NotFound, "recipe %d does not exist", id)
		}
		return err
	})
}

// leaveRecipes gives what a user shared to the project, and removes the rest.
func leaveRecipes(t *txn, user string) error {
	if err := t.exec(`DELETE FROM recipes WHERE owner = ? AND project = ''`, user); err != nil {
		return err
	}
	return t.exec(`UPDATE recipes SET owner = '' WHERE owner = ?`, user)
}

// unshareRecipes leaves those of a project to their owners, and removes the rest.
func unshareRecipes(t *txn, project string) error {
	if err := t.exec(`DELETE FROM recipes WHERE project = ? AND owner = ''`, project); err != nil {
		return err
	}
	return t.exec(`UPDATE recipes SET project = '' WHERE project = ?`, project)
}

// Preferences returns what SavePreferences kept of a user, "" at first.
func (s *Store) Preferences(ctx context.Context, user string) (document string, err error) {
	err = s.read(ctx, func(q querier) error {
		document = ""
		_, err := one(q, `SELECT document FROM preferences WHERE user_id = ?`, []any{user}, &document)
		return err
	})
	return document, err
}

// SavePreferences keeps a document of a user in place of the one before.
func (s *Store) SavePreferences(ctx context.Context, user, document string) error {
	return s.write(ctx, func(t *txn) error {
		if _, err := oneUser(t, user, t.d.forUpdate); err != nil {
			return err
		}
		return t.exec(`INSERT INTO preferences (user_id, document) VALUES (?, ?) ON CONFLICT (user_id) DO UPDATE SET document = excluded.document`, user, document)
	})
}
