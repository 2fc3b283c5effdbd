package submit

import (
	"encoding/json"
	"strings"

	"godocker"
	"godocker/api"
)

// Tags returns tags as a task can have them. The errors are those of meta.tags.
func Tags(words []string) ([]string, error) {
	c := check{doc: &api.Task{Meta: api.Meta{Tags: words}}}
	c.meta()
	return c.task.Meta.Tags, godocker.FieldErrors(c.errs)
}

// ReadTags reads tags from a list, or from words separated by commas.
func ReadTags(value json.RawMessage) ([]string, error) {
	var list []string
	var words string
	switch {
	case json.Unmarshal(value, &list) == nil:
	case json.Unmarshal(value, &words) == nil:
		list = strings.Split(words, ",")
	default:
		return nil, godocker.FieldErrors([]godocker.FieldError{{Field: "value", Message: "want a list of tags"}})
	}
	return Tags(list)
}
