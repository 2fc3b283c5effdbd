package godocker

import "testing"

func TestFormatSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 999: "999 bytes", 1000: "1 kB", 1_250_000: "1.2 MB", 999_999: "1 MB", 10_000_000_000: "10 GB", 5e15: "5000 TB"} {
		if got := FormatSize(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
