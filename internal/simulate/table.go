package simulate

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Named is an outcome under a name, such as that of the policy.
type Named struct {
	Name string `json:"name"`
	*Outcome
}

// A column is one figure of a row.
type column struct {
	head string
	of   func(r Row) float64
	show func(v float64) string
	same bool // under any policy, or nearly
}

var columns = []column{
	{"TASKS", func(r Row) float64 { return float64(r.Tasks) }, plainly, true},
	{"WAIT", func(r Row) float64 { return r.Median }, duration, false},
	{"95%", func(r Row) float64 { return r.P95 }, duration, false},
	{"LONGEST", func(r Row) float64 { return r.Longest }, duration, false},
	{"CPU HOURS", func(r Row) float64 { return r.CPUHours }, plainly, true},
	{"SHARE", func(r Row) float64 { return r.Share }, percent, false},
	{"ENTITLED", func(r Row) float64 { return r.Entitled }, percent, false},
	{"SLOWDOWN", func(r Row) float64 { return r.Slowdown }, func(v float64) string { return fmt.Sprintf("%.1f", v) }, false},
}

func plainly(v float64) string { return fmt.Sprintf("%.0f", v) }

func percent(v float64) string { return fmt.Sprintf("%.1f%%", 100*v) }

// duration shows seconds in the two largest units that matter.
func duration(seconds float64) string {
	sign := ""
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	d := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	switch {
	case d >= day:
		d = d.Round(time.Hour)
		return fmt.Sprintf("%s%dd%dh", sign, d/day, d%day/time.Hour)
	case d >= time.Hour:
		d = d.Round(time.Minute)
		return fmt.Sprintf("%s%dh%dm", sign, d/time.Hour, d%time.Hour/time.Minute)
	case d >= time.Minute:
		return fmt.Sprintf("%s%dm%ds", sign, d/time.Minute, d%time.Minute/time.Second)
	default:
		return fmt.Sprintf("%s%ds", sign, d/time.Second)
	}
}

// Print writes one outcome as tables, or two and what differs.
func Print(out io.Writer, os []Named) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	list := func(kind string, rows func(o *Outcome) []Row) {
		head := kind + "\t"
		for _, c := range columns {
			for i := range os {
				if name := c.head; i == 0 {
					head += name + "\t"
				} else if !c.same {
					head += "→\t+/-\t"
				}
			}
		}
		fmt.Fprintln(w, head)
		for _, r := range rows(os[0].Outcome) {
			line := r.Name + "\t"
			other := Row{}
			if len(os) > 1 {
				if i := slices.IndexFunc(rows(os[1].Outcome), func(x Row) bool { return x.Name == r.Name }); i >= 0 {
					other = rows(os[1].Outcome)[i]
				}
			}
			for _, c := range columns {
				line += c.show(c.of(r)) + "\t"
				if len(os) > 1 && !c.same {
					line += c.show(c.of(other)) + "\t" + signed(c.show(c.of(other)-c.of(r))) + "\t"
				}
			}
			fmt.Fprintln(w, line)
		}
		fmt.Fprintln(w)
	}
	if len(os) > 1 {
		fmt.Fprintf(out, "%s → %s\n\n", os[0].Name, os[1].Name)
	}
	list("USER", func(o *Outcome) []Row { return o.Users })
	list("PROJECT", func(o *Outcome) []Row { return append(slices.Clip(o.Projects), o.All) })
	for _, c := range []struct {
		what string
		of   func(o *Outcome) float64
		show func(float64) string
	}{
		{"cores in use", func(o *Outcome) float64 { return o.Utilisation }, percent},
		{"all over after", func(o *Outcome) float64 { return o.Makespan }, duration},
		{"fairness (Jain)", func(o *Outcome) float64 { return o.Fairness }, func(v float64) string { return fmt.Sprintf("%.3f", v) }},
		{"started by backfilling", func(o *Outcome) float64 { return float64(o.Backfilled) }, plainly},
		{"ended at their lifespan", func(o *Outcome) float64 { return float64(o.Cut) }, plainly},
		{"could never start", func(o *Outcome) float64 { return float64(o.Never) }, plainly},
	} {
		line := c.what + "\t" + c.show(c.of(os[0].Outcome)) + "\t"
		if len(os) > 1 {
			line += c.show(c.of(os[1].Outcome)) + "\t" + signed(c.show(c.of(os[1].Outcome)-c.of(os[0].Outcome))) + "\t"
		}
		fmt.Fprintln(w, line)
	}
	return w.Flush()
}

func signed(text string) string {
	if number := strings.TrimPrefix(text, "-"); strings.Trim(number, "0.%s") == "" {
		return "="
	} else if number != text {
		return text
	}
	return "+" + text
}
