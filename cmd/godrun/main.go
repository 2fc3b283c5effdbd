// Command godrun is the first process of every container; see package runner. It
// must stay small and start fast: no library that it can do without.
package main

import (
	"fmt"
	"os"

	"godocker/internal/runner"
	"godocker/internal/runner/files"
	"godocker/internal/runner/spec"
)

const usage = `usage: godrun run --task N --attempt N --uid N --gid N [--groups N,N] [--root] [--interactive] [--dir DIR]
       godrun join (the same)
       godrun shell [OPTION]... [SCRIPT [ARGUMENT]... | -c COMMAND]
       godrun sftp
       godrun scp COMMAND
       godrun signal NAME
`

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	switch {
	case len(args) > 0 && args[0] == "shell":
		return runner.Shell(args[1:])
	case len(args) > 0 && args[0] == "sftp":
		return files.SFTP()
	case len(args) == 2 && args[0] == "scp":
		return files.SCP(args[1])
	case len(args) == 2 && args[0] == "signal":
		return runner.Signal(args[1])
	case len(args) > 0 && (args[0] == "run" || args[0] == "join"):
		s, err := spec.Parse(args[1:])
		switch {
		case err == nil && args[0] == "join":
			return runner.Join(s)
		case err == nil:
			return runner.Run(s)
		}
		fmt.Fprintf(os.Stderr, "godrun: %v\n", err)
	}
	fmt.Fprint(os.Stderr, usage)
	return spec.ExitCannotRun
}
