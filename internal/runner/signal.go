package runner

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"godocker/internal/runner/spec"
)

// Signal sends a signal, named such as USR1, to the container's first process, for an
// engine that can only run programs beside it.
func Signal(name string) int {
	sig := unix.SignalNum("SIG" + name)
	if sig == 0 {
		fmt.Fprintf(os.Stderr, "godrun: there is no signal %q\n", name)
		return spec.ExitCannotRun
	}
	if err := syscall.Kill(1, sig); err != nil {
		fmt.Fprintf(os.Stderr, "godrun: %v\n", err)
		return 1
	}
	return 0
}
