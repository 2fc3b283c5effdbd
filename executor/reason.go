package executor

import (
	"strconv"
	"strings"
)

// OutOfMemoryReason is what the owner of a task reads when the kernel ended it at
// its memory limit in bytes: "used more than its 2 GB of memory".
func OutOfMemoryReason(limit int64) string {
	if limit <= 0 {
		return "used more memory than the node has"
	}
	return "used more than its " + size(limit) + " of memory"
}

// size writes bytes in the largest unit of 1024 that leaves at least one of it.
func size(bytes int64) string {
	v, unit := float64(bytes)/(1<<30), " GB"
	if v < 1 {
		v, unit = float64(bytes)/(1<<20), " MB"
	}
	text := strconv.FormatFloat(v, 'f', 1, 64)
	return strings.TrimSuffix(text, ".0") + unit
}
