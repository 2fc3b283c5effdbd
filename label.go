package godocker

import (
	"fmt"
	"strings"
)

// ParseLabel reads a node constraint: name==value.
func ParseLabel(text string) (name, value string, err error) {
	name, value, ok := strings.Cut(text, "==")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !ok || name == "" || value == "" || strings.ContainsAny(value, "=\n") {
		return "", "", fmt.Errorf("want a form such as disk==ssd, got %q", text)
	}
	return name, value, nil
}

// LabelsMatch reports whether a node with these labels meets all constraints.
func LabelsMatch(constraints []string, labels map[string]string) bool {
	for _, c := range constraints {
		name, value, err := ParseLabel(c)
		if have, ok := labels[name]; err != nil || !ok || have != value {
			return false
		}
	}
	return true
}
