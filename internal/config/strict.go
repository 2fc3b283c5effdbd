package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// retired are keys of GO-Docker 1.x whose part no longer exists.
var retired = []string{
	"mongo_url", "mongo_db", "mongo_", "redis_", "plugins_dir", "max_job_pop", "live_events", "cadvisor_url_part",
	"log_location", "log_level", "log_graylog_", "log_logstash_",
}

// moved are keys of early versions and where they live now.
var moved = map[string][2]string{
	"docker_url":         {"docker", "url"},
	"docker_api_version": {"docker", "api_version"},
	"docker_tls":         {"docker", "tls"},
	"docker_ca_cert":     {"docker", "ca_cert"},
	"docker_client_cert": {"docker", "client_cert"},
	"docker_client_key":  {"docker", "client_key"},
	"network_disabled":   {"network", "disabled"},
}

// pluginSections are the top-level sections whose inside belongs to a plug-in.
var pluginSections = []string{"docker", "fake", "mesos", "swarm", "kubernetes", "sge", "local", "fairtree"}

type reader struct {
	name   string
	named  []string // sections of executors that are called as the site likes
	config *Config
	errs   []error
}

func (r *reader) fail(line int, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("%s line %d: %s", r.name, line, fmt.Sprintf(format, args...)))
}

// outline deals with the top-level keys one by one, so that a mistake in one does
// not hide the next.
func (r *reader) outline(root *yaml.Node) {
	seen := map[string]int{}
	r.named = executorsOf(root)
	fields := fieldsOf(reflect.ValueOf(r.config).Elem())
	for i := 0; i < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if before, twice := seen[key.Value]; twice {
			r.fail(key.Line, "%s is already set on line %d", key.Value, before)
			continue
		}
		seen[key.Value] = key.Line
		if to, ok := moved[key.Value]; ok {
			r.relocate(key, value, to, fields)
			continue
		}
		r.config.places.note(r.name, key.Value, key.Line, value)
		before := len(r.errs)
		r.one(key, value, fields)
		if len(r.errs) > before {
			r.config.places.wrong[key.Value] = true
		}
	}
}

func (r *reader) relocate(key, value *yaml.Node, to [2]string, fields map[string]reflect.Value) {
	r.warn(key.Line, "%s is now %s in the section %s", key.Value, to[1], to[0])
	inner := &yaml.Node{Kind: yaml.MappingNode, Line: key.Line, Content: []*yaml.Node{
		{Kind: yaml.ScalarNode, Tag: "!!str", Value: to[1], Line: key.Line}, value,
	}}
	if have, ok := r.config.sections[to[0]]; ok {
		have.Content = append(have.Content, inner.Content...)
		return
	}
	r.one(&yaml.Node{Kind: yaml.ScalarNode, Value: to[0], Line: key.Line}, inner, fields)
}

func (r *reader) one(key, value *yaml.Node, fields map[string]reflect.Value) {
	switch field, known := fields[key.Value]; {
	case known:
		r.decode(key, value, field)
	case slices.Contains(pluginSections, key.Value) || slices.Contains(r.named, key.Value):
		r.section(key, value)
	case slices.ContainsFunc(retired, func(p string) bool { return strings.HasPrefix(key.Value, p) }):
		r.warn(key.Line, "%s has no effect any more and can be removed", key.Value)
	default:
		names := slices.Concat(slices.Collect(maps.Keys(fields)), pluginSections)
		said := hint(key.Value, names)
		if value.Kind == yaml.MappingNode && executorName.MatchString(key.Value) {
			if said == "" || (sections{key.Value: value}).has(key.Value, typeKey) {
				said = "; if it is an executor, list it under executors"
			} else {
				said += " If it is an executor, list it under executors"
			}
		}
		r.fail(key.Line, "unknown key %q%s", key.Value, said)
	}
}

func (r *reader) section(key, value *yaml.Node) {
	if value.Kind != yaml.MappingNode && value.Tag != "!!null" {
		r.fail(key.Line, "%s is a section: want keys and values in it", key.Value)
		return
	}
	if r.config.sections == nil {
		r.config.sections = sections{}
	}
	if have, ok := r.config.sections[key.Value]; ok { // from a key that moved here
		have.Content = append(have.Content, value.Content...)
		return
	}
	r.config.sections[key.Value] = value
}

func (r *reader) warn(line int, format string, args ...any) {
	r.config.warnings = append(r.config.warnings, fmt.Sprintf("%s line %d: %s", r.name, line, fmt.Sprintf(format, args...)))
}

func (r *reader) decode(key, value *yaml.Node, into reflect.Value) {
	forgetNone(value)
	if value.Tag == "!!null" {
		return // a key without a value keeps its default
	}
	before := len(r.errs)
	r.strict(key.Value, value, into.Type())
	if len(r.errs) > before {
		return
	}
	if err := value.Decode(into.Addr().Interface()); err != nil {
		line, why := explain(value.Line, err)
		r.fail(line, "%s: %s", key.Value, why)
	}
}

// forgetNone turns the word None, which people wrote in files for the Python
// original, into no value.
func forgetNone(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && n.Value == "None" {
		n.Tag, n.Value = "!!null", ""
	}
	for _, inner := range n.Content {
		forgetNone(inner)
	}
}

// strict looks for keys that the type does not have.
func (r *reader) strict(path string, n *yaml.Node, t reflect.Type) {
	switch {
	case t == reflect.TypeFor[yaml.Node]():
	case t.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			r.strict(fmt.Sprintf("%s[%d]", path, i), item, t.Elem())
		}
	case t.Kind() == reflect.Struct && n.Kind == yaml.MappingNode:
		fields := fieldsOf(reflect.New(t).Elem())
		for i := 0; i < len(n.Content); i += 2 {
			key := n.Content[i]
			f, ok := fields[key.Value]
			if !ok {
				r.fail(key.Line, "unknown key %q in %s%s", key.Value, path, hint(key.Value, slices.Collect(maps.Keys(fields))))
				continue
			}
			r.strict(path+"."+key.Value, n.Content[i+1], f.Type())
		}
	}
}

// fieldsOf maps the keys of a struct, those of inlined ones included, to its fields.
func fieldsOf(v reflect.Value) map[string]reflect.Value {
	out := map[string]reflect.Value{}
	for i := range v.NumField() {
		tag, opts, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		switch {
		case opts == "inline":
			maps.Copy(out, fieldsOf(v.Field(i)))
		case tag != "":
			out[tag] = v.Field(i)
		}
	}
	return out
}
