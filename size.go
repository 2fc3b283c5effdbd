package godocker

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseSize reads a number of bytes with an optional unit: k, M, G or T, which are
// powers of 1000 in either letter case.
func ParseSize(text string) (int64, error) {
	number, factor := text, int64(1)
	if i := len(text) - 1; i >= 0 {
		if p := strings.IndexByte("kmgt", text[i]|0x20); p >= 0 {
			number = text[:i]
			for range p + 1 {
				factor *= 1000
			}
		}
	}
	v, err := strconv.ParseInt(number, 10, 64)
	if err != nil || v < 0 || v > (1<<62)/factor {
		return 0, fmt.Errorf("want a size such as 12, 5k, 12M, 40G or 1T, got %q", text)
	}
	return v * factor, nil
}

// FormatSize writes a number of bytes for people to read, such as 1.2 GB, in powers of
// 1000.
func FormatSize(bytes int64) string {
	if bytes < 1000 {
		return strconv.FormatInt(bytes, 10) + " bytes"
	}
	v, unit := float64(bytes)/1000, 0
	for v >= 999.95 && unit < 3 {
		v, unit = v/1000, unit+1
	}
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0") + " " + []string{"kB", "MB", "GB", "TB"}[unit]
}
