package storetest

import (
	"time"

	"godocker"
)

func recipes(h *harness) {
	for _, id := range []string{"ann", "bob"} {
		h.ok(h.s.CreateUser(h.Context(), godocker.User{ID: id}))
	}
	h.ok(h.s.CreateProject(h.Context(), godocker.Project{ID: "lab", Members: []string{"ann", "bob"}}))
	ten := 10.0
	own := godocker.Recipe{Owner: "ann", Name: "own", Task: `{"a":1}`, Created: epoch, Changed: epoch}
	shared := godocker.Recipe{Owner: "ann", Project: "lab", Name: "align", Description: "d", Task: "{}", Created: epoch, Changed: epoch,
		Inputs: []godocker.Input{{Name: "N", Label: "How many", Help: "h", Kind: godocker.InputNumber, Default: "1", Most: &ten}, {Name: "MODE", Kind: godocker.InputChoice, Choices: []string{"a", "b"}, Optional: true}}}
	add := func(r *godocker.Recipe) {
		id, err := h.s.CreateRecipe(h.Context(), *r, 2)
		h.ok(err)
		r.ID = id
	}
	add(&own)
	add(&shared)
	if own.ID == shared.ID {
		h.Error("two recipes have the same number")
	}
	for what, r := range map[string]godocker.Recipe{"a recipe of nobody": {Owner: "eve"}, "in no project": {Owner: "ann", Project: "p9"}} {
		_, err := h.s.CreateRecipe(h.Context(), r, 9)
		h.code(err, godocker.NotFound, what)
	}
	_, err := h.s.CreateRecipe(h.Context(), own, 2)
	h.code(err, godocker.Conflict, "more than one may have")
	got, err := h.s.Recipe(h.Context(), shared.ID)
	h.ok(err)
	h.same("recipe", got, shared)
	list := func(owner string, projects ...string) []godocker.Recipe {
		rs, err := h.s.ListRecipes(h.Context(), owner, projects)
		h.ok(err)
		return rs
	}
	h.same("everybody's", list(""), []godocker.Recipe{shared, own})
	h.same("of ann", list("ann"), []godocker.Recipe{shared, own})
	h.same("of bob in the lab", list("bob", "lab"), []godocker.Recipe{shared})
	h.same("of bob", list("bob"), nil)
	got, err = h.s.UpdateRecipe(h.Context(), own.ID, func(r *godocker.Recipe) error {
		r.Name, r.Changed = "mine", epoch.Add(time.Hour)
		return nil
	})
	own.Name, own.Changed = "mine", epoch.Add(time.Hour)
	h.ok(err)
	h.same("updated", got, own)
	_, err = h.s.UpdateRecipe(h.Context(), own.ID, func(r *godocker.Recipe) error { r.Project = "p9"; return nil })
	h.code(err, godocker.NotFound, "shared in no project")
	_, err = h.s.UpdateRecipe(h.Context(), 99, func(*godocker.Recipe) error { return nil })
	h.code(err, godocker.NotFound, "UpdateRecipe")
	h.ok(h.s.DeleteUser(h.Context(), "ann"))
	shared.Owner = ""
	h.same("after ann left", list(""), []godocker.Recipe{shared})
	bobs := godocker.Recipe{Owner: "bob", Project: "lab", Name: "z", Task: "{}", Created: epoch, Changed: epoch}
	add(&bobs)
	h.ok(h.s.DeleteProject(h.Context(), "lab"))
	bobs.Project = ""
	h.same("after the lab closed", list(""), []godocker.Recipe{bobs})
	h.ok(h.s.DeleteRecipe(h.Context(), bobs.ID))
	h.code(h.s.DeleteRecipe(h.Context(), bobs.ID), godocker.NotFound, "DeleteRecipe")
	_, err = h.s.Recipe(h.Context(), bobs.ID)
	h.code(err, godocker.NotFound, "Recipe")
}

func preferences(h *harness) {
	h.ok(h.s.CreateUser(h.Context(), godocker.User{ID: "ann"}))
	is := func(what, want string) {
		got, err := h.s.Preferences(h.Context(), "ann")
		h.ok(err)
		h.same(what, got, want)
	}
	is("at first", "")
	for _, doc := range []string{`{"a":1}`, `{"b":2}`} {
		h.ok(h.s.SavePreferences(h.Context(), "ann", doc))
		is("saved", doc)
	}
	h.code(h.s.SavePreferences(h.Context(), "eve", "{}"), godocker.NotFound, "preferences of nobody")
	h.ok(h.s.DeleteUser(h.Context(), "ann"))
	h.ok(h.s.CreateUser(h.Context(), godocker.User{ID: "ann"}))
	is("of another ann", "")
}

// What is handed in with a task is not in lists, and elements have what their array has.
func attached(h *harness) {
	files := []godocker.Attachment{{Name: "reads.csv", Content: []byte("a,b\n")}, {Name: "empty", Content: []byte{}}}
	one := godocker.Task{User: godocker.Owner{ID: "ann"}, Command: godocker.Command{Script: "true", Env: map[string]string{"N": "1"}, Files: files}}
	many := one
	many.Requirements.Array.Values = "1:2"
	ids, err := h.s.Submit(h.Context(), []godocker.Task{one, many, {User: godocker.Owner{ID: "ann"}}})
	h.ok(err)
	want := map[string][]byte{"reads.csv": []byte("a,b\n"), "empty": {}}
	for _, id := range []int64{ids[0], ids[1], ids[1] + 2} {
		got, err := h.s.Attached(h.Context(), id)
		h.ok(err)
		h.same("attached", got, want)
		k, err := h.s.Task(h.Context(), id)
		h.ok(err)
		h.same("of the task", k.Command, godocker.Command{Script: "true", Env: map[string]string{"N": "1"}, Files: []godocker.Attachment{{Name: "reads.csv"}, {Name: "empty"}}})
	}
	none, err := h.s.Attached(h.Context(), ids[2])
	h.ok(err)
	h.same("without files", none, map[string][]byte(nil))
	_, err = h.s.Attached(h.Context(), 4711)
	h.code(err, godocker.NotFound, "Attached")
}
