package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"godocker"
	"godocker/api"
	"godocker/internal/jobdir"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

const (
	mostUpload = 1 << 30 // bytes of a file
	uploadTime = time.Hour
)

type putInput struct {
	ID   string `path:"id"`
	Path string `path:"path" doc:"where the file comes to lie, in a folder that is there, relative to the task's"`
}

// putFile writes the body into a file of a task that runs, as its owner's. It takes its
// name once it is whole.
func (s *Server) putFile(ctx context.Context, in *putInput) (*huma.StreamResponse, error) {
	t, err := s.mine(ctx, in.ID)
	switch {
	case err != nil:
		return nil, err
	case t.State != godocker.Running || t.Requirements.Array.Count > 0 && t.ParentID == 0:
		return nil, godocker.Errorf(godocker.Conflict, "task %d does not run; files are put into the folders of tasks that do", t.ID)
	}
	if err := mayPut(in.Path); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTime))
		var size int64
		err := s.Dirs.Put(&t, in.Path, func(to io.Writer) (err error) {
			size, err = io.Copy(to, http.MaxBytesReader(w, r.Body, mostUpload))
			return err
		})
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			err = godocker.Errorf(godocker.TooLarge, "the file has more than %d bytes; put it there by other means, such as a volume", mostUpload)
		}
		if err != nil {
			var p *problem
			if !errors.As(s.fail(err), &p) {
				p = newProblem(godocker.Internal, "the server failed to do this")
			}
			writeProblem(w, p)
			return
		}
		hc.SetHeader("Content-Type", jsonType)
		_ = jsonFormat.Marshal(hc.BodyWriter(), api.File{Name: path.Base(in.Path), Type: "file", Size: size})
	}}, nil
}

// mayPut reports whether a file may have a path: not that of a file of the server's own,
// nor one that nobody sees.
func mayPut(name string) error {
	clean := strings.TrimPrefix(path.Clean("/"+name), "/")
	switch clean {
	case "", jobdir.Script, jobdir.Stdout, jobdir.Stderr, jobdir.Info, jobdir.Env:
		return godocker.Errorf(godocker.Conflict, "%q is not yours to replace; choose another name", name)
	}
	for part := range strings.SplitSeq(clean, "/") {
		if strings.HasPrefix(part, ".") || len(part) > 200 || strings.ContainsFunc(part, godocker.Unseen) {
			return godocker.FieldErrors([]godocker.FieldError{{Field: "path", Message: "want names of at most 200 characters, without control characters, that do not begin with a dot"}})
		}
	}
	return nil
}
