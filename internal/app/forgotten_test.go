package app_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"godocker"
	"godocker/executor"
	"godocker/executor/fake"
	"godocker/internal/runner/spec"
)

// forgetful is an engine in which an attempt ran, that was asked for it a second time when
// somebody had removed it, and has no room any more.
type forgetful struct {
	executor.Executor
	h      *house
	result string
}

func (e forgetful) Start(_ context.Context, a executor.Assignment) (executor.Started, error) {
	t := e.h.task(a.Task)
	marker := filepath.Join(e.h.dirs.Path(&t), spec.Marker(a.Attempt))
	if err := os.MkdirAll(filepath.Dir(marker), 0o755); err != nil {
		return executor.Started{}, err
	}
	if err := os.WriteFile(marker, nil, 0o600); err != nil {
		return executor.Started{}, err
	}
	if e.result != "" {
		if err := os.WriteFile(marker+".json", []byte(e.result), 0o600); err != nil {
			return executor.Started{}, err
		}
	}
	return executor.Started{}, executor.Scarce{What: "everything"}
}

// What has begun is never taken for what had no room: it does not run twice.
func TestBegunAndForgotten(t *testing.T) {
	for result, want := range map[string]godocker.Outcome{"": godocker.NodeLost, `{"exit_code":0}`: godocker.Succeeded} {
		lived(t, fake.Config{}, nil, func(h *house) {
			h.engine = forgetful{h.engine, h, result}
			h.restart()
			got := h.until(h.submit("run=1s"), godocker.Over)
			if got.Outcome != want || got.Attempt != 1 {
				t.Errorf("with the result %q: %s in attempt %d, %s", result, got.Outcome, got.Attempt, got.Reason)
			}
		})
	}
}
