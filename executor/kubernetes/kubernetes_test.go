package kubernetes_test

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"godocker/executor"
	"godocker/executor/executortest"
	"godocker/executor/kubernetes"
	"godocker/internal/carried"
	"godocker/internal/runner/spec"
)

// runner is where the runner lies that sends signals.
func runner(t testing.TB) string {
	t.Helper()
	file, err := carried.Install(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestConformance(t *testing.T) {
	godrun := runner(t)
	shell := func(script string) executor.Assignment {
		return executor.Assignment{Image: busybox, Command: []string{"/bin/sh", "-c", script}, CPU: 0.05, RAM: 64 << 20,
			Mounts: []executor.Mount{{Source: godrun, Target: spec.Path, ReadOnly: true}}}
	}
	executortest.Run(t, executortest.Harness{
		New:   func(t *testing.T) executor.Executor { return engine(t, nil) },
		Shell: shell,
		Run: func(d time.Duration, code int) executor.Assignment {
			return shell(fmt.Sprintf("sleep %g; exit %d", d.Seconds(), code))
		},
		Impossible: func() (executor.Assignment, string) {
			return executor.Assignment{Image: open + "/no-such-image:1", Command: []string{"true"}}, "no-such-image"
		},
		Full: func(t *testing.T) executor.Executor {
			return engine(t, func(c *kubernetes.Config) { c.NodeSelector = map[string]string{"disk": "none"} })
		},
		SecretStays: true,
		TmpEnds:     true,
		Settle:      settle,
	})
	login(t)
	nodePorts(t)
	if want := rights(t); !t.Failed() && flag.Lookup("test.run").Value.String() == "" && !slices.Equal(used.all(), want) {
		t.Errorf("used\n%s\nof\n%s", strings.Join(used.all(), "\n"), strings.Join(want, "\n"))
	}
}
