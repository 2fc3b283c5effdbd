package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/util/exec"

	"godocker/executor"
	"godocker/internal/runner/spec"
)

// Join runs a program in the attempt's container.
func (e *Engine) Join(ctx context.Context, h executor.Handle, command []string) (io.ReadWriteCloser, error) {
	if h == "" {
		return nil, executor.ErrNotActive
	}
	p, err := e.podNow(ctx, h)
	if err != nil {
		return nil, fmt.Errorf("kubernetes: %w", err)
	}
	if p == nil || p.running.IsZero() {
		return nil, executor.ErrNotActive
	}
	in, mine := io.Pipe()
	theirs, out := io.Pipe()
	began, over := make(chan struct{}), make(chan error, 1)
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		err := e.run(life, p, command, remotecommand.StreamOptions{Stdin: &first{Reader: in, read: sync.OnceFunc(func() { close(began) })}, Stdout: out, Stderr: io.Discard})
		cancel()
		if _, ended := errors.AsType[exec.CodeExitError](err); ended {
			err = nil
		}
		over <- err
		_ = out.CloseWithError(err) // nil is the end
		_ = in.CloseWithError(io.ErrClosedPipe)
	}()
	select {
	case <-began:
		return &joined{theirs, mine}, nil
	case err = <-over:
	case <-ctx.Done():
		cancel()
		return nil, ctx.Err()
	}
	if e.notActive(ctx, h, err) {
		return nil, executor.ErrNotActive
	}
	if err == nil {
		err = errors.New("the program ended before it began")
	}
	return nil, fmt.Errorf("kubernetes: %w", err)
}

// run runs a program beside a pod's own until it ends.
func (e *Engine) run(ctx context.Context, p *pod, command []string, streams remotecommand.StreamOptions) error {
	url := e.api.core.Get().Namespace(e.api.ns).Resource("pods").Name(p.name).SubResource("exec").VersionedParams(&core.PodExecOptions{
		Container: container, Command: command, Stdin: streams.Stdin != nil, Stdout: true, Stderr: true}, params).URL()
	x, err := remotecommand.NewWebSocketExecutor(e.api.cfg, "GET", url.String())
	if err != nil {
		return err
	}
	return x.StreamWithContext(ctx, streams)
}

// first tells when it is read from: the program is there then.
type first struct {
	io.Reader
	read func()
}

func (f *first) Read(b []byte) (int, error) {
	f.read()
	n, err := f.Reader.Read(b)
	if errors.Is(err, io.ErrClosedPipe) { // the program ended before its input
		err = io.EOF
	}
	return n, err
}

// joined is what a program writes and reads.
type joined struct {
	*io.PipeReader
	in *io.PipeWriter
}

func (j *joined) Write(b []byte) (int, error) { return j.in.Write(b) }

// Close gives the program the end of its input. What it still writes is nobody's.
func (j *joined) Close() error {
	err := j.in.Close()
	go func() { _, _ = io.Copy(io.Discard, j.PipeReader) }()
	return err
}

// notActive reports whether a program did not run because its container does not. The
// node knows it a moment before the API server does.
func (e *Engine) notActive(ctx context.Context, h executor.Handle, err error) bool {
	for range 20 {
		if now, err := e.podNow(ctx, h); err != nil || now == nil || now.running.IsZero() {
			return err == nil
		}
		if err == nil {
			return false
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return false
		}
	}
	return false
}

// Signal has the runner of the attempt send a signal to its first process: Kubernetes
// sends none itself.
func (e *Engine) Signal(ctx context.Context, h executor.Handle, name string) error {
	if h == "" {
		return nil
	}
	p, err := e.podNow(ctx, h)
	if err != nil {
		return fmt.Errorf("kubernetes: %w", err)
	}
	if p == nil || p.running.IsZero() {
		return nil
	}
	var said strings.Builder
	err = e.run(ctx, p, []string{spec.Path, "signal", name}, remotecommand.StreamOptions{Stdout: io.Discard, Stderr: &said})
	if err == nil || e.notActive(ctx, h, err) {
		return nil
	}
	return fmt.Errorf("kubernetes: %s cannot be sent: %w %s", name, err, strings.TrimSpace(said.String()))
}
