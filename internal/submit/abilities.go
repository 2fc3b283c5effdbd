package submit

import (
	"godocker"
	"godocker/executor"
	"strings"
)

// can is what the executor of the task is able to do.
func (c *check) can() (name string, can executor.Capabilities) {
	name, _, _ = strings.Cut(c.doc.Requirements.Executor, ":")
	if name == "" && len(c.rules.KnownExecutors) > 0 {
		name = c.rules.KnownExecutors[0]
	}
	return name, c.rules.Can[name]
}

// abilities checks what not every site, executor or person has.
func (c *check) abilities(owner godocker.User) {
	c.root(owner)
}

func (c *check) root(owner godocker.User) {
	name, can := c.can()
	switch {
	case !c.doc.Container.Root:
		return
	case !c.rules.Root:
		c.bad("container.root", "this site runs no tasks as root")
	case owner.Guest && !c.rules.GuestRoot:
		c.bad("container.root", "this site runs no tasks of guests as root")
	case !can.Root:
		c.bad("container.root", "the executor %s runs no tasks as root", name)
	}
	c.task.Container.Root = true
}
