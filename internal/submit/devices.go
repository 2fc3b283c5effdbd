package submit

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"godocker"
	"godocker/internal/runner/spec"
)

// gpus checks that some node has so many.
func (c *check) gpus() {
	const field = "requirements.gpus"
	n := c.doc.Requirements.GPUs.Or(0)
	name, can := c.can()
	switch {
	case n == 0:
		return
	case n < 0 || n != math.Trunc(n) || n > 1000:
		c.bad(field, "want a whole number from 0 on, got %g", n)
		return
	case !can.GPUs:
		c.bad(field, "the executor %s has no gpus", name)
		return
	}
	if nodes := c.nodes(); nodes != nil {
		most := 0
		for _, node := range nodes {
			most = max(most, node.GPUs)
		}
		if int(n) > most {
			c.bad(field, "want at most %d, which is what the largest node has, got %g", most, n)
		}
	}
	c.task.Requirements.GPUs = int(n)
}

const (
	maxPorts = 20
	maxPort  = 65535
)

// ports reads the ports of the container that are to be reached from outside.
func (c *check) ports() {
	const field = "requirements.ports"
	var ports []int
	for _, text := range c.doc.Requirements.Ports {
		p, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil || p < 1 || p > maxPort {
			c.bad(field, "want numbers from 1 to %d, got %q", maxPort, text)
			return
		}
		if !slices.Contains(ports, p) {
			ports = append(ports, p)
		}
	}
	name, can := c.can()
	most := min(maxPorts, c.rules.Ports)
	if c.doc.Command.Interactive {
		most = min(most, c.rules.Ports-1) // one is for logins
	}
	switch {
	case len(ports) == 0:
		return
	case len(ports) > most:
		c.bad(field, "want at most %d, got %d", most, len(ports))
	case !can.Ports:
		c.bad(field, "the executor %s opens no ports", name)
	case !c.task.Container.Network:
		c.bad(field, "a task without a network has no ports")
	}
	c.task.Requirements.Ports = ports
}

// webPort reads the port on which the task serves HTTP to those who may see it.
func (c *check) webPort() {
	const field = "requirements.web_port"
	n := c.doc.Requirements.WebPort
	switch p := n.Value; {
	case !n.Set:
	case p < 1 || p > maxPort || p != math.Trunc(p):
		c.bad(field, "want a whole number from 1 to %d, got %g", maxPort, p)
	case !c.rules.WebPorts:
		c.bad(field, "this site opens no web ports of tasks; leave it out")
	case p == spec.SessionPort && c.doc.Command.Interactive:
		c.bad(field, "port %d of an interactive task is for logins", spec.SessionPort)
	default:
		c.task.Requirements.WebPort = int(p)
	}
}

// interactive checks what it takes to log in to the task.
func (c *check) interactive() {
	const field = "command.interactive"
	name, can := c.can()
	ports := c.task.Requirements.Ports
	switch {
	case !c.doc.Command.Interactive:
	case !can.Interactive:
		c.bad(field, "the executor %s has no interactive tasks", name)
	case !c.task.Container.Network && c.rules.NetworkOff:
		c.bad(field, "people reach an interactive task by its network, and tasks of this site have none")
	case !c.task.Container.Network:
		c.bad("container.network", "people reach an interactive task by its network: want true")
	case !c.rules.Sessions:
		c.bad(field, "this site has no ports for interactive tasks")
	case c.doc.Requirements.Array.Values != nil && strings.TrimSpace(string(*c.doc.Requirements.Array.Values)) != "":
		c.bad("requirements.array.values", "an array has no interactive tasks; submit them one by one")
	case slices.Contains(ports, spec.SessionPort):
		c.bad("requirements.ports", "port %d of an interactive task is for logins", spec.SessionPort)
	case len(ports) > 0 && c.rules.SessionsOnly:
		c.bad("requirements.ports", "an interactive task of this site has no ports but the one for logins")
	}
}

// shm checks the size of /dev/shm, which is a part of the task's memory.
func (c *check) shm() error {
	text, asked := c.task.Requirements.Resources[godocker.ResourceShm]
	if !asked {
		return nil
	}
	size, err := godocker.ParseSize(text)
	switch {
	case err != nil:
		return err
	case size == 0:
		return errors.New("want more than 0")
	case size > c.task.Requirements.RAMBytes():
		return fmt.Errorf("want at most the %g GB of memory of the task, got %s", c.task.Requirements.RAM, text)
	}
	c.task.Requirements.Resources[godocker.ResourceShm] = strconv.FormatInt(size, 10)
	return nil
}

const maxURIs = 100

// uris reads which files are to be fetched.
func (c *check) uris() {
	const field = "requirements.uris"
	asked := c.doc.Requirements.URIs
	switch {
	case len(asked) == 0:
		return
	case !c.rules.Fetch:
		c.bad(field, "this site fetches no files; leave it out")
		return
	case len(asked) > maxURIs:
		c.bad(field, "want at most %d, got %d", maxURIs, len(asked))
		return
	}
	names := map[string]bool{}
	for _, text := range asked {
		u, err := godocker.ParseURI(text)
		switch {
		case err != nil:
			c.bad(field, "%s", err)
		case names[u.Name]:
			c.bad(field, "%q: there is another one for a file %q", u.Shown(), u.Name)
		}
		names[u.Name] = true
		c.task.Requirements.URIs = append(c.task.Requirements.URIs, strings.TrimSpace(text))
	}
}

// leastTmp is the smallest temporary storage that can be made.
const leastTmp = 10_000_000

func (c *check) tmpStorage() {
	const field = "requirements.tmpstorage"
	text := c.doc.Requirements.TmpStorage
	if text == nil || strings.TrimSpace(string(*text)) == "" {
		return
	}
	name, can := c.can()
	size, err := godocker.ParseSize(strings.TrimSpace(string(*text)))
	switch {
	case err != nil:
		c.bad(field, "%s", err)
	case size < leastTmp:
		c.bad(field, "want at least 10M, got %s", *text)
	case !can.TmpStorage:
		c.bad(field, "the executor %s has no temporary storage", name)
	}
	c.task.Requirements.TmpStorage = strings.TrimSpace(string(*text))
}
