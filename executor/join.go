package executor

import (
	"context"
	"errors"
	"io"
)

// ErrNotActive: the attempt does not run, so nothing can be done inside of it.
var ErrNotActive = errors.New("the attempt does not run")

// Joiner is implemented by executors that can run a program beside an attempt.
type Joiner interface {
	// Join starts a program inside an attempt that runs, as root with the
	// rights that the attempt's own command began with, its environment and its
	// folder. What is written is the program's standard input and what is read
	// its standard output. Closing gives it the end of its input, which it is to
	// follow. It counts for the limits of the attempt and ends with it. ctx is for the
	// beginning alone. ErrNotActive = the attempt does not run, or is unknown.
	Join(ctx context.Context, h Handle, command []string) (io.ReadWriteCloser, error)
}
