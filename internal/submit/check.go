package submit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"godocker"
	"godocker/api"
	"godocker/store"
)

// check goes through one document, gathers what is wrong and builds the task.
type check struct {
	ctx       context.Context
	rules     *Rules
	doc       *api.Task
	task      godocker.Task
	inProject godocker.Project
	elements  *godocker.Range // of an array
	errs      []godocker.FieldError
	tooLarge  bool
}

func (c *check) bad(field, format string, args ...any) {
	c.errs = append(c.errs, godocker.FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

// available refuses, by name, abilities that this version does not have: a task
// that ran without them would be a wrong result.
func (c *check) available() {
	r := &c.doc.Requirements
	later := map[string]bool{
		"requirements.network": r.Network != "" && r.Network != "public",
	}
	for _, field := range slices.Sorted(maps.Keys(later)) {
		if later[field] {
			c.bad(field, "is not available in this version; leave it out")
		}
	}
}

// unseen is what is wrong with a name that has characters that nobody sees.
const unseen = "want one line without control or formatting characters"

const (
	maxName        = 200
	maxDescription = 10_000
	maxTags        = 50
)

func (c *check) meta() {
	m := c.doc.Meta
	switch {
	case len(m.Name) > maxName:
		c.bad("meta.name", "want at most %d characters, got %d", maxName, len(m.Name))
	case strings.ContainsFunc(m.Name, godocker.Unseen):
		c.bad("meta.name", unseen)
	}
	switch {
	case len(m.Description) > maxDescription:
		c.bad("meta.description", "want at most %d characters", maxDescription)
	case strings.ContainsFunc(m.Description, godocker.UnseenInText):
		c.bad("meta.description", "want no control or formatting characters but line feeds and tabs")
	}
	var tags []string
	for _, t := range m.Tags {
		if t = strings.TrimSpace(t); t != "" {
			tags = append(tags, t)
		}
		if len(t) > maxName {
			c.bad("meta.tags", "want tags of at most %d characters, got %d", maxName, len(t))
			break
		}
		if strings.ContainsFunc(t, godocker.Unseen) {
			c.bad("meta.tags", unseen)
			break
		}
	}
	if len(tags) > maxTags {
		c.bad("meta.tags", "want at most %d tags, got %d", maxTags, len(tags))
	}
	c.task.Meta = godocker.Meta{Name: m.Name, Description: m.Description, Tags: tags}
}

func (c *check) notify(owner godocker.User) {
	switch {
	case !c.doc.Notify.Email:
	case !c.rules.Mail:
		c.bad("notify.email", "this site sends no e-mail; leave it out")
	case owner.Email == "":
		c.bad("notify.email", "%s has no e-mail address; ask an administrator for one", owner.ID)
	}
	c.task.Notify.Email = c.doc.Notify.Email
}

func (c *check) script() {
	text := c.doc.Command.Cmd
	switch {
	case strings.TrimSpace(text) == "" && c.doc.Command.Interactive:
		text = ""
	case strings.TrimSpace(text) == "":
		c.bad("command.cmd", "is empty: want the text of a script")
	case len(text) > c.rules.MaxScript:
		c.tooLarge = true
	case strings.ContainsRune(text, 0):
		c.bad("command.cmd", "contains a zero byte: want the text of a script, not a program")
	}
	c.task.Command.Script, c.task.Command.Interactive = text, c.doc.Command.Interactive
}

func (c *check) resources() {
	r := c.doc.Requirements
	var mostCPU, mostRAM float64
	if c.rules.Largest != nil {
		mostCPU, mostRAM = c.rules.Largest(c.ctx)
	}
	c.task.Requirements.CPU = c.amount("requirements.cpu", r.CPU.Or(c.rules.CPU), "cpus", mostCPU)
	c.task.Requirements.RAM = c.amount("requirements.ram", r.RAM.Or(c.rules.RAM), "GB of memory", mostRAM)
	name, _, _ := strings.Cut(r.Executor, ":")
	if name != "" && !slices.Contains(c.rules.KnownExecutors, name) {
		c.bad("requirements.executor", "%q is not an executor of this site; want one of: %s", name, strings.Join(c.rules.KnownExecutors, ", "))
	}
	c.task.Requirements.Executor = r.Executor
}

// least is the smallest amount of cpus or GB that an engine can give.
const least = 0.01

func (c *check) amount(field string, v float64, unit string, most float64) float64 {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0) || v < least:
		c.bad(field, "want at least %g %s, got %g", least, unit, v)
	case most > 0 && v > most:
		c.bad(field, "want at most %g %s, which is what the largest node has, got %g", round(most), unit, v)
	case v > 1e6:
		c.bad(field, "%g %s are more than any node can have", v, unit)
	}
	return v
}

func round(v float64) float64 { return math.Floor(v*100) / 100 }

func (c *check) container() {
	k := c.doc.Container
	c.task.Container = godocker.Container{Image: c.image(strings.TrimSpace(k.Image)), Pull: c.pull(),
		Network: (k.Network == nil || *k.Network) && !c.rules.NetworkOff}
}

// project finds the task's project and whether its owner is a member.
func (c *check) project(s store.Projects, owner godocker.User) error {
	id := strings.TrimSpace(c.doc.User.Project)
	if id == "" {
		id = godocker.DefaultProject
	}
	c.task.User.Project = id
	if id == godocker.DefaultProject {
		return nil
	}
	p, err := s.Project(c.ctx, id)
	if err != nil && !errors.Is(err, godocker.NotFound) {
		return err
	}
	if err != nil || !owner.Admin && !slices.Contains(p.Members, owner.ID) {
		c.bad("user.project", "%s is not a member of a project %q", owner.ID, id)
	}
	c.inProject = p
	return nil
}
