package simulate

import (
	"cmp"
	"container/heap"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// A Source is somebody who hands in tasks as chance will have it.
type Source struct {
	User, Project string
	Nice          int
	PerDay        float64       // tasks, on average
	Burst         int           // so many come together; 0 = 1
	From, Until   time.Duration // of the day, in which they come; both 0 = all day
	CPU, RAM      []float64     // each task has one of them
	GPUs          []int
	Labels        []string
	Median, P95   time.Duration // of how long tasks run, which is distributed log-normally
	Asks          float64       // times how long it runs is what a task asks for, rounded up as people do; 0 = nothing
}

const day = 24 * time.Hour

// Synthetic hands in the tasks of all sources in the order of time. The same seed gives
// the same.
func Synthetic(sources []Source, span Span, seed uint64) iter.Seq[Task] {
	return func(yield func(Task) bool) {
		var all streams
		for i := range sources {
			s := &stream{Source: &sources[i], number: i, random: rand.New(rand.NewPCG(seed, uint64(i))), span: span}
			if s.advance() {
				all = append(all, s)
			}
		}
		heap.Init(&all)
		for len(all) > 0 {
			s := all[0]
			for range max(1, s.Burst) {
				if !yield(s.task()) {
					return
				}
			}
			if s.advance() {
				heap.Fix(&all, 0)
			} else {
				heap.Pop(&all)
			}
		}
	}
}

// A stream is a source at a time.
type stream struct {
	*Source
	number int
	random *rand.Rand
	span   Span
	open   float64 // hours of those in which tasks come that went by
	at     time.Time
}

// advance goes to when tasks come next (a Poisson process), and reports whether that is
// in the span.
func (s *stream) advance() bool {
	if s.PerDay <= 0 {
		return false
	}
	length := s.Until - s.From
	if length <= 0 {
		length += day
	}
	s.open += s.random.ExpFloat64() * length.Hours() * float64(max(1, s.Burst)) / s.PerDay
	days, rest := math.Modf(s.open / length.Hours())
	begin := s.span.From.Truncate(day).Add(time.Duration(days)*day + s.From)
	s.at = begin.Add(time.Duration(rest * float64(length)))
	return s.at.Before(s.span.To)
}

func pick[T any](r *rand.Rand, among []T) (one T) {
	if len(among) > 0 {
		one = among[r.IntN(len(among))]
	}
	return one
}

// z95 is below which a normal variable is 19 times of 20.
const z95 = 1.6448536269514722

func (s *stream) task() Task {
	sigma := 0.0
	if s.P95 > s.Median {
		sigma = math.Log(float64(s.P95)/float64(s.Median)) / z95
	}
	runs := max(time.Second, time.Duration(float64(s.Median)*math.Exp(sigma*s.random.NormFloat64())).Truncate(time.Second))
	t := Task{User: s.User, Project: s.Project, Nice: s.Nice, CPU: pick(s.random, s.CPU), RAM: pick(s.random, s.RAM), GPUs: pick(s.random, s.GPUs),
		Labels: s.Labels, Submitted: s.at, Runs: runs}
	if s.Asks > 0 {
		t.Asks = rounded(time.Duration(s.Asks * float64(runs)))
	}
	return t
}

// asked are the lengths of time that people ask for, up to a day.
var asked = []time.Duration{5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour, 4 * time.Hour,
	6 * time.Hour, 8 * time.Hour, 12 * time.Hour, day}

func rounded(d time.Duration) time.Duration {
	i, _ := slices.BinarySearch(asked, d)
	if i < len(asked) {
		return asked[i]
	}
	return (d + day - 1).Truncate(day)
}

// streams are a heap by when tasks come next.
type streams []*stream

// Len, Less, Swap, Push and Pop implement heap.Interface.
func (h streams) Len() int { return len(h) }

func (h streams) Less(i, j int) bool {
	return cmp.Or(h[i].at.Compare(h[j].at), cmp.Compare(h[i].number, h[j].number)) < 0
}

func (h streams) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

func (h *streams) Push(x any) { *h = append(*h, x.(*stream)) }

func (h *streams) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
