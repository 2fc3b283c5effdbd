package executor

import "context"

// Signaler is implemented by executors that can send a signal to an attempt's first
// process, which the runner passes on to the script.
type Signaler interface {
	// Signal sends a signal, named such as USR1. An attempt that is over, lost
	// or suspended gets none, which is not an error.
	Signal(ctx context.Context, h Handle, name string) error
}
