package docker_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"godocker/executor"
	"godocker/executor/docker"
	"godocker/executor/executortest"
	"godocker/plugin"
)

const (
	busybox = "godocker/busybox:1"
	settle  = 30 * time.Second
)

func TestMain(m *testing.M) {
	if err := prepared(); err != nil {
		fmt.Fprintf(os.Stderr, "these tests need a Docker engine and the test images: run `make test`, "+
			"or test/backends/docker/up.sh and test/images/build.sh\n%v\n", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func prepared() error {
	api, err := client.New()
	if err != nil {
		return err
	}
	defer api.Close()
	_, err = api.ImageInspect(context.Background(), busybox)
	return err
}

func engine(t testing.TB, cfg docker.Config) executor.Executor {
	t.Helper()
	e, err := docker.New(t.Context(), plugin.Env{}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func shell(script string) executor.Assignment {
	return executor.Assignment{Image: busybox, Command: []string{"/bin/sh", "-c", script}, CPU: 1}
}

func TestConformance(t *testing.T) {
	devices := map[string]string{"a": "/dev/kmsg", "b": "/dev/loop-control"} // which every machine has
	cfg := docker.Config{TmpDir: t.TempDir()}
	for _, name := range slices.Sorted(maps.Keys(devices)) {
		cfg.GPUs = append(cfg.GPUs, docker.GPU{Name: name, Devices: []string{devices[name]}})
	}
	executortest.Run(t, executortest.Harness{
		New:     func(t *testing.T) executor.Executor { return engine(t, cfg) },
		Shell:   shell,
		SeesGPU: func(name string) string { return "[ -c " + devices[name] + " ]" },
		Run: func(d time.Duration, code int) executor.Assignment {
			return shell(fmt.Sprintf("sleep %g; exit %d", d.Seconds(), code))
		},
		Impossible: func() (executor.Assignment, string) {
			// A registry that nobody has on any machine.
			return executor.Assignment{Image: "localhost:1/no-such-image:1", Command: []string{"true"}}, "localhost:1"
		},
		Settle: settle,
	})
	if left, err := os.ReadDir(cfg.TmpDir); err != nil || len(left) > 0 {
		t.Errorf("left of the temporary storages: %v, %v", left, err)
	}
}
