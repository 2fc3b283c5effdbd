package sqlstore

import (
	"encoding/json"
	"slices"
	"strings"

	"godocker"
)

// A spec is what never changes of a task.
type spec struct {
	User         godocker.Owner        `json:"user"`
	Meta         godocker.Meta         `json:"meta"`
	Notify       godocker.Notify       `json:"notify,omitzero"`
	Requirements godocker.Requirements `json:"requirements"`
	Container    godocker.Container    `json:"container"`
	Interactive  bool                  `json:"interactive,omitempty"`
	Env          map[string]string     `json:"env,omitempty"`
	Files        []godocker.Attachment `json:"files,omitempty"` // their names; what is in them is stored apart
}

// encodeSpec leaves out how far an array is, which is counted in a column, and its
// elements, which know their parent.
func encodeSpec(t *godocker.Task) (string, error) {
	r := t.Requirements
	r.Array = godocker.Array{Values: r.Array.Values}
	b, err := json.Marshal(spec{t.User, t.Meta, t.Notify, r, t.Container, t.Command.Interactive, t.Command.Env, t.Command.Files})
	return string(b), err
}

func decodeSpec(text []byte, t *godocker.Task) error {
	var s spec
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	t.User, t.Meta, t.Notify, t.Container = s.User, s.Meta, s.Notify, s.Container
	t.Requirements = s.Requirements
	t.Command.Interactive, t.Command.Env, t.Command.Files = s.Interactive, s.Env, s.Files
	return nil
}

// tagsOf writes tags so that one of them can be found as text.
func tagsOf(m *godocker.Meta) string {
	if len(m.Tags) == 0 {
		return ""
	}
	return "\n" + strings.Join(m.Tags, "\n") + "\n"
}

// wordsOf is what a search for a text looks at.
func wordsOf(m *godocker.Meta) string {
	all := append([]string{m.Name, m.Description}, m.Tags...)
	all = slices.DeleteFunc(all, func(s string) bool { return s == "" })
	return strings.ToLower(strings.Join(all, "\n"))
}

// toJSON encodes what cannot fail to be encoded; nothing becomes "".
func toJSON[T any](v []T) string {
	if len(v) == 0 {
		return ""
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// documentOf encodes a struct of plain fields, which cannot fail.
func documentOf(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func needsJSON(n godocker.Dependencies) string {
	if len(n) == 0 {
		return ""
	}
	b, _ := json.Marshal(n)
	return string(b)
}

// filesJSON encodes what is in files, by their names.
func filesJSON(files []godocker.Attachment) string {
	if len(files) == 0 {
		return ""
	}
	all := map[string][]byte{}
	for _, f := range files {
		all[f.Name] = f.Content
	}
	b, _ := json.Marshal(all)
	return string(b)
}

func quotaJSON(q godocker.Quota) string {
	if q == (godocker.Quota{}) {
		return ""
	}
	b, _ := json.Marshal(q)
	return string(b)
}

func fromJSON(text string, v any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), v)
}
