package godocker

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// An Attachment is a small file that is handed in with a task and put into its folder
// before it starts.
type Attachment struct {
	Name    string `json:"name"`
	Content []byte `json:"-"` // stored apart: Store.Attached has it
}

// CheckFileName says what is wrong with the name of a file that is put into a task's
// folder, or returns nil.
func CheckFileName(name string) error {
	switch {
	case name == "" || len(name) > maxURIName || !utf8.ValidString(name) || strings.ContainsFunc(name, Unseen) || strings.ContainsAny(name, `/\`):
		return fmt.Errorf("%.100q: want a file's name of at most %d characters, without slashes, control or formatting characters", name, maxURIName)
	case reservedName(name):
		return fmt.Errorf("the name %q is not free in a task's folder: cmd.sh, and what begins with a dot or with god., are the system's", name)
	}
	return nil
}

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

// What names of variables begin with that steer the system, the engines or what loads
// programs, or are such names.
var (
	envHeads = []string{"GODOCKER_", "GOGOCKER_", "LD_", "NVIDIA_", "CUDA_", "ROCR_", "HIP_", "DOCKER_", "KUBERNETES_", "MESOS_", "BASH_FUNC_"}
	envNames = []string{"PATH", "HOME", "USER", "LOGNAME", "SHELL", "PWD", "IFS", "ENV", "BASH_ENV", "SHELLOPTS", "BASHOPTS", "PS4", "HOSTNAME", "_", "GODEBUG", "GOGC", "GOMAXPROCS", "GOMEMLIMIT", "GOTRACEBACK", "GOCOVERDIR"}
)

// CheckEnvName says what is wrong with the name of a variable for a script, or returns
// nil.
func CheckEnvName(name string) error {
	if !envName.MatchString(name) {
		return fmt.Errorf("%.100q: want a name of letters, digits and _, at most 64, not beginning with a digit", name)
	}
	head := func(h string) bool { return strings.HasPrefix(strings.ToUpper(name), h) }
	if slices.Contains(envNames, strings.ToUpper(name)) || slices.ContainsFunc(envHeads, head) {
		return fmt.Errorf("the name %s is not free: PATH, HOME and the like, and what begins with one of %s, are the system's", name, strings.Join(envHeads, ", "))
	}
	return nil
}
