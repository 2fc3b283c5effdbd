package config

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"godocker/plugin"

	"go.yaml.in/yaml/v3"
)

// Decode reads a file of another kind as strictly as the configuration: all mistakes are
// reported together, each with its line. into is a pointer to a struct with yaml tags,
// which holds the defaults.
func Decode(name string, text []byte, into any) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(doc.Content) == 0 {
		return nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return fmt.Errorf("%s line %d: want keys and values", name, root.Line)
	}
	r := reader{name: name, config: &Config{}}
	fields := fieldsOf(reflect.ValueOf(into).Elem())
	seen := map[string]int{}
	for i := 0; i < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		field, known := fields[key.Value]
		before, twice := seen[key.Value]
		seen[key.Value] = key.Line
		switch {
		case twice:
			r.fail(key.Line, "%s is already set on line %d", key.Value, before)
		case known:
			r.decode(key, value, field)
		default:
			r.fail(key.Line, "unknown key %q%s", key.Value, hint(key.Value, slices.Collect(maps.Keys(fields))))
		}
	}
	return errors.Join(r.errs...)
}

// Scheduling is what a file says of policies, under the keys of the configuration.
type Scheduling struct {
	Fairshare `yaml:",inline"`
	Fairtree  yaml.Node `yaml:"fairtree"`
}

// Section returns what is for a policy.
func (s *Scheduling) Section(policy string) plugin.Section {
	c := Config{Fairshare: s.Fairshare, sections: sections{}}
	if s.Fairtree.Kind != 0 {
		c.sections["fairtree"] = &s.Fairtree
	}
	return c.SchedulerSection(policy)
}
