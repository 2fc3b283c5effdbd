package httpapi

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"os"
	"path"
	"strings"
	"time"
	"unicode"

	"godocker"
	"godocker/internal/jobdir"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

const (
	mostZips   = 2 // folders that are packed at the same time
	mostPacked = 50_000
)

type zipInput struct {
	ID   string `path:"id"`
	Path string `path:"path" doc:"relative to the task's folder; empty = the folder itself"`
}

// zipFolder packs a folder while it is sent. What is too large is refused before the
// first byte.
func (s *Server) zipFolder(ctx context.Context, in *zipInput) (*huma.StreamResponse, error) {
	t, err := s.task(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	var files, bytes int64
	err = s.Dirs.Walk(&t, in.Path, func(_ string, info fs.FileInfo, _ func() (*os.File, error)) error {
		if files++; files > mostPacked {
			return godocker.Errorf(godocker.TooLarge, "the folder has more than %d files; pack a smaller one", mostPacked)
		}
		if bytes += info.Size(); s.MaxDownload > 0 && bytes > s.MaxDownload {
			return godocker.Errorf(godocker.TooLarge, "the folder has more than %d bytes, which is what this site lets through; pack a smaller one", s.MaxDownload)
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, gone(&t, err)
	}
	select {
	case s.zips <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer func() { <-s.zips }()
		_, w := humago.Unwrap(hc)
		h := w.Header()
		h.Set("Content-Type", "application/zip")
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": zipName(&t, in.Path)}))
		h.Set("Content-Security-Policy", "sandbox")
		if err := pack(hc.Context(), w, s.Dirs, &t, in.Path); err != nil && ctx.Err() == nil {
			s.Log.Warn("a folder could not be packed to its end", "task", t.ID, "error", err)
		}
	}}, nil
}

func zipName(t *godocker.Task, folder string) string {
	name := fmt.Sprintf("task-%d", t.ID)
	if base := path.Base(path.Clean("/" + folder)); base != "/" {
		name += "-" + entryName(base)
	}
	return name + ".zip"
}

// pack writes what Walk finds. A file that grows meanwhile is cut where it ended.
func pack(ctx context.Context, to io.Writer, dirs *jobdir.Tree, t *godocker.Task, folder string) error {
	z := zip.NewWriter(to)
	err := dirs.Walk(t, folder, func(name string, info fs.FileInfo, open func() (*os.File, error)) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		f, err := open()
		if err != nil {
			return fs.ErrNotExist // gone meanwhile
		}
		defer f.Close()
		w, err := z.CreateHeader(&zip.FileHeader{Name: entryName(name), Method: zip.Deflate, Modified: info.ModTime().Round(time.Second)})
		if err == nil {
			_, err = io.Copy(w, io.LimitReader(f, info.Size()))
		}
		return err
	})
	if err != nil {
		return err // without its end, it is seen to be cut off
	}
	return z.Close()
}

// entryName takes from a name what programs that unpack could take for a way out of
// their folder, or that nobody sees.
func entryName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '\\' || r == ':' || r == unicode.ReplacementChar || unicode.IsControl(r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
}
