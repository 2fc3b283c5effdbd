package sshd

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Whatever is added, the end of it is there, and no more than the size.
func TestRingKeepsTheEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, all := ring{size: rapid.IntRange(1, 20).Draw(t, "size")}, ""
		for _, part := range rapid.SliceOf(rapid.StringMatching(`[a-z]{0,50}`)).Draw(t, "parts") {
			r.add([]byte(part))
			all += part
		}
		if r.end != int64(len(all)) || len(r.bytes) > r.size {
			t.Fatalf("%d of %d, %d kept", r.end, len(all), len(r.bytes))
		}
		kept := all[max(0, len(all)-r.size):]
		if int64(len(kept)) != r.end-r.first() {
			t.Fatalf("the first is %d, and %q is to be kept", r.first(), kept)
		}
		skip := rapid.IntRange(0, len(kept)).Draw(t, "skip")
		buf := make([]byte, rapid.IntRange(0, 30).Draw(t, "buffer"))
		want := kept[skip:]
		want = want[:min(len(want), len(buf))]
		if got := string(buf[:r.read(buf, r.first()+int64(skip))]); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}

func TestPastAsksNothing(t *testing.T) {
	for text, want := range map[string]string{
		"\x1b[31mred\x1b[0m\x1b[2J\x1b[3;4H":                 "\x1b[31mred\x1b[0m\x1b[2J\x1b[3;4H",
		"a\x1b[cb\x1b[>cc\x1b[6nd\x1b[?6ne\x05f":             "abcdef",
		"a\x1b]11;?\x07b\x1b]4;1;?\x1b\\c\x1bP+q544e\x1b\\":  "abc",
		"\x1b]0;title?\x07\x1b[ q\x1b[2 q\x1b[?25h":          "\x1b]0;title?\x07\x1b[ q\x1b[2 q\x1b[?25h",
		"a\x1b[18tb\x1b[?2004$pc\x1b[>qd":                    "abcd",
		"a\x1b]52;c;?\x07b\x1b]52;c;c2VjcmV0\x1b\\c\x1b[?ud": "abcd",
		"a\x1b[xb\x1b_Gi=1,a=q;AAAA\x1b\\c\x1b[6\rnd":        "abcd",
		"a\x1b]60\x1b\\b\x1b]1337;ReportCellSize\x07c śc":    "abc śc",
	} {
		r := ring{size: 1000}
		r.add([]byte(text))
		if got := string(r.past()); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	r := ring{size: 10}
	r.add([]byte("a first line\nthe end"))
	if got := string(r.past()); got != "the end" {
		t.Errorf("%q", got)
	}
	if r.add([]byte(strings.Repeat("x", 30))); string(r.past()) != "xxxxxxxxxx" {
		t.Errorf("%q", r.past())
	}
}
