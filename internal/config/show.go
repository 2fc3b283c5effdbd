package config

import (
	"bytes"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Setting is what a key or section is set to, without secrets.
type Setting struct {
	Key    string
	Value  string // YAML; "" for what is secret as a whole
	Place  string // where it was set; "" = it is the default
	Secret bool
}

// Hidden stands for a secret.
const Hidden = "(hidden)"

var (
	secretKey   = regexp.MustCompile(`(?i)pass|secret|token|credential|(^|_)key$`)
	secretInURL = regexp.MustCompile(`(?i)(://[^:/?#@\s]*:)[^@\s]+@`)
	secretInDSN = regexp.MustCompile(`(?i)(pass\w*\s*=\s*)('[^']*'|[^\s&;]+)`)
)

// Settings returns the configuration in the order of its keys. What a name or a form
// gives away as a secret is hidden, wherever it is.
func (c *Config) Settings() []Setting {
	fields := fieldsOf(reflect.ValueOf(c).Elem())
	values := map[string]any{}
	for key, f := range fields {
		values[key] = f.Interface()
	}
	for section := range c.sections {
		if v := c.sections.values(section); v != nil {
			values[section] = v
		}
	}
	var out []Setting
	for key, v := range values {
		place, _ := c.places.find(key)
		s := Setting{Key: key, Place: strings.TrimSuffix(place, ": ")}
		var n yaml.Node
		if err := n.Encode(v); err != nil {
			s.Secret = true // rather than show what is not understood
		} else if n.Kind == yaml.ScalarNode && secretKey.MatchString(key) {
			s.Secret = n.Value != ""
		} else {
			hide(&n, false)
			s.Value = shown(&n)
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Setting) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// hide replaces secrets in a value; all of it is one if secret.
func hide(n *yaml.Node, secret bool) {
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			hide(n.Content[i+1], secret || secretKey.MatchString(n.Content[i].Value))
		}
	case yaml.ScalarNode:
		switch {
		case n.Value == "" || n.Tag == "!!null":
		case secret:
			n.Value, n.Tag, n.Style = Hidden, "!!str", 0
		default:
			n.Value = secretInDSN.ReplaceAllString(secretInURL.ReplaceAllString(n.Value, "${1}"+Hidden+"@"), "${1}"+Hidden)
		}
	default:
		for _, item := range n.Content {
			hide(item, secret)
		}
	}
}

func shown(n *yaml.Node) string {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return ""
	}
	return strings.TrimSpace(b.String())
}
