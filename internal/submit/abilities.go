package submit

import (
	"slices"
	"strings"

	"godocker"
	"godocker/executor"
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
	c.network()
	c.labels()
	c.gpus()
	c.ports()
	c.webPort()
	c.interactive()
	c.tmpStorage()
	c.uris()
	c.engine()
}

// engine checks what most executors can do.
func (c *check) engine() {
	name, _ := c.can()
	can, known := c.rules.Can[name]
	_, warned := c.task.Requirements.Resources[godocker.ResourceWarn]
	switch {
	case !known:
	case c.task.Container.Pull == godocker.PullNever && !can.PullNever:
		c.bad("container.pull_policy", "the nodes of the executor %s ask for images in any case: want another than %s", name, godocker.PullNever)
	case warned && !can.Signals && !c.doc.Command.Interactive:
		c.bad("requirements.resources."+godocker.ResourceWarn, "the executor %s sends no signals to tasks; leave it out", name)
	case c.task.Requirements.WebPort > 0 && !can.Join && !c.doc.Command.Interactive:
		c.bad("requirements.web_port", "the executor %s has web ports of interactive tasks alone; make it one, or leave it out", name)
	}
}

// labels checks what the task asks of its node: one of the site's words, which some
// node has.
func (c *check) labels() {
	const field = "requirements.label"
	var words []string
	for _, k := range c.rules.Labels {
		for _, v := range k.Value {
			words = append(words, k.Name+"=="+v)
		}
	}
	var asked []string
	for _, text := range c.doc.Requirements.Label {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		name, value, err := godocker.ParseLabel(text)
		label := name + "==" + value
		switch {
		case err != nil:
			c.bad(field, "%s", err)
		case len(words) == 0:
			c.bad(field, "this site has no labels to choose nodes by")
		case !slices.Contains(words, label):
			c.bad(field, "%q is not a label of this site; want some of: %s", label, strings.Join(words, ", "))
		case !slices.Contains(asked, label):
			asked = append(asked, label)
		}
	}
	c.task.Requirements.Labels = asked
	name, _ := c.can()
	if nodes := c.nodes(); len(asked) > 0 && nodes != nil && !slices.ContainsFunc(nodes, func(n executor.Node) bool { return godocker.LabelsMatch(asked, n.Labels) }) {
		c.bad(field, "no node of the executor %s has %s", name, strings.Join(asked, " and "))
	}
}

// nodes are those of the task's executor; nil = unknown.
func (c *check) nodes() []executor.Node {
	if c.rules.Nodes == nil {
		return nil
	}
	name, _ := c.can()
	return c.rules.Nodes(c.ctx)[name]
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

// network refuses tasks without a network where the executor would give them one.
func (c *check) network() {
	name, can := c.can()
	if _, known := c.rules.Can[name]; !known || can.Network || c.task.Container.Network {
		return
	}
	if c.rules.NetworkOff {
		c.bad("requirements.executor", "the executor %s cannot keep tasks from the network, and tasks of this site have none", name)
		return
	}
	c.bad("container.network", "the executor %s cannot keep tasks from the network: want true", name)
}
