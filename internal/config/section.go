package config

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

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

// kubernetes is the executor that the keys kube_* are for.
const kubernetes = "kubernetes"

// typeKey is the key of an executor's section that names its plug-in.
const typeKey = "type"

// Engine returns the plug-in of an executor, which is its name unless its section says
// another, and what is for the plug-in.
func (c *Config) Engine(name string) (kind string, s plugin.Section) {
	n, ok := c.sections[name]
	if name == kubernetes {
		n, ok = c.kube(n), true
	}
	if !ok || n.Kind != yaml.MappingNode {
		return name, nil
	}
	kind, rest := name, *n
	rest.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == typeKey {
			kind = n.Content[i+1].Value
			continue
		}
		rest.Content = append(rest.Content, n.Content[i], n.Content[i+1])
	}
	return kind, section(name, &rest)
}

// WrongEngine tells where it is said that an executor is of a kind which there is not, and
// what kinds there are.
func (c *Config) WrongEngine(name string, kinds []string) error {
	key := "executors"
	if len(c.Executors) == 0 {
		key = "executor"
	}
	said := fmt.Sprintf("want %s, or a name with a section of its own and a type in it, got %q", strings.Join(kinds, ", "), name)
	if _, ok := c.sections[name]; ok {
		key = name + "." + typeKey
		said = "is missing: want one of " + strings.Join(kinds, ", ")
		if c.sections.has(name, typeKey) {
			kind, _ := c.Engine(name)
			said = fmt.Sprintf("want one of %s, got %q", strings.Join(kinds, ", "), kind)
		}
	}
	place, _ := c.places.find(key)
	return fmt.Errorf("%s%s: %s", place, key, said)
}

// executorsOf are the names under executors in a file.
func executorsOf(root *yaml.Node) (names []string) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "executors" {
			for _, n := range root.Content[i+1].Content {
				names = append(names, n.Value)
			}
		}
	}
	return names
}

// kube is the section of that executor, with what the keys kube_* say where it says nothing.
func (c *Config) kube(n *yaml.Node) *yaml.Node {
	all := &yaml.Node{Kind: yaml.MappingNode}
	if n != nil && n.Kind == yaml.MappingNode {
		all.Line, all.Content = n.Line, slices.Clone(n.Content)
	}
	for _, kv := range [][2]string{{"server", string(c.KubeServer)}, {"token", string(c.KubeToken)}, {"namespace", c.KubeNamespace}} {
		if kv[1] != "" && !c.sections.has(kubernetes, kv[0]) {
			all.Content = append(all.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: kv[0]}, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: kv[1]})
		}
	}
	return all
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
