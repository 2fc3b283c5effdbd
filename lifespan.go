package godocker

import (
	"fmt"
	"strconv"
	"time"
)

// ParseLifespan reads a length of time: a whole number of days, hours, minutes or
// seconds (7d, 12h, 30m, 20s); a bare number is seconds.
func ParseLifespan(s string) (time.Duration, error) {
	units := map[byte]time.Duration{'d': 24 * time.Hour, 'h': time.Hour, 'm': time.Minute, 's': time.Second}
	number, unit := s, time.Second
	if len(s) > 0 && units[s[len(s)-1]] != 0 {
		number, unit = s[:len(s)-1], units[s[len(s)-1]]
	}
	v, err := strconv.ParseInt(number, 10, 64)
	if err != nil || v < 0 || v > int64(100*365*24*time.Hour/unit) {
		return 0, fmt.Errorf("want a length of time such as 7d, 12h, 30m or 20s, got %q", s)
	}
	return time.Duration(v) * unit, nil
}

// FormatLifespan writes a length of time in the largest unit that it is a whole number
// of, as ParseLifespan reads it.
func FormatLifespan(d time.Duration) string {
	for _, u := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if d >= u.size && d%u.size == 0 {
			return strconv.FormatInt(int64(d/u.size), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(d/time.Second), 10) + "s"
}
