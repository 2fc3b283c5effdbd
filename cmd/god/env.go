package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"godocker"
)

var (
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	shellLine    = regexp.MustCompile(`^#!.*[/ ](ba|da|a|k|z)?sh( |$)`)
)

// withEnv puts variables of this process into a script, after its #! line. Only
// what a shell runs can take them.
func withEnv(text string, names []string) (string, error) {
	if len(names) == 0 {
		return text, nil
	}
	first, rest, _ := strings.Cut(text, "\n")
	switch {
	case !strings.HasPrefix(first, "#!"):
		first, rest = "", text
	case !shellLine.MatchString(strings.TrimSpace(first)):
		return "", godocker.Errorf(godocker.Invalid, "--env works with scripts that a shell runs, and this one begins with %s", first)
	default:
		first += "\n"
	}
	var exports strings.Builder
	for _, name := range names {
		value, ok := os.LookupEnv(name)
		switch {
		case !variableName.MatchString(name):
			return "", godocker.Errorf(godocker.Invalid, "--env %s: want the name of a variable", name)
		case !ok:
			return "", godocker.Errorf(godocker.Invalid, "--env %s: there is no such variable here", name)
		}
		fmt.Fprintf(&exports, "export %s='%s'\n", name, strings.ReplaceAll(value, "'", `'\''`))
	}
	return first + exports.String() + rest, nil
}
