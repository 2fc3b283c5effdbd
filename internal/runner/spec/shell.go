package spec

import "regexp"

// ShellVariable names, among the variables that an ssh client sets, the shell that it
// wants to join.
const ShellVariable = "GODOCKER_SHELL"

// ShellName is what shells may be called.
var ShellName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)
