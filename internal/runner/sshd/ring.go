package sshd

import (
	"bytes"
	"regexp"
)

// keptSize is how much is kept of what a shell printed, in bytes.
const keptSize = 256 << 10

// A ring keeps the end of a text. Places in it are counted from the beginning of the text.
type ring struct {
	bytes []byte // place p is at p modulo size; shorter than size until that much was added
	size  int
	end   int64
}

// first is the place of the first byte that is kept.
func (r *ring) first() int64 { return max(0, r.end-int64(len(r.bytes))) }

func (r *ring) add(p []byte) {
	if r.end+int64(len(p)) <= int64(r.size) {
		r.bytes, r.end = append(r.bytes, p...), r.end+int64(len(p))
		return
	}
	r.bytes = append(r.bytes, make([]byte, r.size-len(r.bytes))...)
	for len(p) > 0 {
		n := copy(r.bytes[r.end%int64(r.size):], p)
		r.end, p = r.end+int64(n), p[n:]
	}
}

// read copies what is kept from a place on.
func (r *ring) read(to []byte, at int64) int {
	n := int(min(int64(len(to)), r.end-at))
	for done := 0; done < n; {
		from := (at + int64(done)) % int64(r.size)
		done += copy(to[done:n], r.bytes[from:])
	}
	return n
}

// queries are what makes a terminal answer, as if somebody typed it, or use the clipboard. Whoever
// comes later must not answer what was asked before.
var queries = regexp.MustCompile(`\x05` +
	`|\x1b\[[\x00-\x1a\x1c-\x1f0-9;?>=!]*(?:c|n|\$p|q|x|\?[\x00-\x1a\x1c-\x1f0-9;]*u)` + // control characters inside do not matter to terminals
	`|\x1b\[(?:1[0-9]|2[01])(?:;[0-9]*)*t|\x1b\[\?u` +
	`|\x1bZ|\x1bP[+$]q[^\x1b]*\x1b\\|\x1b_[^\x1b]*\x1b\\` +
	`|\x1b\](?:(?:52|60|1337)(?:;[^\x07\x1b]*)?|[0-9;]*\?)(?:\x07|\x1b\\)`)

// past is what is kept, for somebody who was not there: whole lines, if it has lost its
// beginning, and no questions.
func (r *ring) past() []byte {
	text := make([]byte, r.end-r.first())
	r.read(text, r.first())
	if r.first() > 0 {
		if i := bytes.IndexByte(text, '\n'); i >= 0 {
			text = text[i+1:]
		}
	}
	return queries.ReplaceAll(text, nil)
}
