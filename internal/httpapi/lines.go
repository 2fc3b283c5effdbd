package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"godocker"
	"godocker/api"
	"godocker/internal/jobdir"
)

const (
	mostOffsets = 4096    // of lines; of longer logs they are further apart
	mostMatches = 10_000  // are told one by one
	mostScans   = 2       // logs that are read through at the same time
	scanStep    = 1 << 18 // bytes; of a longer line the parts are searched
)

type linesInput struct {
	ID     string `path:"id"`
	Stream string `query:"stream" enum:"stdout,stderr" default:"stdout"`
	Text   string `query:"q" doc:"text to search the lines for, in any letter case" maxLength:"500"`
}

// lines reads a log through, so that a reader can go anywhere in it by ranges of bytes
// of its file.
func (s *Server) lines(ctx context.Context, in *linesInput) (*body[api.Lines], error) {
	t, err := s.task(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if t.State == godocker.Archived {
		return nil, gone(&t, godocker.NotFound)
	}
	f, err := s.Dirs.Open(&t, logOf(in.Stream))
	if err != nil {
		return answer(api.Lines{Every: firstEvery, Offsets: []int64{}, Matches: []int64{}}), nil // nothing is written yet
	}
	defer f.Close()
	select {
	case s.scans <- struct{}{}:
		defer func() { <-s.scans }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	out, err := scanLines(ctx, f, in.Text)
	if err != nil {
		return nil, err
	}
	return answer(out), nil
}

func logOf(stream string) string {
	if stream == "stderr" {
		return jobdir.Stderr
	}
	return jobdir.Stdout
}

const firstEvery = 1000

// A scan goes through a log once.
type scan struct {
	api.Lines
	begun, hit bool // of the line at hand
}

func scanLines(ctx context.Context, from io.Reader, text string) (api.Lines, error) {
	s := scan{Lines: api.Lines{Every: firstEvery, Offsets: []int64{}, Matches: []int64{}}}
	has := finder(text)
	r := bufio.NewReaderSize(from, scanStep)
	for {
		part, err := r.ReadSlice('\n')
		atEnd := errors.Is(err, io.EOF)
		if len(part) > 0 {
			s.begin()
			s.hit = s.hit || has(part)
			s.Size += int64(len(part))
		}
		if err == nil || atEnd {
			s.end()
		}
		switch {
		case atEnd:
			return s.Lines, nil
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return api.Lines{}, err
		case ctx.Err() != nil:
			return api.Lines{}, ctx.Err()
		}
	}
}

func (s *scan) begin() {
	if s.begun {
		return
	}
	s.begun, s.hit = true, false
	if s.Lines.Lines%s.Every != 0 {
		return
	}
	s.Offsets = append(s.Offsets, s.Size)
	if len(s.Offsets) <= mostOffsets {
		return
	}
	for i := range (len(s.Offsets) + 1) / 2 {
		s.Offsets[i] = s.Offsets[2*i]
	}
	s.Offsets, s.Every = s.Offsets[:(len(s.Offsets)+1)/2], 2*s.Every
}

func (s *scan) end() {
	if !s.begun {
		return
	}
	if s.hit {
		if s.Found++; len(s.Matches) < mostMatches {
			s.Matches = append(s.Matches, s.Lines.Lines)
		}
	}
	s.begun = false
	s.Lines.Lines++
}

// finder reports whether a line has a text, in any letter case.
func finder(text string) func([]byte) bool {
	if text == "" {
		return func([]byte) bool { return false }
	}
	want := []byte(strings.ToLower(text))
	if bytes.ContainsFunc(want, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return func(line []byte) bool { return bytes.Contains(bytes.ToLower(line), want) }
	}
	var small []byte // one for all lines
	return func(line []byte) bool {
		small = append(small[:0], line...)
		for i, c := range small {
			if 'A' <= c && c <= 'Z' {
				small[i] = c + 'a' - 'A'
			}
		}
		return bytes.Contains(small, want)
	}
}
