package executor_test

import (
	"testing"

	"godocker/executor"
)

func TestOutOfMemoryReason(t *testing.T) {
	for limit, want := range map[int64]string{
		2 << 30:      "used more than its 2 GB of memory",
		3 << 29:      "used more than its 1.5 GB of memory",
		64 << 20:     "used more than its 64 MB of memory",
		0:            "used more memory than the node has",
		1<<30 - 1024: "used more than its 1024 MB of memory",
	} {
		if got := executor.OutOfMemoryReason(limit); got != want {
			t.Errorf("%d: %q, want %q", limit, got, want)
		}
	}
}
