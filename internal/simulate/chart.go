package simulate

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"maps"
	"slices"
	"strings"
	"time"
)

// Sizes of the chart, in pixels.
const (
	chartWidth  = 960
	plotLeft    = 64
	plotRight   = 64
	plotTop     = 34
	plotHeight  = 220
	chartHeight = plotTop + plotHeight + 36 // of each outcome
	plotWidth   = chartWidth - plotLeft - plotRight
	mostColours = 8 // projects beyond are one, the others
)

// colours tell projects apart, also for people who see few of them (Okabe and Ito: Color
// universal design, 2008). The last is for the others.
var colours = [mostColours]string{"#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999"}

const others = "others"

// Chart draws the cores that projects used over time, and how many tasks waited, as SVG;
// several outcomes one above the other, on the same scales.
func Chart(os []Named) []byte {
	var b bytes.Buffer
	names := largest(os)
	height := len(os)*chartHeight + 30
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n", chartWidth, height, chartWidth, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", chartWidth, height)
	most, samples := 1, 1
	capacity := 1e-9
	for _, o := range os {
		for _, s := range o.Samples {
			most = max(most, s.Waiting)
		}
		samples, capacity = max(samples, len(o.Samples)), max(capacity, o.Capacity)
	}
	for i, o := range os {
		p := plot{&b, o, names, float64(i*chartHeight + plotTop), samples, float64(round(float64(most))), capacity}
		p.draw()
	}
	x := plotLeft
	legend := func(colour, text string, line bool) {
		y := len(os)*chartHeight + 12
		if line {
			fmt.Fprintf(&b, `<path d="M%d %dh14" stroke="%s" stroke-width="2"/>`, x, y-4, colour)
		} else {
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="12" height="12" fill="%s"/>`, x, y-10, colour)
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d">%s</text>`+"\n", x+18, y, html.EscapeString(text))
		x += 34 + 7*len(text)
	}
	legend("#000", "tasks waiting", true)
	for i, name := range names {
		legend(colours[i], name, false)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// largest returns the projects that used most, and after them, if there are more, the
// others.
func largest(os []Named) []string {
	used := map[string]float64{}
	for _, o := range os {
		for _, r := range o.Projects {
			used[r.Name] += r.CPUHours
		}
	}
	names := slices.SortedFunc(maps.Keys(used), func(a, b string) int { return cmp.Or(cmp.Compare(used[b], used[a]), strings.Compare(a, b)) })
	if len(names) > mostColours {
		names = append(names[:mostColours-1:mostColours-1], others)
	}
	return names
}

// round is the next number above that people like to read.
func round(v float64) int {
	for n := 1; ; n *= 10 {
		for _, m := range []int{1, 2, 5} {
			if float64(n*m) >= v {
				return n * m
			}
		}
	}
}

type plot struct {
	b        *bytes.Buffer
	o        Named
	names    []string
	top      float64
	samples  int
	most     float64 // tasks waiting
	capacity float64
}

func (p *plot) x(i int) float64 {
	return plotLeft + plotWidth*float64(i)/float64(max(1, p.steps()))
}

func (p *plot) y(part float64) float64 { return p.top + plotHeight*(1-min(1, max(0, part))) }

// Samples are drawn together, so that there is one for a pixel at most.
func (p *plot) each() int  { return max(1, (p.samples+plotWidth-1)/plotWidth) }
func (p *plot) steps() int { return (p.samples + p.each() - 1) / p.each() }

// mean returns for each step the mean of a figure.
func (p *plot) mean(of func(s *Sample) float64) []float64 {
	out := make([]float64, 0, p.steps())
	for part := range slices.Chunk(p.o.Samples, p.each()) {
		sum := 0.0
		for i := range part {
			sum += of(&part[i])
		}
		out = append(out, sum/float64(len(part)))
	}
	return out
}

func (p *plot) draw() {
	fmt.Fprintf(p.b, `<text x="%d" y="%.0f" font-size="14" font-weight="bold">%s</text>`, plotLeft, p.top-12, html.EscapeString(p.o.Name))
	fmt.Fprintf(p.b, `<text x="%d" y="%.0f" text-anchor="end">%s of %g cores in use, fairness %.3f</text>`+"\n", chartWidth-plotRight, p.top-12, percent(p.o.Utilisation), p.o.Capacity, p.o.Fairness)
	below := make([]float64, p.steps())
	for i, name := range p.names {
		p.area(colours[i], below, p.mean(func(s *Sample) float64 { return p.cores(s, name) }))
	}
	for i := range 5 {
		part := float64(i) / 4
		fmt.Fprintf(p.b, `<path d="M%d %.1fh%d" stroke="#000" stroke-opacity=".15"/>`, plotLeft, p.y(part), plotWidth)
		fmt.Fprintf(p.b, `<text x="%d" y="%.1f" text-anchor="end">%.4g</text>`, plotLeft-6, p.y(part)+4, part*p.capacity)
		fmt.Fprintf(p.b, `<text x="%d" y="%.1f">%.4g</text>`+"\n", chartWidth-plotRight+6, p.y(part)+4, part*p.most)
	}
	fmt.Fprintf(p.b, `<text transform="translate(14 %.0f) rotate(-90)" text-anchor="middle">cores in use</text>`, p.y(.5))
	fmt.Fprintf(p.b, `<text transform="translate(%d %.0f) rotate(90)" text-anchor="middle">tasks waiting</text>`+"\n", chartWidth-14, p.y(.5))
	p.days()
	var line strings.Builder
	for i, v := range p.mean(func(s *Sample) float64 { return float64(s.Waiting) }) {
		fmt.Fprintf(&line, "%c%.1f %.1f", "ML"[min(i, 1)], p.x(i), p.y(v/p.most))
	}
	for _, stroke := range []string{`"#fff" stroke-width="4"`, `"#000" stroke-width="1.4"`} { // seen on any colour
		fmt.Fprintf(p.b, `<path fill="none" stroke=%s stroke-linejoin="round" d="%s"/>`+"\n", stroke, line.String())
	}
}

func (p *plot) cores(s *Sample, name string) float64 {
	if name != others {
		return s.Cores[name]
	}
	sum := 0.0
	for _, project := range slices.Sorted(maps.Keys(s.Cores)) {
		if !slices.Contains(p.names, project) {
			sum += s.Cores[project]
		}
	}
	return sum
}

// area draws what is on top of what is below, and adds it to that.
func (p *plot) area(colour string, below, above []float64) {
	var up, down strings.Builder
	for i, v := range above {
		fmt.Fprintf(&up, "%c%.1f %.1f", "ML"[min(i, 1)], p.x(i), p.y((below[i]+v)/p.capacity))
	}
	for i := len(above) - 1; i >= 0; i-- {
		fmt.Fprintf(&down, "L%.1f %.1f", p.x(i), p.y(below[i]/p.capacity))
		below[i] += above[i]
	}
	fmt.Fprintf(p.b, `<path fill="%s" d="%s%sZ"/>`+"\n", colour, up.String(), down.String())
}

// days marks some days, counted from the first.
func (p *plot) days() {
	span := time.Duration(p.samples) * sampleEvery
	unit, word := day, "day"
	if span < 2*day {
		unit, word = time.Hour, "hour"
	}
	step := round(float64(span) / float64(unit) / 15)
	for n := 0; time.Duration(n)*unit <= span; n += step {
		x := plotLeft + plotWidth*float64(time.Duration(n)*unit)/float64(span)
		text := fmt.Sprint(n)
		if n == 0 {
			text = word + " 0"
		}
		fmt.Fprintf(p.b, `<path d="M%.1f %.1fv4" stroke="#000"/><text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, x, p.y(0), x, p.y(0)+17, text)
	}
	p.b.WriteString("\n")
}
