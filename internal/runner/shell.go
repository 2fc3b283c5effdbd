package runner

import (
	"context"
	"errors"
	"fmt"
	"os"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"godocker/internal/runner/spec"
)

// Shell runs a script with the built-in shell, for images that have none: args are
// shell options such as -e, the script, and its arguments. It returns the exit code.
func Shell(args []string) int {
	n := 0
	for n < len(args) && len(args[n]) > 1 && (args[n][0] == '-' || args[n][0] == '+') {
		n++
	}
	if n == len(args) {
		return complain(os.Stderr, spec.ExitNotFound, errors.New("the built-in shell was given no script"))
	}
	file, err := os.Open(args[n])
	if err != nil {
		return complain(os.Stderr, spec.ExitNotFound, err)
	}
	defer file.Close()
	script, err := syntax.NewParser().Parse(file, args[n])
	if err != nil {
		return complain(os.Stderr, 2, err) // what other shells exit with
	}
	params := append(append(args[:n:n], "--"), args[n+1:]...)
	run, err := interp.New(interp.StdIO(os.Stdin, os.Stdout, os.Stderr), interp.Params(params...))
	if err != nil {
		return complain(os.Stderr, 2, fmt.Errorf("the built-in shell: %w", err))
	}
	err = run.Run(context.Background(), script)
	if status, ok := errors.AsType[interp.ExitStatus](err); ok {
		return int(status)
	}
	if err != nil {
		return complain(os.Stderr, 1, err)
	}
	return 0
}
