package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// A table is what was measured.
type table struct{ rows [][4]string }

func (t *table) add(what, figure, aim, numbers string, args ...any) {
	t.rows = append(t.rows, [4]string{what, figure, aim, fmt.Sprintf(numbers, args...)})
}

func (t *table) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "WHAT\tMEASURED\tAIM\tIN NUMBERS")
	for _, r := range t.rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r[0], r[1], r[2], r[3])
	}
	_ = w.Flush()
}

// quantile returns the value below which the part q of the times lies.
func quantile(ts []time.Duration, q float64) time.Duration {
	if len(ts) == 0 {
		return 0
	}
	ts = slices.Sorted(slices.Values(ts))
	return ts[min(len(ts)-1, int(q*float64(len(ts))))]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

func rate(n int, d time.Duration) float64 { return float64(n) / d.Seconds() }
