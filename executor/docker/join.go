package docker

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/client"

	"godocker/executor"
	"godocker/executor/dockerapi"
)

// Join runs a program in the attempt's container.
func (e *Engine) Join(ctx context.Context, h executor.Handle, command []string) (io.ReadWriteCloser, error) {
	if !dockerapi.Valid(h) {
		return nil, executor.ErrNotActive
	}
	made, err := e.api.ExecCreate(ctx, string(h), client.ExecCreateOptions{User: "0:0", Cmd: command, AttachStdin: true, AttachStdout: true})
	if errdefs.IsNotFound(err) || dockerapi.IsAnswer(err) && errdefs.IsConflict(err) { // over, or frozen
		return nil, executor.ErrNotActive
	}
	if err != nil {
		return nil, fmt.Errorf("docker: %w", err)
	}
	stream, err := e.enter(ctx, made.ID)
	if err != nil {
		return nil, fmt.Errorf("docker: %w", err)
	}
	out, in := io.Pipe()
	go func() {
		_, err := stdcopy.StdCopy(in, io.Discard, stream)
		_ = in.CloseWithError(err) // nil is the end
	}()
	return joined{stream, out}, nil
}

// enter starts a program that was created and returns its streams. The client library's own
// way does not pass by what signs requests.
func (e *Engine) enter(ctx context.Context, id string) (io.ReadWriteCloser, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.engine.Address("/exec/"+id+"/start"),
		strings.NewReader(`{"Detach":false,"Tty":false}`))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "tcp")
	a, err := e.engine.Way.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	stream, ok := a.Body.(io.ReadWriteCloser)
	if a.StatusCode != http.StatusSwitchingProtocols || !ok {
		_ = a.Body.Close()
		return nil, fmt.Errorf("the engine answers %s to the start of a program in a container", a.Status)
	}
	return stream, nil
}

// joined is a program whose output is told apart from its errors.
type joined struct {
	io.ReadWriteCloser
	out *io.PipeReader
}

func (j joined) Read(b []byte) (int, error) { return j.out.Read(b) }

func (j joined) Close() error {
	_ = j.out.Close()
	return j.ReadWriteCloser.Close()
}
