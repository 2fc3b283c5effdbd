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
	return withLines(text, exports.String(), "--env")
}

// withLines puts lines of a shell into a script, after its #! line. what is for the
// error if the script is not for a shell.
func withLines(text, lines, what string) (string, error) {
	if lines == "" {
		return text, nil
	}
	first, rest, _ := strings.Cut(text, "\n")
	switch {
	case !strings.HasPrefix(first, "#!"):
		first, rest = "", text
	case !shellLine.MatchString(strings.TrimSpace(first)):
		return "", godocker.Errorf(godocker.Invalid, "%s: only scripts that a shell runs can have them, and this one begins with %s", what, first)
	default:
		first += "\n"
	}
	return first + lines + rest, nil
}
