package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"godocker"
	"godocker/api"
)

// colourful reports whether colours are for w: a terminal whose owner did not refuse
// them by NO_COLOR.
func colourful(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && onTerminal(f) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// palette colours words, or leaves them as they are. All that it colours grows by the
// same length, so that the columns of a table stay columns.
type palette bool

func (p palette) paint(colour int, text string) string {
	if !p {
		return text
	}
	return fmt.Sprintf("\x1b[%02dm%s\x1b[0m", colour, text)
}

// plain is for what stands in one column with colours.
func (p palette) plain(text string) string { return p.paint(39, text) }

// state is the status of a task with the colour of how it fares, and more after it.
func (p palette) state(s api.Status, more string) string {
	const red, green, yellow, blue = 31, 32, 33, 34
	text := state(s) + more
	switch {
	case s.Outcome == string(godocker.Succeeded):
		return p.paint(green, text)
	case final(s):
		return p.paint(red, text)
	case s.Primary == string(godocker.Running):
		return p.paint(blue, text)
	default:
		return p.paint(yellow, text)
	}
}

// progress is one line on a terminal that changes; elsewhere it is nothing.
type progress struct {
	w    io.Writer
	last time.Time
	text string
}

func newProgress(w io.Writer) *progress {
	if f, ok := w.(*os.File); !ok || !onTerminal(f) {
		return &progress{}
	}
	return &progress{w: w}
}

func (p *progress) say(text string) {
	if p.w == nil || text == p.text || time.Since(p.last) < 100*time.Millisecond {
		return
	}
	p.last, p.text = time.Now(), text
	fmt.Fprintf(p.w, "\r\x1b[K%s", text)
}

func (p *progress) clear() {
	if p.w != nil && p.text != "" {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
