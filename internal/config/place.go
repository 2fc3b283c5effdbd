package config

import (
	"fmt"
	"maps"
	"strings"

	"go.yaml.in/yaml/v3"
)

// places says where values come from: of a path such as images.deny[0], the line of the
// file or the variable of the environment. What is wrong says so of a key whose mistake
// is reported already.
type places struct {
	of    map[string]string
	wrong map[string]bool
}

func newPlaces() places { return places{map[string]string{}, map[string]bool{}} }

// note remembers the lines of a value and of what is in it.
func (p places) note(file, path string, line int, n *yaml.Node) {
	p.of[path] = fmt.Sprintf("%s line %d: ", file, line)
	switch n.Kind {
	case yaml.SequenceNode:
		for i, item := range n.Content {
			p.note(file, fmt.Sprintf("%s[%d]", path, i), item.Line, item)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			p.note(file, path+"."+n.Content[i].Value, n.Content[i].Line, n.Content[i+1])
		}
	}
}

// set remembers that a variable of the environment set a key.
func (p places) set(variable, key string) {
	if p.of != nil {
		maps.DeleteFunc(p.of, func(path, _ string) bool { return strings.HasPrefix(path, key+"[") })
		p.of[key] = "environment variable " + variable + ": "
		delete(p.wrong, key)
	}
}

// find returns where the first of the paths comes from that is set, or what holds it,
// and whether a mistake there is reported already.
func (p places) find(paths string) (place string, reported bool) {
	for path := range strings.SplitSeq(paths, ", ") {
		for top := path; ; {
			reported = reported || p.wrong[top]
			if place == "" {
				place = p.of[top]
			}
			end := strings.LastIndexAny(top, ".[")
			if end < 0 {
				break
			}
			top = top[:end]
		}
	}
	return place, reported
}
