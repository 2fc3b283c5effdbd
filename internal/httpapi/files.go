package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"unicode/utf8"

	"godocker"
	"godocker/api"
	"godocker/internal/jobdir"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

type fileInput struct {
	ID   string `path:"id"`
	Path string `path:"path" doc:"relative to the task's folder; empty = the folder itself"`
	Show bool   `query:"show" doc:"a picture or a PDF, as what it is and to be shown, with nothing that runs"`
}

// taskFile answers with a folder as JSON, or with the bytes of a file under another
// content type, by which clients tell the two apart.
func (s *Server) taskFile(ctx context.Context, in *fileInput) (*huma.StreamResponse, error) {
	t, err := s.task(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	f, err := s.Dirs.Open(&t, in.Path)
	if err != nil {
		return nil, gone(&t, err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	if info.IsDir() {
		defer f.Close()
		entries, err := jobdir.List(f)
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			hc.SetHeader("Content-Type", jsonType)
			_ = jsonFormat.Marshal(hc.BodyWriter(), files(entries)) // the client may be gone
		}}, nil
	}
	if s.MaxDownload > 0 && info.Size() > s.MaxDownload {
		f.Close()
		return nil, godocker.Errorf(godocker.TooLarge, "%s has %d bytes; this site lets %d through; fetch it from the task's folder instead", in.Path, info.Size(), s.MaxDownload)
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer f.Close()
		r, w := humago.Unwrap(hc)
		h := w.Header()
		if kind := shown(f); in.Show && kind != "" {
			h.Set("Content-Type", kind)
			h.Set("Content-Disposition", "inline")
			h.Set("Content-Security-Policy", shownPolicy)
		} else {
			// What a task wrote is never a page of this site.
			h.Set("Content-Type", "application/octet-stream")
			h.Set("Content-Disposition", "attachment")
			h.Set("Content-Security-Policy", "sandbox")
		}
		http.ServeContent(&fileWriter{ResponseWriter: w}, r, path.Base(in.Path), info.ModTime(), f)
	}}, nil
}

// fileWriter answers in JSON where a file cannot be served, as with a range that it
// does not have.
type fileWriter struct {
	http.ResponseWriter
	refused bool
}

func (w *fileWriter) WriteHeader(status int) {
	if w.refused = status >= http.StatusBadRequest; w.refused {
		p := newProblem(godocker.Invalid, "the file does not have this range")
		p.Status, p.Title = status, http.StatusText(status)
		writeProblem(w.ResponseWriter, p)
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *fileWriter) Write(b []byte) (int, error) {
	if w.refused {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

func files(entries []jobdir.Entry) []api.File {
	out := make([]api.File, len(entries))
	for i, e := range entries {
		kind := "file"
		if e.Dir {
			kind = "dir"
		}
		out[i] = api.File{Name: e.Name, Type: kind, Size: e.Size}
		if !utf8.ValidString(e.Name) {
			out[i].Raw = url.PathEscape(e.Name)
		}
	}
	return out
}

// gone says so where a file is not there any more because its task is archived.
func gone(t *godocker.Task, err error) error {
	if t.State == godocker.Archived && errors.Is(err, godocker.NotFound) {
		return godocker.Errorf(godocker.NotFound, "task %d is archived: its files are gone", t.ID)
	}
	return err
}

// shownPolicy lets the page frame what the browser shows by itself, and nothing else: no
// script, and nothing from anywhere. A sandbox would keep browsers from their own
// reader of PDF, which sees neither the session nor the page.
const shownPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"

// shown is the type of a file that a browser shows and does not run, by its first bytes;
// "" is any other. SVG is none: it may have scripts.
func shown(f io.ReaderAt) string {
	head := make([]byte, 512)
	n, _ := f.ReadAt(head, 0)
	switch kind := http.DetectContentType(head[:n]); kind {
	case "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "application/pdf":
		return kind
	}
	return ""
}
