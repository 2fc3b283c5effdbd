package audit

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Changes says in which fields two documents differ, and how. Of credentials it tells
// only that they do.
func Changes(before, after any) string {
	was, is := flat(before), flat(after)
	var out []string
	for _, key := range slices.Sorted(maps.Keys(is)) {
		if was[key] != is[key] {
			if strings.Contains(key, "credentials") {
				out = append(out, key)
				continue
			}
			out = append(out, fmt.Sprintf("%s: %.80s → %.80s", key, was[key], is[key]))
		}
	}
	return strings.Join(out, ", ")
}

// flat is what a document says, by the path of each field.
func flat(doc any) map[string]string {
	var v any
	b, err := json.Marshal(doc)
	if err == nil {
		err = json.Unmarshal(b, &v)
	}
	out := map[string]string{}
	if err == nil {
		flatten(out, "", v)
	}
	return out
}

func flatten(out map[string]string, path string, v any) {
	if m, ok := v.(map[string]any); ok {
		for key, v := range m {
			flatten(out, strings.TrimPrefix(path+"."+key, "."), v)
		}
		return
	}
	b, _ := json.Marshal(v) // which came of JSON
	out[path] = string(b)
}
