package config

import (
	"maps"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Diff returns the keys and sections in which two configurations differ, in order. It
// tells no values, some of which are secret.
func (c *Config) Diff(other *Config) []string {
	a, b := fieldsOf(reflect.ValueOf(c).Elem()), fieldsOf(reflect.ValueOf(other).Elem())
	var keys []string
	for key := range a {
		if !reflect.DeepEqual(a[key].Interface(), b[key].Interface()) {
			keys = append(keys, key)
		}
	}
	for _, section := range slices.Concat(slices.Collect(maps.Keys(c.sections)), slices.Collect(maps.Keys(other.sections))) {
		if !reflect.DeepEqual(c.sections.values(section), other.sections.values(section)) {
			keys = append(keys, section)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// values is what a section says, whatever it looks like in its file.
func (s sections) values(section string) (v any) {
	if n := s[section]; n != nil && n.Kind == yaml.MappingNode {
		_ = n.Decode(&v)
	}
	if m, ok := v.(map[string]any); ok && len(m) == 0 {
		return nil
	}
	return v
}

// Take returns a copy of c that has the given keys from another configuration.
func (c *Config) Take(other *Config, keys []string) *Config {
	out := *c
	out.sections = maps.Clone(c.sections)
	to, from := fieldsOf(reflect.ValueOf(&out).Elem()), fieldsOf(reflect.ValueOf(other).Elem())
	for _, key := range keys {
		if f, ok := to[key]; ok {
			f.Set(from[key])
		}
	}
	return &out
}
