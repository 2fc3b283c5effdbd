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
