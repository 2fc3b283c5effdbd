package main

import (
	"fmt"
	"math"

	"godocker/api"
)

// used says how much a task used of what it asked for: "0.4 of 8 GB, 97 % of 2 cpus".
// The time that it was suspended does not count.
func used(k api.Task) string {
	s := k.Container.Stats
	if s == nil {
		return ""
	}
	text := fmt.Sprintf("%s of %g GB", gigabytes(s.PeakRAM), k.Requirements.RAM.Value)
	if s.PeakRAM == 0 {
		text = fmt.Sprintf("an unknown part of %g GB", k.Requirements.RAM.Value)
	}
	cpus := k.Requirements.CPU.Value
	if k.Status.Duration == nil {
		return text
	}
	if could := (*k.Status.Duration - k.Status.Suspended) * cpus; could > 0 {
		what := "cpus"
		if cpus == 1 {
			what = "cpu"
		}
		text += fmt.Sprintf(", %.0f %% of %g %s", math.Min(100*s.CPUSeconds/could, 100), cpus, what)
	}
	return text
}

// gigabytes writes bytes with two digits that mean something.
func gigabytes(n int64) string {
	v := float64(n) / (1 << 30)
	switch {
	case v >= 99.5:
		return fmt.Sprintf("%.0f", v)
	case v >= 0.095:
		return fmt.Sprintf("%.1f", v)
	case v >= 0.0095:
		return fmt.Sprintf("%.2f", v)
	default:
		return fmt.Sprintf("%.3f", v)
	}
}
