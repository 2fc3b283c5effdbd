package submit

import (
	"errors"
	"strings"

	"godocker"
	"godocker/store"
)

// array reads which elements the task has.
func (c *check) array() {
	values := c.doc.Requirements.Array.Values
	if values == nil || strings.TrimSpace(string(*values)) == "" {
		return
	}
	r, err := godocker.ParseRange(string(*values))
	if err != nil {
		c.bad("requirements.array.values", "%s", message(err))
		return
	}
	if n := r.Count(); c.rules.MaxArray > 0 && n > c.rules.MaxArray {
		c.bad("requirements.array.values", "want at most %d elements, which is what this site allows (max_array), got %d", c.rules.MaxArray, n)
	}
	c.elements = &r
	c.task.Requirements.Array.Values = strings.TrimSpace(string(*values))
}

// message is an error's text for the person, without its code.
func message(err error) string {
	var e *godocker.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

const dependsField = "requirements.tasks"

// dependencies finds the tasks that this one waits for. They exist already, so no
// circle can come about.
func (c *check) dependencies(s store.Tasks, owner godocker.User) error {
	items := make([]string, len(c.doc.Requirements.Tasks))
	for i, t := range c.doc.Requirements.Tasks {
		items[i] = string(t)
	}
	needs, err := godocker.ParseDependencies(items)
	if err != nil {
		c.bad(dependsField, "%s", message(err))
		return nil
	}
	for _, clause := range needs {
		c.task.Requirements.Dependencies = append(c.task.Requirements.Dependencies, clause.String())
		for i := range clause {
			if err := c.resolve(s, owner, &clause[i]); err != nil {
				return err
			}
		}
	}
	c.task.Needs = needs
	return nil
}

// resolve finds the task that a condition names: by its id, or the newest one of
// that name. Tasks of others do not exist here.
func (c *check) resolve(s store.Tasks, owner godocker.User, k *godocker.Condition) error {
	q := store.Query{User: owner.ID, Limit: 1}
	if owner.Admin && k.ID != 0 {
		q.User = ""
	}
	if k.ID != 0 {
		q.IDs = []int64{k.ID}
	} else {
		q.Name = k.Name
	}
	found, err := s.List(c.ctx, q)
	if err != nil {
		return err
	}
	if len(found) == 0 && k.ID != 0 {
		c.bad(dependsField, "task %d does not exist", k.ID)
		return nil
	}
	if len(found) == 0 {
		c.bad(dependsField, "you have no task called %q", k.Name)
		return nil
	}
	k.ID, k.Name = found[0].ID, ""
	if k.Each {
		c.each(k, &found[0])
	}
	return nil
}

// each checks that every element of this array finds its own among the others.
func (c *check) each(k *godocker.Condition, other *godocker.Task) {
	theirs, err := godocker.ParseRange(other.Requirements.Array.Values)
	if err != nil || other.ParentID != 0 || c.elements == nil {
		c.bad(dependsField, "%s is for an array that waits for an array, element by element", k)
		return
	}
	mine := *c.elements
	last := mine.Value(mine.Count() - 1)
	if mine.First < theirs.First || last > theirs.Last || (mine.First-theirs.First)%theirs.Step != 0 || mine.Count() > 1 && mine.Step%theirs.Step != 0 {
		c.bad(dependsField, "%s: task %d does not have an element for each value of %s; its values are %s", k, other.ID,
			c.task.Requirements.Array.Values, other.Requirements.Array.Values)
		return
	}
	k.First, k.Step = theirs.First, theirs.Step
}
