package executor

import "context"

// Locator is implemented by executors whose nodes may be known to the engine alone by their
// names.
type Locator interface {
	// Address returns the address at which the server reaches a node.
	Address(ctx context.Context, node string) (string, error)
}
