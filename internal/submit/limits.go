package submit

import (
	"math"
	"slices"
	"strings"
	"time"

	"godocker"
)

// maxRetries keeps a task from going round for ever.
const maxRetries = 20

// limits reads how long the task may run, and how often it may be tried.
func (c *check) limits() {
	r := &c.doc.Requirements
	c.task.Requirements.MaxLifespan = c.lifespan("requirements.maxlifespan", string(r.MaxLifespan))
	if most := c.rules.MaxLifespan; most > 0 && c.task.Requirements.MaxLifespan > most {
		c.bad("requirements.maxlifespan", "want at most %s, which is what this site allows, got %s", godocker.FormatLifespan(most), r.MaxLifespan)
	}
	c.idle()
	c.special()
	c.nice()
	retries, field := r.Retry, "requirements.retry"
	if !retries.Set {
		retries, field = r.FailurePolicy, "requirements.failure_policy"
	}
	n := retries.Or(float64(c.rules.Retries))
	if n < 0 || n > maxRetries || n != math.Trunc(n) {
		c.bad(field, "want a whole number from 0 to %d, got %g", maxRetries, n)
		return
	}
	c.task.Requirements.Retry = int(n)
}

// maxNice is the most that a task may let others pass.
const maxNice = 100

func (c *check) nice() {
	n := c.doc.Requirements.Nice.Or(0)
	if n < 0 || n > maxNice || n != math.Trunc(n) {
		c.bad("requirements.nice", "want a whole number from 0 to %d, got %g", maxNice, n)
		return
	}
	c.task.Requirements.Nice = int(n)
}

// lifespan reads a length of time; "" is none.
func (c *check) lifespan(field, text string) time.Duration {
	if text = strings.TrimSpace(text); text == "" {
		return 0
	}
	d, err := godocker.ParseLifespan(text)
	if err != nil {
		c.bad(field, "%s", err)
	} else if d == 0 {
		c.bad(field, "want more than 0")
	}
	return d
}

// special reads requirements.resources, which holds what only some tasks ask for.
func (c *check) special() {
	const warn = "requirements.resources." + godocker.ResourceWarn
	known := []string{godocker.ResourceShm, godocker.ResourceWarn}
	for name, value := range c.doc.Requirements.Resources {
		if !slices.Contains(known, name) {
			c.bad("requirements.resources."+name, "is not known here; want some of: %s", strings.Join(known, ", "))
			continue
		}
		if c.task.Requirements.Resources == nil {
			c.task.Requirements.Resources = map[string]string{}
		}
		c.task.Requirements.Resources[name] = strings.TrimSpace(string(value))
	}
	if err := c.shm(); err != nil {
		c.bad("requirements.resources."+godocker.ResourceShm, "%s", err)
	}
	before := c.lifespan(warn, c.task.Requirements.Resources[godocker.ResourceWarn])
	limit := c.task.Requirements.MaxLifespan
	if limit == 0 {
		limit = c.rules.MaxLifespan
	}
	if limit > 0 && before >= limit {
		c.bad(warn, "want less than the %s that the task may run", godocker.FormatLifespan(limit))
	}
}
