package finish

import "testing"

func TestByItself(t *testing.T) {
	for code, want := range map[int]string{
		3:   "The script ended with exit code 3",
		127: "The script ended with exit code 127: a command was not found",
		139: "The script ended with exit code 139: a program crashed (segmentation fault)",
		128: "The script ended with exit code 128",
		255: "The script ended with exit code 255",
	} {
		if got := byItself(code); got != want {
			t.Errorf("%d: %q, want %q", code, got, want)
		}
	}
}
