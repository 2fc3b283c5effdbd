package godocker

import (
	"strconv"
	"strings"
)

// MaxElements is the greatest number of elements of an array.
const MaxElements = 1_000_000

// A Range is the values of an array's elements: First, First+Step, … up to and
// never past Last.
type Range struct {
	First, Last, Step int64
	Parallel          int // at most so many elements run at once; 0 = no limit
}

// ParseRange reads N (which is 1:N), first:last or first:last:step, each with an
// optional %M for at most M elements at once.
func ParseRange(text string) (Range, error) {
	bad := func(why string) (Range, error) {
		return Range{}, Errorf(Invalid, "%q %s; want N, first:last or first:last:step, with an optional %%M for at most M at once", text, why)
	}
	values, limit, limited := strings.Cut(strings.TrimSpace(text), "%")
	r := Range{First: 1, Step: 1}
	if limited {
		m, err := strconv.Atoi(limit)
		if err != nil || m < 1 {
			return bad("does not say how many elements may run at once")
		}
		r.Parallel = m
	}
	parts := strings.Split(values, ":")
	numbers := make([]int64, len(parts))
	for i, p := range parts {
		n, err := strconv.ParseInt(strings.TrimSpace(p), 10, 64)
		if err != nil || n < 0 || n > 1<<53 {
			return bad("is not made of whole numbers from 0 on")
		}
		numbers[i] = n
	}
	switch len(numbers) {
	case 1:
		r.Last = numbers[0]
	case 2:
		r.First, r.Last = numbers[0], numbers[1]
	case 3:
		r.First, r.Last, r.Step = numbers[0], numbers[1], numbers[2]
	default:
		return bad("has too many parts")
	}
	switch {
	case r.Step < 1:
		return bad("has a step of 0")
	case r.Last < r.First:
		return bad("has no elements")
	case (r.Last-r.First)/r.Step >= MaxElements:
		return bad("has more than 1000000 elements")
	}
	return r, nil
}

// Count is the number of elements.
func (r Range) Count() int { return int((r.Last-r.First)/r.Step) + 1 }

// Value is that of the i-th element, from 0.
func (r Range) Value(i int) int64 { return r.First + int64(i)*r.Step }
