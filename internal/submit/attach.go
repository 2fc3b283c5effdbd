package submit

import (
	"maps"
	"slices"
	"strings"

	"godocker"
)

// Greatest amounts of what is handed in beside a script; all of it is kept in the
// database.
const (
	maxEnv       = 100
	maxEnvValue  = 32_000 // bytes; the kernel takes no more than 128 KiB
	maxEnvBytes  = 128_000
	maxFiles     = 20
	maxFileBytes = 1_000_000 // of all together
)

// env reads the variables that the script is to find.
func (c *check) env() {
	asked := c.doc.Command.Env
	if len(asked) > maxEnv {
		c.bad("command.env", "want at most %d variables, got %d", maxEnv, len(asked))
		return
	}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		value := asked[name]
		total += len(name) + len(value)
		field := "command.env." + name
		switch err := godocker.CheckEnvName(name); {
		case err != nil:
			c.bad("command.env", "%s", err)
		case len(value) > maxEnvValue:
			c.bad(field, "want at most %d bytes, got %d; put it into a file", maxEnvValue, len(value))
		case strings.ContainsFunc(value, godocker.UnseenInText):
			c.bad(field, "want no control or formatting characters but line feeds and tabs")
		}
	}
	if total > maxEnvBytes {
		c.bad("command.env", "want at most %d bytes in all, got %d", maxEnvBytes, total)
	}
	c.task.Command.Env = asked
}

// files reads what is put into the task's folder.
func (c *check) files() {
	const field = "command.files"
	asked := c.doc.Command.Files
	if len(asked) > maxFiles {
		c.bad(field, "want at most %d files, got %d", maxFiles, len(asked))
		return
	}
	names, total := map[string]bool{}, 0
	for _, f := range asked {
		err := godocker.CheckFileName(f.Name)
		switch {
		case err != nil:
			c.bad(field, "%s", err)
		case names[f.Name]:
			c.bad(field, "there are two files %q", f.Name)
		}
		names[f.Name], total = true, total+len(f.Content)
		c.task.Command.Files = append(c.task.Command.Files, godocker.Attachment{Name: f.Name, Content: f.Content})
	}
	if total > maxFileBytes {
		c.bad(field, "want at most %d bytes in all, got %d; put large data into a volume", maxFileBytes, total)
	}
}
