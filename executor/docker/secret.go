package docker

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/moby/moby/client"

	"godocker/executor"
)

// hide puts a secret into a container that never ran. It comes to lie in what the engine
// keeps of the container, where only root of the node can look, and takes the place of
// whatever the image has there.
func (e *Engine) hide(ctx context.Context, id string, s *executor.Secret) error {
	if s == nil {
		return nil
	}
	var file bytes.Buffer
	w := tar.NewWriter(&file)
	err := w.WriteHeader(&tar.Header{Name: strings.TrimPrefix(s.Path, "/"), Mode: 0o600, Size: int64(len(s.Content))})
	if err == nil {
		_, err = w.Write(s.Content)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	_, err = e.api.CopyToContainer(ctx, id, client.CopyToContainerOptions{DestinationPath: "/", Content: &file, AllowOverwriteDirWithFile: true})
	return err
}
