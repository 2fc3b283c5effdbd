package httpapi

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"godocker"
	"godocker/api"
)

// picked says which fields of a document were asked for: nil is all of it.
type picked map[string]picked

// thin is a task document of which only some fields are written.
type thin struct {
	task api.Task
	only picked
}

// MarshalJSON implements json.Marshaler.
func (t thin) MarshalJSON() ([]byte, error) {
	return json.Marshal(pick(reflect.ValueOf(t.task), t.only))
}

// pick returns what was asked for of a value.
func pick(v reflect.Value, only picked) any {
	for only != nil && v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if only == nil || v.Kind() != reflect.Struct {
		return v.Interface()
	}
	out := map[string]any{}
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		inner, asked := only[name]
		if absent := strings.HasPrefix(options, "omit") && v.Field(i).IsZero(); asked && !absent {
			out[name] = pick(v.Field(i), inner)
		}
	}
	return out
}

// fieldsOf reads names of a task document separated by commas, such as
// id,status.primary. None are all.
func fieldsOf(names string) (picked, error) {
	var all picked
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if all == nil {
			all = picked{}
		}
		if err := all.add(reflect.TypeFor[api.Task](), name, name); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// add asks for one field. A field that is asked for as a whole stays whole.
func (p picked) add(t reflect.Type, name, whole string) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	head, rest, more := strings.Cut(name, ".")
	known := []string{}
	for i := range fieldsIn(t) {
		f := t.Field(i)
		word, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		known = append(known, word)
		if word != head {
			continue
		}
		inner, asked := p[head]
		switch {
		case !more:
			p[head] = nil
			return nil
		case asked && inner == nil:
			inner = picked{} // only checked
		case !asked:
			inner = picked{}
			p[head] = inner
		}
		return inner.add(f.Type, rest, whole)
	}
	message := fmt.Sprintf("a task has no field %.100q", whole)
	if len(known) > 0 {
		message += "; want one of " + strings.Join(known, ", ")
	}
	return godocker.FieldErrors([]godocker.FieldError{{Field: "fields", Message: message}})
}

// fieldsIn is how many named fields a type has.
func fieldsIn(t reflect.Type) int {
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[api.Number]() || t == reflect.TypeFor[api.Epoch]() {
		return 0
	}
	return t.NumField()
}
