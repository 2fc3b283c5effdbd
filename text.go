package godocker

import "unicode"

// Unseen reports whether a character changes how a text is shown without being seen in
// it: control characters, and those that turn the direction of writing or hide. What
// people call things has none of them, so that it reads the same wherever it is shown.
// The joiners that some scripts are written with are fine.
func Unseen(r rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) && r != nonJoiner && r != joiner
}

// UnseenInText is Unseen for a text of several lines.
func UnseenInText(r rune) bool { return Unseen(r) && r != '\n' && r != '\r' && r != '\t' }
