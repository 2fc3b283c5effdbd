package config

import (
	"errors"
	"fmt"
	"reflect"

	"godocker/plugin"

	"go.yaml.in/yaml/v3"
)

type sections map[string]*yaml.Node

// has reports whether a section of the file has a key.
func (s sections) has(section, key string) bool {
	n := s[section]
	if n == nil || n.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return true
		}
	}
	return false
}

// SchedulerSection returns what is for a scheduler: its section, or, for the fair share,
// the keys fairshare_*.
func (c *Config) SchedulerSection(policy string) plugin.Section {
	if policy != "fairshare" {
		return c.Section(policy)
	}
	return func(into any) error {
		text, err := yaml.Marshal(c.Fairshare)
		if err != nil {
			return err
		}
		return yaml.Unmarshal(text, into)
	}
}

// Section returns the section of the named plug-in, or nil if the file has none.
func (c *Config) Section(name string) plugin.Section {
	n, ok := c.sections[name]
	if !ok || n.Kind != yaml.MappingNode {
		return nil
	}
	return section(name, n)
}

// AuthSection returns what is for the plug-in that knows the people, or nil: for a
// directory, the keys ldap_* and the section ldap.
func (c *Config) AuthSection() (plugin.Section, error) {
	if c.AuthPolicy != "ldap" && c.AuthPolicy != "goauth" {
		return nil, nil
	}
	var n yaml.Node
	err := n.Encode(c.LDAP)
	return section("ldap", &n), err
}

func section(name string, n *yaml.Node) plugin.Section {
	return func(into any) error {
		r := reader{name: name, config: &Config{}}
		r.strict(name, n, reflect.TypeOf(into).Elem())
		if len(r.errs) > 0 {
			return errors.Join(r.errs...)
		}
		if err := n.Decode(into); err != nil {
			line, why := explain(n.Line, err)
			return fmt.Errorf("line %d: %s", line, why)
		}
		return nil
	}
}
