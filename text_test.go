package godocker_test

import (
	"strings"
	"testing"

	"godocker"
)

func TestUnseen(t *testing.T) {
	for _, text := range []string{"", "plain", "žluťoučký", "\u0645\u06cc\u200c\u062e", "\U0001f469\u200d\U0001f52c", "a b", "日本"} {
		if strings.ContainsFunc(text, godocker.Unseen) || strings.ContainsFunc(text+"\r\n\t", godocker.UnseenInText) {
			t.Errorf("%q is refused", text)
		}
	}
	for _, r := range []rune{0, '\x1b', 0x7f, 0x85, 0xad, 0x61c, 0x200b, 0x200e, 0x202e, 0x2028, 0x2066, 0xfeff, 0xe0041} {
		if !godocker.Unseen(r) || !godocker.UnseenInText(r) {
			t.Errorf("%U is fine", r)
		}
	}
}
